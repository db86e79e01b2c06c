"""Stores that a stranger may write to: one line each, and nothing outside the folders of data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.stores import commit, files_of, listing, lock, locked, md5, put, small_project
from tests.conftest import Project
from tests.models.test_hostile_folders import good
from workflow.sharing.join import join
from workflow.sharing.run_cache import is_entry
from workflow.sharing.share import share

EVIL = b"print('a program of theirs')\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project and the store that it is shared in, beside each other. Only to be copied."""
    top = tmp_path_factory.mktemp("shared")
    project = small_project(top / "project", good(top / "model"))
    done = project.run(
        sys.executable,
        "-m",
        "workflow.sharing.share",
        str(top / "store"),
        PYTHONPATH=str(Path.cwd()),
    )
    assert "pushed to" in done.stdout
    return top


class Place:
    """A project, a store and a clone to join in."""

    def __init__(self, top: Path) -> None:
        self.store = top / "store"
        self.project = Project(top / "project")
        self.clone = Project(top / "clone")

    def make_clone(self) -> None:
        self.project.git("clone", "--quiet", str(self.project.folder), str(self.clone.folder))

    def entries(self, *paths: object, **more: object) -> None:
        """Have dvc.lock name a list with these paths as well, and the store have all of it."""
        own = listing(self.store, locked(self.project.folder))
        content = own + [{"md5": put(self.store, EVIL), "relpath": path} | more for path in paths]
        self.lists(json.dumps(content).encode())

    def lists(self, content: bytes) -> None:
        lock(self.project.folder, put(self.store, content, f"{md5(content)}.dir"))
        commit(self.project)


@pytest.fixture
def place(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("project", "store"):
        subprocess.run(["cp", "-a", str(shared / name), str(tmp_path / name)], check=True)
    found = Place(tmp_path)
    for name, value in found.project.environment.items():
        monkeypatch.setenv(name, value)
    return found


def joined(place: Place, monkeypatch: pytest.MonkeyPatch) -> str:
    """The line with which `make join` ends in a fresh clone; nothing else is changed there."""
    place.make_clone()
    before = files_of(place.clone.folder)
    around = {path.name for path in place.clone.folder.parent.iterdir()}
    monkeypatch.chdir(place.clone.folder)
    line = ""
    try:
        join(str(place.store), "", "origin")
    except DataError as error:
        line = str(error)
    assert files_of(place.clone.folder) == before
    assert {path.name for path in place.clone.folder.parent.iterdir()} == around
    assert "\n" not in line
    return line


PATHS: list[object] = [
    *(
        "../../source.py",
        "../../.git/hooks/post-checkout",
        "../../../outside.txt",
        "a/../../../source.py",
    ),
    *(
        "..",
        ".",
        "",
        "/",
        "//source.py",
        "a//b",
        "a/",
        "./a",
        "a/.",
        "a/..",
        "/tmp/outside.txt",
        "~/../../source.py/..",
    ),
    *(
        "..\\..\\source.py",
        "a\\b",
        "C:\\x",
        "C:/x",
        "a/C:/x",
        "\\\\server\\share",
        "a\0b",
        "a\nb",
        "\x1b[2J",
    ),
    *(
        ".git/hooks/post-checkout",
        "a/.git/config",
        "a/.GIT/config",
        ".dvc/config",
        "\ud800",
        "x" * 2000,
        "a/" * 60 + "b",
    ),
    *(None, 5, ["a"], {"a": 1}, True),
    *("input.npy", "input.npy/a", "more"),
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ascii(path)[:40])
def test_a_path_outside_its_folder_is_refused(
    path: object, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.entries(path)
    line = joined(place, monkeypatch)
    assert line.startswith(f"{place.store}: data/model: its list ")
    assert ": expected " in line
    assert len(line) < 300 + len(str(place.store))
    assert not (place.clone.folder / "data/model").exists()


@pytest.mark.parametrize(
    "value",
    [
        "../../../../source.py",
        "a",
        "g" * 32,
        "A" * 32,
        "0" * 31,
        5,
        None,
        ["a"],
        "/etc/passwd",
        "0" * 32 + "/x",
    ],
)
def test_a_hash_that_is_none_is_refused(
    value: object, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.entries("a", md5=value)
    assert ": data/model: its list gives 'a' the hash " in joined(place, monkeypatch)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[",
        b"[1]",
        b"[[]]",
        b"null",
        b"\xff",
        b"[" * 200_000,
        b'[{"relpath": "a"}]',
        b'[{"md5": "' + b"0" * 32,
    ],
    ids=range(10),
)
def test_a_list_that_is_none_is_refused(
    content: bytes, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.lists(content)
    assert f"{place.store}: data/model: its list " in joined(place, monkeypatch)


def test_a_list_in_another_ones_place_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is at the store under a name that a commit gives need not be what was shared."""
    name = locked(place.project.folder)
    content = [
        *listing(place.store, name),
        {"md5": put(place.store, EVIL), "relpath": "../../source.py"},
    ]
    put(place.store, json.dumps(content).encode(), name)
    assert joined(place, monkeypatch) == (
        f"{place.store}: data/model: its list of files is not the one of this commit, it was "
        "changed or damaged"
    )


@pytest.mark.parametrize("path", ["input.npy", "more/note.txt"])
def test_a_flipped_byte_is_one_line_that_says_where(
    path: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = next(
        each["md5"]
        for each in listing(place.store, locked(place.project.folder))
        if each["relpath"] == path
    )
    file = place.store / "files/md5" / name[:2] / name[2:]
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    put(place.store, bytes(content), name)
    assert joined(place, monkeypatch) == (
        f"{place.store}: other content than was shared: data/model/{path} "
        f"(files/md5/{name[:2]}/{name[2:]} there): expected the teammate who shared them to delete "
        "them there and to `make share` again"
    )
    assert not (place.clone.folder / "data/model").exists()
    # What the line says helps.
    file.unlink()
    monkeypatch.chdir(place.project.folder)
    share(str(place.store), "", "origin")
    monkeypatch.chdir(place.clone.folder)
    join(str(place.store), "", "origin")
    assert (place.clone.folder / "data/model" / path).read_bytes() == (
        place.project.folder / "data/model" / path
    ).read_bytes()


@pytest.mark.parametrize("value", ["../../../../source.py", "0" * 31, "g" * 32, 7])
def test_a_hash_in_a_commit_that_is_none_is_refused(
    value: object, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(place.project.folder, value)
    commit(place.project)
    assert "dvc.lock" in joined(place, monkeypatch)


def test_a_link_on_the_way_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.make_clone()
    (place.clone.folder / "data/model").mkdir(parents=True)
    (place.clone.folder / "data/model/more").symlink_to(place.clone.folder)
    monkeypatch.chdir(place.clone.folder)
    with pytest.raises(
        DataError, match=r"data/model: more/note\.txt leads through a symbolic link"
    ):
        join(str(place.store), "", "origin")
    assert not (place.clone.folder / "note.txt").exists()


def test_strange_entries_of_the_run_cache_are_passed_over(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (entry,) = [path for path in (place.store / "runs").rglob("*") if path.is_file()]
    assert is_entry(entry.read_bytes(), entry.parent.name, entry.name)
    content = entry.read_text("utf-8")
    outside = content.replace("path: data/model", "path: ../../source.py")
    assert outside != content
    entry.with_name("0" * 64).write_text(outside, encoding="utf-8")
    entry.with_name("1" * 64).write_text("a: &a [b, *a]", encoding="utf-8")
    entry.with_name("2" * 64).write_bytes(b"x" * 2_000_000)
    (place.store / "runs" / "programs.py").write_bytes(EVIL)
    assert joined(place, monkeypatch) == ""
    assert (
        "run cache: 1 new entries; 4 others do not match their names, and were skipped"
        in capsys.readouterr().out
    )
    here = [path for path in (place.clone.folder / ".dvc/cache/runs").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in here] == [entry.read_bytes()]


def test_an_entry_is_bound_to_its_outputs(place: Place) -> None:
    (entry,) = [path for path in (place.store / "runs").rglob("*") if path.is_file()]
    content = entry.read_bytes()
    for before, after in (
        (b"path: data/model", b"path: ../../source.py"),
        (b"path: data/model", b"path: data/other"),
        (b"cmd: python make.py", b"cmd: touch outside"),
        (b"hash: md5", b"hash: md5-dos2unix"),
    ):
        assert before in content
        assert not is_entry(content.replace(before, after), entry.parent.name, entry.name)
