"""Contents of `pip install .`: the command and the library, nothing else of the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, Project

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of a copy of the files that Git keeps."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    build = ["pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    subprocess.run([sys.executable, "-m", *build], check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_library_and_what_the_page_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"playlist2vec"}
    kept = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "playlist2vec").rglob("*")
        if path.is_file()
    }
    expected = {path for path in kept if "__pycache__" not in path}
    assert {name for name in names if name.startswith("playlist2vec/")} == expected
    assert {"playlist2vec/py.typed", "playlist2vec/report/page/js/map.js"} <= expected


def test_the_command_works_from_another_folder(
    wheel: Path, finished: Project, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(environment)})
    install = [
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--prefix",
        str(environment),
        "--ignore-installed",
    ]
    subprocess.run(
        [sys.executable, "-m", "pip", *install, str(wheel)], check=True, capture_output=True
    )
    # What the project needs, without downloading it again, and without the checkout that is
    # installed there.
    others = Path(sysconfig.get_path("purelib"))
    (Path(packages) / "others.pth").write_text(f"{others}\n", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(environment / "bin/playlist2vec"), *words]
        return subprocess.run(
            command, cwd=elsewhere, env=clean, capture_output=True, text=True, check=False
        )

    where = [
        str(environment / "bin/python"),
        "-c",
        "import playlist2vec; print(playlist2vec.__file__)",
    ]
    said = subprocess.run(
        where, cwd=elsewhere, env=clean, capture_output=True, text=True, check=True
    ).stdout
    assert said == f"{packages}/playlist2vec/__init__.py\n"
    assert run("--version").stdout.startswith("playlist2vec ")
    found = run("find", "a", "--from", str(finished.folder))
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[0].split() == ["artist", "title", "track", "plays", "likeness"]
    (elsewhere / "model").mkdir()
    for file in (finished.folder / "data/model").iterdir():
        shutil.copy(file, elsewhere / "model" / file.name)
    assert len(run("similar", found.stdout.split()[-3], "--from", "model").stdout.splitlines()) > 10
    nothing = run("find", "a")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert nothing.stderr.startswith("find: .: no model: expected data/model")
