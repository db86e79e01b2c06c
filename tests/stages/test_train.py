import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.word2vec import contexts, shuffling
from stages import train as stage
from tests.builders.examples import playlists_of
from tests.builders.params import all_params, write_params
from tests.conftest import ROOT, needed_package

SONGS = 60


def prepare(folder: Path, playlists: Playlists, songs: int, **changes: int | str) -> list[str]:
    """Write what the stage reads; returns its arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    few = {"epochs": 2, "vector_size": 8, "curve_pairs": 0}
    write_params(folder / "params.yaml", all_params(train=few | changes))
    ids = [f"t{song:05}" for song in range(songs)]
    artists, nothing = [f"a{song // 7}" if song % 5 else "" for song in range(songs)], [""] * songs
    Tracks(ids, artists, nothing, nothing, nothing).save(folder / "tracks.tsv")
    Vocabulary(ids, np.ones(songs, np.int64)).save(folder / "vocabulary.tsv")
    playlists.save(folder / "train.npz")
    Pairs.of_last(playlists_of([[0, 1, 2]])).save(folder / "validation.npz")
    names = (
        "params.yaml",
        "tracks.tsv",
        "vocabulary.tsv",
        "train.npz",
        "validation.npz",
        "model",
        "metrics",
    )
    return [str(folder / name) for name in names]


def walks() -> Playlists:
    """Walks on a ring, and among them a playlist of no song, of one, and a long one."""
    rng = np.random.default_rng(4)
    steps = rng.integers(1, 4, (60, 20))
    steps[:, 0] = np.arange(60)
    lists = np.cumsum(steps, axis=1) % SONGS
    return playlists_of(
        [[], *lists[:30].tolist(), [3], lists.ravel().tolist(), [], *lists[30:].tolist(), []]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"contexts": "window"},
        {"contexts": "window", "metadata": "artist", "window": 7},
        {"contexts": "directed"},
        {"contexts": "offsets", "window": 2},
    ],
    ids=["window", "artist", "directed", "offsets"],
)
def test_parts_of_any_size_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, int | str]
) -> None:
    monkeypatch.setattr(contexts, "LONGEST_SENTENCE", 100)
    found = []
    for name, plays, bucket in (("whole", 1 << 20, 1 << 20), ("parts", 50, 64)):
        monkeypatch.setattr(stage, "Parts", partial(Parts, plays=plays))
        monkeypatch.setattr(shuffling, "BUCKET", bucket)
        said = stage.main(*prepare(tmp_path / name, walks(), SONGS, **changes))
        assert said.startswith("65 playlists, 60 songs as 8 numbers each, 2 epochs;")
        model = tmp_path / name / "model"
        found.append({path.name: path.read_bytes() for path in model.iterdir()})
    names = [
        "earlier.npy",
        "input.npy",
        "output.npy",
        "tracks.tsv",
        "training.json",
        "vectors.bin",
        "vocabulary.tsv",
    ]
    assert sorted(found[0]) == names, "nothing of the scratch folder stays"
    assert found[0] == found[1]


@pytest.mark.parametrize("kind", ["window", "directed"])
def test_several_workers_train(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    stage.main(*prepare(tmp_path, walks(), SONGS, contexts=kind, workers=2, epochs=10))
    assert "train.workers = 2: these embeddings cannot be reproduced" in capsys.readouterr().err
    vectors = np.load(tmp_path / "model/input.npy")
    assert vectors.shape == (SONGS, 8)
    assert np.isfinite(vectors).all()


PEAK = """
import sys
from stages import train
from playlist2vec.models.word2vec import shuffling
shuffling.BUCKET = 1 << 16
train.main(*sys.argv[1:])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc"
)
@pytest.mark.parametrize("kind", ["window", "directed"])
def test_memory_is_that_of_the_songs_and_not_of_the_plays(tmp_path: Path, kind: str) -> None:
    """Twenty times the plays of the same 2,000 songs: as lists of text they would take 16 MB more a
    million.
    """
    peaks = []
    for plays in (100_000, 2_000_000):
        tracks = np.random.default_rng(1).integers(0, 2_000, plays).astype(np.int32)
        rows = np.arange(plays // 20)
        playlists = Playlists(tracks, np.arange(0, plays + 1, 20), rows.astype(np.uint64), rows)
        small = {"epochs": 1, "vector_size": 1, "negative": 1, "window": 1}
        arguments = prepare(tmp_path / str(plays), playlists, 2_000, contexts=kind, **small)
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]) / 1024)
    small_peak, large_peak = peaks
    # What is allowed are buffers of a set size, which the smaller does not fill: a part of the
    # playlists, some pairs.
    assert large_peak - small_peak < {"window": 20, "directed": 40}[kind], peaks


@pytest.mark.extra
@pytest.mark.parametrize(
    "changes",
    [
        {"contexts": "window"},
        {"metadata": "artist", "window": 7},
        {"contexts": "directed"},
        {"contexts": "offsets"},
    ],
    ids=["window", "artist", "directed", "offsets"],
)
def test_blocks_write_the_same_files_with_any_number_of_workers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, int | str]
) -> None:
    needed_package("numba")
    found = []
    for workers in (1, 3):
        folder = tmp_path / str(workers)
        said = stage.main(
            *prepare(folder, walks(), SONGS, trainer="blocks", workers=workers, epochs=8, **changes)
        )
        assert said.startswith(
            "65 playlists, 60 songs as 8 numbers each, 8 epochs; 100% of the songs trained on"
        )
        found.append({path.name: path.read_bytes() for path in (folder / "model").iterdir()})
    names = [
        "earlier.npy",
        "input.npy",
        "output.npy",
        "tracks.tsv",
        "training.json",
        "vectors.bin",
        "vocabulary.tsv",
    ]
    assert sorted(found[0]) == names
    assert found[0] == found[1]
    assert "cannot be reproduced" not in capsys.readouterr().err


@pytest.mark.extra
def test_blocks_write_the_same_files_after_kills(tmp_path: Path) -> None:
    needed_package("numba")
    changes: dict[str, int | str] = {"trainer": "blocks", "workers": 2, "epochs": 600}
    arguments = prepare(tmp_path / "whole", walks(), SONGS, **changes)
    stage.main(*arguments)
    killed = prepare(tmp_path / "killed", walks(), SONGS, **changes)
    command = [sys.executable, "-m", "stages.train", *killed]
    for delay in (0.0, 0.2, 0.5):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        begun = time.monotonic()
        while not list(tmp_path.glob("killed/model/.train.*")) and process.poll() is None:
            assert time.monotonic() - begun < 60
            time.sleep(0.01)
        time.sleep(delay)
        process.kill()
        process.communicate()
        assert not (tmp_path / "killed/model/input.npy").exists(), "it was killed too late"
        shutil.rmtree(tmp_path / "killed/model")  # as DVC does before it runs a stage
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found = [
        {path.name: path.read_bytes() for path in (tmp_path / name / "model").iterdir()}
        for name in ("whole", "killed")
    ]
    assert found[0] == found[1]


def test_blocks_without_numba_say_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(
        DataError, match=r"train\.trainer = blocks: numba is not installed: expected `make setup"
    ):
        stage.main(*prepare(tmp_path, walks(), SONGS, trainer="blocks"))


def test_blocks_train_skip_gram_alone(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train\.sg = 0: expected 1 with train\.trainer = blocks"):
        stage.main(*prepare(tmp_path, walks(), SONGS, trainer="blocks", sg=0))
