"""The stages of pipelines/soundcloud, run on the committed example as a person runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from playlist2vec.free_music.copies.table import read_copies
from tests.conftest import ROOT, needed_package

for package in ("av", "PIL", "pyarrow"):
    needed_package(package)
pytestmark = pytest.mark.extra
EXAMPLE = "pipelines/soundcloud/example"


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
    run(out, ROOT / "pipelines/soundcloud/params.yaml")
    return out


def test_planted_copies_are_found_and_counts_add_up(finished: Path) -> None:
    assert read_copies(finished / "copies.tsv") == {1001: 1001, 1003: 1009, 1008: 1001, 1009: 1009}
    numbers = json.loads((finished / "set.json").read_text("utf-8"))
    fates = {name: count for name, count in numbers["fates"].items() if count}
    assert fates == {"kept": 7, "copy": 2, "licence": 1, "genre": 1, "rare_genre": 1}
    assert numbers["read"] == sum(fates.values()) == 12
    assert {name: part["tracks"] for name, part in numbers["parts"].items()} == {"train": 3, "validation": 2, "test": 2}


def test_the_sound_files_have_the_sums_that_are_handed_on(finished: Path) -> None:
    command = ["sha256sum", "-c", str(finished / "set/audio.sha256")]
    done = subprocess.run(command, cwd=ROOT / EXAMPLE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count(": OK\n")) == (0, 7)


def test_a_second_run_in_processes_writes_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    params = yaml.safe_load((ROOT / "pipelines/soundcloud/params.yaml").read_text("utf-8"))
    params["soundcloud_set"]["hash"]["workers"] = 2
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), "utf-8")
    run(tmp_path / "again", tmp_path / "params.yaml")
    files = {path.relative_to(finished) for path in finished.rglob("*") if path.is_file()}
    assert files == {path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*") if path.is_file()}
    for file in files:
        assert (finished / file).read_bytes() == (tmp_path / "again" / file).read_bytes(), file


def test_metrics_are_those_that_were_committed(finished: Path) -> None:
    for name in ("hash", "copies", "set"):
        committed = json.loads((ROOT / f"metrics/soundcloud/{name}.json").read_text("utf-8"))
        assert json.loads((finished / f"{name}.json").read_text("utf-8")) == committed


def test_bad_input_is_one_line_and_exit_code_1(finished: Path, tmp_path: Path) -> None:
    params = yaml.safe_load((ROOT / "pipelines/soundcloud/params.yaml").read_text("utf-8"))
    (tmp_path / "remove.txt").write_text("1001, 1002\n", "utf-8")
    params["soundcloud_set"]["remove"] = str(tmp_path / "remove.txt")
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), "utf-8")
    done = finalise(finished, tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "remove.txt: line 1 is 1001, 1002: expected the id of a track" in done.stderr
    assert not (tmp_path / "set").exists()


def test_a_removed_track_leaves_with_its_copy(finished: Path, tmp_path: Path) -> None:
    params = yaml.safe_load((ROOT / "pipelines/soundcloud/params.yaml").read_text("utf-8"))
    (tmp_path / "remove.txt").write_text("https://soundcloud.com/invented-25/song-1008\n", "utf-8")
    params["soundcloud_set"]["remove"] = str(tmp_path / "remove.txt")
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), "utf-8")
    assert finalise(finished, tmp_path).returncode == 0
    fates = json.loads((tmp_path / "set.json").read_text("utf-8"))["fates"]
    assert (fates["removed"], fates["copy_of_removed"], fates["kept"]) == (1, 1, 6)
