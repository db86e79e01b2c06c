"""Mels of many files: the same bytes for any number of processes, and after a kill."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sound.mels import making
from playlist2vec.sound.mels.making import make_mels
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.storage import Mels
from playlist2vec.sound.table.files import Sound
from tests.conftest import ROOT, needed_package
from tests.sound.mels.files import tone, write

for package in ("soundfile", "soxr", "miniaudio"):
    needed_package(package)
pytestmark = pytest.mark.extra


def params(workers: int = 1, bins: int = 24) -> MelParams:
    return MelParams(bins=bins, min=-80, max=0, seconds=10, workers=workers)


def sounds(folder: Path, number: int) -> list[Sound]:
    folder.mkdir()
    samples = tone(2.0, 22_050)
    for song in range(number):
        write(
            folder / f"{song}.wav", rate=22_050, samples=samples[: len(samples) - 700 * (song % 20)]
        )
    return [Sound(f"t{song}", str(folder / f"{song}.wav")) for song in range(number)]


def digest(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_shards_hold_the_songs_of_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlist2vec.sound.mels.storage.SHARD", 7)
    given = sounds(tmp_path / "sounds", 20)
    given[3] = Sound("t3", str(tmp_path / "gone.wav"))
    make_mels(given, params(), tmp_path / "scratch", tmp_path / "mels", lambda _: None)
    mels = Mels.load(tmp_path / "mels")
    assert [len(shard) > 0 for shard in mels.shards] == [True] * 3
    assert np.flatnonzero(~mels.there).tolist() == [3]
    for song, mel in zip(given, mels.all_songs(), strict=True):
        np.testing.assert_array_equal(mel, making.make_mel(song, params()).mel)
    (tmp_path / "mels/00001.npy").write_bytes(b"x")
    with pytest.raises(DataError, match=r"00001\.npy: damaged"):
        Mels.load(tmp_path / "mels")


def test_processes_change_no_byte(tmp_path: Path) -> None:
    given = sounds(tmp_path / "sounds", 30)
    for workers in (1, 2):
        make_mels(
            given,
            params(workers),
            tmp_path / "scratch",
            tmp_path / f"mels{workers}",
            lambda _: None,
        )
    assert digest(tmp_path / "mels1") == digest(tmp_path / "mels2")


def test_a_run_goes_on_where_another_stopped_unless_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = sounds(tmp_path / "sounds", 50)
    done: list[int] = []

    def run(name: str, bins: int = 24) -> None:
        done.clear()
        make_mels(given, params(bins=bins), tmp_path / "scratch", tmp_path / name, done.append)

    run("whole")
    assert done == [0, 20, 20, 10]

    def stop(count: int) -> None:
        if count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_mels(given, params(), tmp_path / "scratch", tmp_path / "cut", stop)
    run("cut")
    assert done == [20, 20, 10]
    assert digest(tmp_path / "cut") == digest(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        make_mels(given, params(), tmp_path / "scratch", tmp_path / "cut", stop)
    run("other", bins=20)
    assert done == [0, 20, 20, 10]
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.thorough
def test_a_kill_in_the_middle_loses_no_finished_batch(tmp_path: Path) -> None:
    given = sounds(tmp_path / "sounds", 400)
    code = (
        "import sys; from pathlib import Path; from playlist2vec.sound.mels.making import *\n"
        "if __name__ == '__main__':\n"
        "    sounds = [Sound(f't{n}', f'{sys.argv[1]}/{n}.wav') for n in range(400)]\n"
        "    params = MelParams(bins=24, min=-80, max=0, seconds=10, workers=1)\n"
        "    make_mels(sounds, params, Path(sys.argv[2]), Path(sys.argv[3]), lambda n: None)\n"
    )
    command = [
        sys.executable,
        "-c",
        code,
        str(tmp_path / "sounds"),
        str(tmp_path / "scratch"),
        str(tmp_path / "mels"),
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    while len(list((tmp_path / "scratch").glob("*/*.npz"))) < 3:
        time.sleep(0.02)
        assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done: list[int] = []
    make_mels(given, params(), tmp_path / "scratch", tmp_path / "mels", done.append)
    assert done[0] >= 60
    make_mels(given, params(), tmp_path / "scratch", tmp_path / "again", lambda _: None)
    assert digest(tmp_path / "mels") == digest(tmp_path / "again")
