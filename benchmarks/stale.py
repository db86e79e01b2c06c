"""`python -m benchmarks.stale`: list the stages made stale by an edit of a room.

The table follows from the deps in dvc.yaml, final/dvc.yaml and below pipelines/, the floors from
the contract in pyproject.toml. `--write` puts the table into docs/rooms.md. `--verify` edits a
module of every room in a clone of the last commit and compares the answer of `dvc status` there, in
about two minutes.
"""

import argparse
import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from tabulate import tabulate

from benchmarks.imports import room_of
from benchmarks.measuring import ROOT, note
from playlist2vec.base.files import write_text

CHAINS = ("dvc.yaml", "final/dvc.yaml")
PIPELINES = "pipelines/**/dvc.yaml"
PAGE = Path("docs/rooms.md")
BEGIN, END = "<!-- table of rooms: python -m benchmarks.stale --write -->", "<!-- end -->"
LIBRARY = "playlist2vec"
EVERY_EDIT = "check"
"""The stage that depends on the whole library; not named in the table."""
EVERY_FILE = f"stages/{EVERY_EDIT}.py"
ANY_STAGE = {
    "stages/NAME.py": "NAME",
    "stages/audio/NAME.py": "audio_NAME",
    "stages/soundcloud/NAME.py": "soundcloud_NAME",
    "stages/two_tower/NAME.py": "two_tower_NAME",
}
"""The stage of a module, by the module's path."""
ELSEWHERE = {
    "stages/__init__.py": "The preparation of every stage's process.",
    "stages/NAME.py": "One stage.",
    "stages/audio/NAME.py": "One stage of pipelines/audio.",
    "stages/soundcloud/NAME.py": "One stage of pipelines/soundcloud.",
    "stages/two_tower/NAME.py": "One stage of pipelines/two_tower.",
    "workflow": "Commands around DVC: grids, searches, sharing, clusters.",
    "benchmarks": "Measurements, and the counts of the house.",
    "tests": "The tests, in the rooms of what they test.",
}


def chains(root: Path) -> list[str]:
    """Return the files with stages, relative to `root`, those of the playlist chain first."""
    return [*CHAINS, *sorted(path.relative_to(root).as_posix() for path in root.glob(PIPELINES))]


def deps_of_stages(root: Path) -> dict[str, set[str]]:
    """Return the deps of every stage of all chains, as written there."""
    files = [yaml.safe_load((root / chain).read_text("utf-8")) for chain in chains(root)]
    stages = {
        name: stage.get("do", stage) for file in files for name, stage in file["stages"].items()
    }
    return {name: set(stage["deps"]) for name, stage in stages.items()}


def rooms(root: Path) -> list[str]:
    """Return the rooms of the library, and its modules outside rooms, lowest floor first."""
    files = [path for path in (root / LIBRARY).rglob("*.py") if path.name != "__init__.py"]
    found = {room_of(path.relative_to(root).as_posix(), root) for path in files}
    return sorted(found, key=lambda room: (floor_of(room, floors(root)), room))


def floors(root: Path) -> dict[str, int]:
    """Return the floor of every folder and module directly in the library, from 1."""
    settings: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each.get("containers") == [LIBRARY])
    parts = [layer.split("|") for layer in reversed(layers)]
    return {name.strip(): floor for floor, names in enumerate(parts, 1) for name in names}


def floor_of(room: str, known: dict[str, int]) -> int:
    """Return the floor of a room; the top floor for a room in no contract, as the command."""
    return known.get(PurePosixPath(room).parts[1].removesuffix(".py"), max(known.values()) + 1)


def holds(room: str, root: Path) -> str:
    """Return the first sentence of a room's or a module's docstring."""
    path = root / room / "__init__.py" if (root / room).is_dir() else root / room
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]


def stale_after(edited: str, deps: dict[str, set[str]]) -> list[str]:
    """Return the stages made stale by an edit below the path `edited`, without `check`."""
    if edited in ANY_STAGE:
        return [ANY_STAGE[edited]]
    paths = {edited, *map(str, PurePosixPath(edited).parents)}
    return [name for name, own in deps.items() if name != EVERY_EDIT and own & paths]


def shown(names: list[str], deps: dict[str, set[str]]) -> str:
    """Return stages as a cell of the table."""
    whole = len(names) == len(deps) - 1
    return "all" if whole else ", ".join(f"`{name}`" for name in names) or "none"


def table(root: Path) -> str:
    """Return the table in Markdown."""
    deps, known = deps_of_stages(root), floors(root)
    rows = [(room, str(floor_of(room, known)), holds(room, root)) for room in rooms(root)]
    rows += [(place, "", sentence) for place, sentence in ELSEWHERE.items()]
    cells = [
        (f"`{place}`", floor, sentence, shown(stale_after(place, deps), deps))
        for place, floor, sentence in rows
    ]
    header = ("room", "floor", "holds", "stale after an edit")
    return tabulate(cells, headers=header, tablefmt="github", disable_numparse=True)


def in_page(text: str) -> str:
    """Return the table between the two marks of a page."""
    return text.partition(f"{BEGIN}\n")[2].partition(f"\n{END}")[0]


def found_by_dvc(edited: Path, project: Path) -> set[str]:
    """Return the stages that `dvc status` calls changed after a comment is added to a module."""
    before = edited.read_bytes()
    edited.write_bytes(before + b"# edited\n")
    try:
        return status(project)
    finally:
        edited.write_bytes(before)


def status(project: Path) -> set[str]:
    """Return the names of the changed stages of a project."""
    command = [sys.executable, "-m", "dvc", "status", "--json", *chains(project)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    return {name.rpartition(":")[2].partition("@")[0] for name in json.loads(done.stdout)}


def clone(root: Path, project: Path) -> None:
    """Clone the last commit of `root`, with its data from the cache of `root`."""
    subprocess.run(["git", "clone", "--quiet", str(root), str(project)], check=True)
    dvc = [sys.executable, "-m", "dvc"]
    for arguments in (
        ["cache", "dir", "--local", str(root / ".dvc/cache")],
        ["checkout", "--quiet", *chains(root)],
    ):
        subprocess.run([*dvc, *arguments], cwd=project, check=True, stdout=subprocess.DEVNULL)


def verify(root: Path) -> list[str]:
    """Return a line for every place where the deps and `dvc status` disagree."""
    deps = deps_of_stages(root)
    wrong = []
    with TemporaryDirectory(prefix="stale-") as folder:
        project = Path(folder) / "project"
        clone(root, project)
        if changed := status(project):
            return [f"the last commit is not up to date: {', '.join(sorted(changed))}"]
        places = [*rooms(root), "stages/__init__.py", "workflow", "benchmarks", "tests"]
        modules = sorted(
            path for path in (root / "stages").rglob("*.py") if path.name != "__init__.py"
        )
        places += [path.relative_to(root).as_posix() for path in modules]
        for place in places:
            files = sorted((project / place).glob("*.py"))
            edited = files[-1] if files else project / place
            expected = set(stale_after(place, deps)) | (
                {EVERY_EDIT} if place == EVERY_FILE else set()
            )
            if place.startswith(LIBRARY) or place == "stages/__init__.py":
                expected.add(EVERY_EDIT)
            found = found_by_dvc(edited, project)
            note(f"{place}: {', '.join(sorted(found)) or 'none'}")
            if found != expected:
                wrong.append(f"{place}: {sorted(found)}: expected {sorted(expected)}")
    return wrong


def main() -> None:
    """Print the table, write it into the page, or compare it with DVC."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stale", description=about)
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE}")
    parser.add_argument("--verify", action="store_true", help="compare it with `dvc status`")
    given = parser.parse_args()
    if given.verify:
        sys.exit("\n".join(verify(ROOT)) or None)
    if given.write:
        page = (ROOT / PAGE).read_text("utf-8")
        before, _, rest = page.partition(f"{BEGIN}\n")
        after = rest.partition(END)[2]
        write_text(ROOT / PAGE, f"{before}{BEGIN}\n{table(ROOT)}\n{END}{after}")
    else:
        print(table(ROOT))


if __name__ == "__main__":
    main()
