"""The stages of pipelines/audio on fetched mels, without a file of music."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sound.fetched.shards import frames_of
from playlist2vec.sound.fetched.store import Fetched, Store
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.storage import Mels
from playlist2vec.sound.table.files import read_sounds
from playlist2vec.sound.table.rows import OK, Row
from stages.audio import mels, source, split
from tests.conftest import ROOT
from tests.project.test_audio_pipeline import PARAMS

MELS = MelParams(bins=8, min=-80, max=0, seconds=1, workers=1)
IDS = [f"t{number:02}" for number in range(20)]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with parameters, playlists of twenty songs, and the mels of sixteen of them and of
    another.
    """
    monkeypatch.chdir(tmp_path)
    params = yaml.safe_load((ROOT / PARAMS).read_text("utf-8"))
    params["audio"] |= {"sounds": "fetched", "fetched": "mels", "playlists": "canonical"}
    params["audio"]["mel"] = vars(MELS)
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), "utf-8")
    artists = [f"artist {number % 4}" for number in range(20)]
    Tracks(IDS, artists, artists, IDS, [""] * 20).save(tmp_path / "canonical/tracks.tsv")
    rng = np.random.default_rng(1)
    codes = np.concatenate([rng.permutation(20)[:10] for _ in range(30)]).astype(np.int32)
    rows = np.arange(30)
    playlists = Playlists(codes, offsets_of(np.full(30, 10)), rows.astype(np.uint64), rows)
    playlists.save(tmp_path / "canonical/playlists.npz")
    with Store(tmp_path / "mels", MELS) as store:
        for number, track in enumerate([*reversed(IDS), "another"]):
            if number % 5 == 4:
                store.add(Row(track, "no_preview", 0.0, 0, ""), np.zeros((0, 8), np.uint8))
            else:
                frames = frames_of(MELS) - number % 3
                store.add(
                    Row(track, OK, 1.0, frames, ""), rng.integers(0, 255, (frames, 8), np.uint8)
                )
    return tmp_path


def test_songs_with_a_fetched_mel_are_the_collection(here: Path) -> None:
    assert source.main("params.yaml", "source").startswith(
        "21 songs were asked about: 16 have a mel, 1 more that the playlists do not know; without: "
        "4 no preview; 30 playlists with "
    )
    said = mels.main("params.yaml", "source", "scratch", "out", "features.npy", "metrics.json")
    assert said == "16 of 16 songs have sound; without: none"
    assert split.main(
        "params.yaml", "source/playlists.npz", "source/tracks.tsv", "out", "split", "s.json"
    )
    tracks, made, kept = (
        Tracks.load("source/tracks.tsv"),
        Mels.load("out"),
        Fetched.load("mels", MELS),
    )
    place_of = {row.track: place for place, row in enumerate(kept.rows)}
    assert (
        tracks.ids
        == [row.track for row in made.rows]
        == [each for each in IDS if kept.rows[place_of[each]].frames]
    )
    for row, mel in zip(made.rows, made.all_songs(), strict=True):
        np.testing.assert_array_equal(mel, kept.mel(place_of[row.track]))
    assert {sound.path for sound in read_sounds(Path("source/files.tsv"), Path("mels"))} == {
        "mels/00000.npy"
    }
    whole, mine = Playlists.load("canonical/playlists.npz"), Playlists.load("source/playlists.npz")
    expected = [[IDS[code] for code in codes if IDS[code] in tracks.ids] for codes in whole]
    assert [[tracks.ids[code] for code in codes] for codes in mine] == expected
    assert json.loads(Path("metrics.json").read_text("utf-8"))["ok"] == 16
    assert np.load("features.npy").shape == (16, 24)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "fetched: mels",
            "fetched: none",
            "none/songs.tsv: no such file: expected what `playlist2vec fetch-mels` writes",
        ),
        (
            "bins: 8",
            "bins: 9",
            "mels/levels.json: bins = 8: expected 9, as audio.mel.bins is, or another folder",
        ),
        (
            "seconds: 1\n",
            "seconds: 2\n",
            "mels/levels.json: seconds = 1: expected 2, as audio.mel.seconds is, or",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(here: Path, old: str, new: str, said: str) -> None:
    text = Path("params.yaml").read_text("utf-8")
    assert old in text
    Path("params.yaml").write_text(text.replace(old, new), "utf-8")

    def run() -> None:
        source.main("params.yaml", "source")
        mels.main("params.yaml", "source", "scratch", "out", "features.npy", "metrics.json")

    with pytest.raises(DataError, match=re.escape(said)):
        run()


def test_a_folder_that_lost_a_song_is_one_line(here: Path) -> None:
    source.main("params.yaml", "source")
    (here / "mels").rename(here / "before")
    with Store("mels", MELS):
        pass
    with pytest.raises(DataError, match="t01 is not among the fetched mels"):
        mels.main("params.yaml", "source", "scratch", "out", "features.npy", "metrics.json")


def test_no_mel_of_a_known_song_is_one_line(here: Path) -> None:
    Tracks(["x"], [""], [""], [""], [""]).save("canonical/tracks.tsv")
    rows = np.arange(1)
    Playlists(rows.astype(np.int32), np.array([0, 1]), rows.astype(np.uint64), rows).save(
        "canonical/playlists.npz"
    )
    with pytest.raises(DataError, match="mels: no mel of a song in canonical: expected some"):
        source.main("params.yaml", "source")
