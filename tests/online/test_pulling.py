"""A model from another repository, whose store a stranger may write to: one line, and nothing
beside the model.
"""

import json
import shutil
import sys
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.recommend.loading import load
from tests.builders.stores import commit, listing, lock, locked, md5, put, small_project
from tests.conftest import Project
from tests.models.test_hostile_folders import good

ROOT = Path.cwd()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose committed remote is the store beside it. Only to be copied."""
    top = tmp_path_factory.mktemp("shared")
    project = small_project(top / "project", good(top / "model"))
    project.dvc("remote", "add", "--default", "storage", str(top / "store"))
    project.dvc("push", "--quiet")
    return top


@pytest.fixture
def project(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("project", "store"):
        shutil.copytree(shared / name, tmp_path / name)
    found = Project(tmp_path / "project")
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    config = (found.folder / ".dvc/config").read_text("utf-8").replace(str(shared), str(tmp_path))
    (found.folder / ".dvc/config").write_text(config, encoding="utf-8")
    commit(found, "remote")
    # As somebody else has it, without the objects.
    shutil.rmtree(found.folder / ".dvc/cache")
    return found


def refusal(project: Project) -> str:
    """The line with which the model of HEAD is refused; nothing is left of it."""
    top = project.folder.parent
    before = {
        path: path.read_bytes()
        for path in top.rglob("*")
        if path.is_file() and ".dvc/tmp" not in str(path)
    }
    with pytest.raises(DataError) as caught:
        load(project.folder, "HEAD")
    after = {path for path in top.rglob("*") if path.is_file() and ".dvc/" not in str(path)}
    new = {path for path in after - before.keys() if "caches" not in path.parts}
    assert new == set()
    assert not list((top / "caches").rglob("input.npy"))
    assert all(path.read_bytes() == content for path, content in before.items() if path.exists())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_model_comes_from_the_remote(project: Project) -> None:
    assert load(project.folder, "HEAD").catalogue.titles[0] == "Title track_0"
    # Also from a bare repository, as a Git server keeps one.
    bare = project.folder.parent / "bare.git"
    project.git("clone", "--quiet", "--bare", str(project.folder), str(bare))
    assert load(bare).catalogue.titles[0] == "Title track_0"


@pytest.mark.parametrize(
    "path",
    [
        "../../source.py",
        "../../../outside",
        "/tmp/outside",
        "a\\b",
        "C:/x",
        ".git/hooks/x",
        "",
        "a//b",
        None,
    ],
)
def test_a_path_outside_is_refused(path: object, project: Project) -> None:
    store = project.folder.parent / "store"
    own = listing(store, locked(project.folder))
    content = json.dumps([*own, {"md5": put(store, b"theirs"), "relpath": path}]).encode()
    lock(project.folder, put(store, content, f"{md5(content)}.dir"))
    commit(project)
    assert ": data/model: its list has the path " in refusal(project)


def test_other_contents_are_refused(project: Project) -> None:
    store = project.folder.parent / "store"
    name = locked(project.folder)
    entry = next(each for each in listing(store, name) if each["relpath"] == "input.npy")
    content = (store / "files/md5" / entry["md5"][:2] / entry["md5"][2:]).read_bytes()
    put(store, content[:-1] + b"?", entry["md5"])
    assert (
        "data/model: input.npy is not what was shared: expected its owner to delete "
        f"files/md5/{entry['md5'][:2]}/" in (refusal(project))
    )
    put(store, content, entry["md5"])
    put(store, b"[]", name)
    assert "its list of files is not the one of this commit" in refusal(project)


@pytest.mark.parametrize("value", ["../../source.py", "0" * 31, "g" * 32])
def test_a_hash_that_is_none_is_refused(value: str, project: Project) -> None:
    lock(project.folder, value)
    commit(project)
    assert "expected" in refusal(project)


def test_settings_that_run_a_program_are_refused(project: Project) -> None:
    ran = project.folder.parent / "ran"
    (project.folder / ".dvc/config").write_text(
        "[core]\n    remote = theirs\n['remote \"theirs\"']\n    url = webdav://127.0.0.1:9/a\n"
        f"    bearer_token_command = touch {ran}\n",
        encoding="utf-8",
    )
    commit(project)
    assert ".dvc/config: 'theirs': 'bearer_token_command': expected no such option" in refusal(
        project
    )
    assert not ran.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://me:g3heimnis@127.0.0.1:9/a.git",
        "https://ghp_g3heimnis0123456789@127.0.0.1:9/a.git",
        "htps:/me:g3heimnis@127.0.0.1/a.git",
        "htps://me:g3heimnis@127.0.0.1/a.git",
        "me:g3heimnis@127.0.0.1:a.git",
        "https://127.0.0.1:9/a.git?token=g3heimnis",
        "ext::sh -c 'touch g3heimnis'",
        "--upload-pack=touch g3heimnis",
        "https://me:g3heimnis@[127.0.0.1/a.git",
    ],
)
def test_no_secret_of_an_address_is_shown(address: str, tmp_path: Path) -> None:
    project = Project(tmp_path / "empty")
    project.folder.mkdir()
    run = "from playlist2vec.__main__ import main; main()"
    done = project.run(
        sys.executable,
        "-c",
        run,
        "similar",
        "a",
        "--from",
        address,
        check=False,
        PYTHONPATH=str(ROOT),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert "expected" in done.stdout
    assert not (project.folder / "g3heimnis").exists()
    if not address.startswith(("ext", "--")):
        assert "g3heimnis" not in done.stdout
    assert list(project.folder.iterdir()) == []
