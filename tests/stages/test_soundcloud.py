"""The stages of pipelines/soundcloud, run on the committed example as a person runs them."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from playlist2vec.free_music.copies.table import read_copies
from tests.conftest import ROOT, needed_package

for package in ("av", "PIL", "pyarrow"):
    needed_package(package)
pytestmark = pytest.mark.extra
EXAMPLE = "pipelines/soundcloud/example"
PARAMS: dict[str, Any] = {
    "manifest": f"{EXAMPLE}/tracks.jsonl",
    "remove": f"{EXAMPLE}/remove.txt",
    "hash": {"workers": 1},
    "copies": {"by": "audio"},
    "select": {
        "genres": "data/sources/soundcloud/genres.tsv",
        "licence": "to_share",
        "artwork": True,
        "known_genre": True,
        "min_duration": 1,
        "max_duration": 900,
        "max_size": 50,
        "genre_tracks": 2,
    },
    "split": {"validation": 0.25, "test": 0.25, "uploader_tracks": 200, "seed": 5},
    "card": {
        "name": "Free",
        "description": "Invented.",
        "version": "1.0.0",
        "published": "2026-01-01",
        "address": "https://example.org/free",
        "contact": "Write to us.",
        "permission": "",
    },
}


def write_params(path: Path, **changed: object) -> Path:
    """Write the parameters with some changed, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"soundcloud_set": PARAMS | changed}), "utf-8")
    return path


def stage(name: str, *words: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"stages.soundcloud.{name}", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def finalise(finished: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The stage with the parameters and the outputs of a folder, on what was hashed before."""
    hashed = (finished / "hashes", finished / "copies.tsv")
    return stage("finalise", folder / "params.yaml", *hashed, folder / "set", folder / "set.json")


def run(out: Path, params: Path) -> None:
    """The whole pipeline, into a folder."""
    for name, words in (
        ("check", ("passed",)),
        ("hash", ("scratch", "hashes", "hash.json")),
        ("deduplicate", ("hashes", "copies.tsv", "copies.json")),
        ("finalise", ("hashes", "copies.tsv", "set", "set.json")),
        ("card", ("hash.json", "set.json", "card")),
    ):
        done = stage(name, params, *(out / word for word in words))
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("soundcloud")
    run(out, write_params(tmp_path_factory.mktemp("params") / "params.yaml"))
    return out


def test_planted_copies_are_found_and_counts_add_up(finished: Path) -> None:
    assert read_copies(finished / "copies.tsv") == {1001: 1001, 1003: 1009, 1008: 1001, 1009: 1009}
    numbers = json.loads((finished / "set.json").read_text("utf-8"))
    fates = {name: count for name, count in numbers["fates"].items() if count}
    assert fates == {"kept": 7, "copy": 2, "licence": 1, "genre": 1, "rare_genre": 1}
    assert numbers["read"] == sum(fates.values()) == 12
    assert {name: part["tracks"] for name, part in numbers["parts"].items()} == {
        "train": 3,
        "validation": 2,
        "test": 2,
    }


def leaks(folder: Path) -> tuple[int, int]:
    """How many uploaders of a data set are in two parts, and how many groups of copies have two
    tracks in it.
    """
    tracks = json.loads((folder / "set/scdata.json").read_text("utf-8"))
    parts = {(each["user"]["id"], each["scdata_split"]) for each in tracks}
    copies = read_copies(folder / "copies.tsv")
    groups = Counter(copies[each["id"]] for each in tracks if each["id"] in copies)
    return len(parts) - len({uploader for uploader, _ in parts}), sum(
        count > 1 for count in groups.values()
    )


def test_no_uploader_and_no_copy_lies_across_the_split(finished: Path) -> None:
    assert leaks(finished) == (0, 0)


def test_the_sound_files_have_the_sums_that_are_handed_on(finished: Path) -> None:
    command = ["sha256sum", "-c", str(finished / "set/audio.sha256")]
    done = subprocess.run(command, cwd=ROOT / EXAMPLE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count(": OK\n")) == (0, 7)


def test_a_second_run_in_processes_writes_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    run(tmp_path / "again", write_params(tmp_path / "params.yaml", hash={"workers": 2}))
    files = {path.relative_to(finished) for path in finished.rglob("*") if path.is_file()}
    assert files == {
        path.relative_to(tmp_path / "again")
        for path in (tmp_path / "again").rglob("*")
        if path.is_file()
    }
    for file in files:
        assert (finished / file).read_bytes() == (tmp_path / "again" / file).read_bytes(), file


def test_bad_input_is_one_line_and_exit_code_1(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "remove.txt").write_text("1001, 1002\n", "utf-8")
    write_params(tmp_path / "params.yaml", remove=str(tmp_path / "remove.txt"))
    done = finalise(finished, tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "remove.txt: line 1 is '1001, 1002': expected the id of a track" in done.stderr
    assert not (tmp_path / "set").exists()


def test_a_removed_track_leaves_with_its_copy(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "remove.txt").write_text("https://soundcloud.com/invented-25/song-1008\n", "utf-8")
    write_params(tmp_path / "params.yaml", remove=str(tmp_path / "remove.txt"))
    assert finalise(finished, tmp_path).returncode == 0
    fates = json.loads((tmp_path / "set.json").read_text("utf-8"))["fates"]
    assert (fates["removed"], fates["copy_of_removed"], fates["kept"]) == (1, 1, 6)
