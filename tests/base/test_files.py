import resource
import subprocess
import sys
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, whole_file, write_json


def test_a_file_is_there_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file.txt"
    with whole_file(path) as unfinished:
        unfinished.write_text("half", encoding="utf-8")
        assert not path.exists()
    assert path.read_text("utf-8") == "half"
    assert [each.name for each in path.parent.iterdir()] == ["file.txt"]


def test_a_write_that_fails_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("earlier", encoding="utf-8")
    with pytest.raises(TypeError):
        write_json(path, {"later": object()})
    assert path.read_text("utf-8") == "earlier"
    assert [each.name for each in tmp_path.iterdir()] == ["file.txt"]


def test_json_is_for_people(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"hit@10": 0.25, "title": "Ümlaut"})
    assert (tmp_path / "a.json").read_text(
        "utf-8"
    ) == '{\n  "hit@10": 0.25,\n  "title": "Ümlaut"\n}\n'


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the kernel refuses the write as it would
    there.
    """
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (100, {resource.RLIM_INFINITY}))\n"
        "from stages import run\n"
        "from playlist2vec.base.files import read_json, write_json\n"
        "sys.argv = ['stage', sys.argv[1]]\n"
        "run('check', lambda path: write_json(path, {'a': 'x' * 1000}) or '', 'PATH')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"check: {tmp_path}/a.json: cannot be written: File too large\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder is due", encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "stages.check",
            "params.yaml",
            "data/sources",
            str(tmp_path / "data/check/passed"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        done.stderr == f"check: {tmp_path}/data/check/passed: cannot be written: Not a directory\n"
    )


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"3"])
def test_what_is_no_json_object_is_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"^[^\n]*x\.json: [^\n]*: expected (a )?JSON[^\n]*$"):
        read_json(file)


def test_errors_of_the_system_are_no_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "none.json")
