"""The stages of pipelines/audio, one after the other, on a small collection."""

import json
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from playlist2vec.cli.fetching import fetch_and_keep
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer
from playlist2vec.online.fetching.songs import Songs
from playlist2vec.online.quota import Quota
from playlist2vec.sound.data_set.reading import PARTS
from playlist2vec.sound.fetched.store import Store
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.table.files import read_sounds
from tests.builders.deezer_server import deezer_server
from tests.conftest import ROOT, needed_package
from tests.project.test_audio_pipeline import PARAMS, STAGES
from tests.sound.data_set.tables import row, write_set

pytestmark = pytest.mark.thorough
for package in ("torch", "soundfile", "soxr", "miniaudio", "mutagen"):
    needed_package(package)


def small(**train: Any) -> dict[str, Any]:
    """The committed parameters, with a smaller collection and a shorter training."""
    params: dict[str, Any] = yaml.safe_load((ROOT / PARAMS).read_text("utf-8"))
    audio = params["audio"]
    audio["tones"] |= {"genres": 3, "artists": 4, "songs": 8, "seconds": 4, "playlists": 120}
    audio["vectors"] |= {"vector_size": 16, "epochs": 15}
    audio["train"] |= {"epochs": 8, "channels": 16, "every": 4, **train}
    audio["evaluate"] |= {"resamples": 100}
    return params


def run(params: dict[str, Any], *names: str) -> dict[str, str]:
    """Run stages in the working directory as dvc.yaml says; return their summary lines."""
    Path(PARAMS).parent.mkdir(parents=True, exist_ok=True)
    Path(PARAMS).write_text(yaml.safe_dump(params), "utf-8")
    said = {}
    for name in names or tuple(STAGES):
        module = import_module(f"stages.audio.{name.removeprefix('audio_')}")
        said[name] = module.main(*shlex.split(STAGES[name]["cmd"])[3:])
    return said


def written(*folders: str) -> dict[str, bytes]:
    files = [
        path
        for folder in folders or ("data", "metrics")
        for path in Path(folder).rglob("*")
        if path.is_file()
    ]
    return {path.as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("train", [{}, {"model": "dcue", "optimiser": "sgd", "learning_rate": 0.2}])
def test_two_runs_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, train: dict[str, Any]
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    said = run(small(**train))
    assert said["audio_mels"] == "96 of 96 songs have sound; without: none"
    first = written()
    monkeypatch.chdir(tmp_path / "b")
    assert run(small(**train)) == said
    assert written() == first
    scores = json.loads(Path("metrics/audio/test.json").read_text("utf-8"))["all"]
    ceiling = scores.pop("ceiling")
    assert scores["random"]["auc"] < 0.6
    assert min(scores[name]["auc"] for name in ("ridge", "artist")) > 0.65
    for each in scores.values():
        assert each["auc"] <= ceiling["auc"] + 0.03


def test_where_test_songs_stand_in_playlists_changes_nothing_that_is_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stages = [name for name in STAGES if name not in ("audio_evaluate", "audio_test", "audio_page")]
    run(small(), *stages)
    learned = ("data/audio/word2vec", "data/audio/baselines", "data/audio/tower", "metrics/audio")
    before = written(*learned)
    test = np.flatnonzero(np.load("data/audio/split/roles.npy") == Role.TEST)
    playlists = Playlists.load("data/audio/source/playlists.npz")
    moved = np.arange(96)
    moved[test] = np.random.default_rng(1).permutation(test)
    playlists.tracks[:] = moved[playlists.tracks]
    playlists.save("data/audio/source/playlists.npz")
    asked = Path("data/audio/split/test.npz").read_bytes()
    run(small(), *stages[stages.index("audio_split") :])
    assert Path("data/audio/split/test.npz").read_bytes() != asked
    assert written(*learned) == before


def test_statistics_need_no_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("stages.audio.train.find_spec", lambda name: None)
    stages = [name for name in STAGES if name not in ("audio_evaluate", "audio_test", "audio_page")]
    said = run(small(model="statistics"), *stages)
    assert said["audio_train"].startswith(
        "statistics: 96 songs with a vector; ridge regression with penalty "
    )


def test_a_data_set_of_free_music_is_asked_about_by_its_own_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Songs that no playlist holds come along, to be suggested."""
    monkeypatch.chdir(tmp_path)
    params = small(model="statistics")
    run(params, "audio_check", "audio_source")
    Path("data/audio/source").rename("data/canonical")
    tracks = Tracks.load("data/canonical/tracks.tsv")
    number = {track: place + 1 for place, track in enumerate(tracks.ids)}
    Tracks(
        [str(each) for each in number.values()],
        tracks.artists,
        tracks.artist_names,
        tracks.titles,
        [""] * len(number),
    ).save(Path("data/canonical/tracks.tsv"))
    files = read_sounds(Path("data/canonical/files.tsv"), Path())
    parts = [PARTS[(place % 10 > 6) + (place % 10 > 7)] for place in range(len(files))]
    rows = [
        row(number[sound.track], part) | {"file": sound.path, "duration": 4.0}
        for sound, part in zip(files, parts, strict=True)
    ]
    rows.append(rows[0] | {"id": 1_000, "title": "Never listed"})
    write_set(Path("data/soundcloud/set"), rows)
    params["audio"] |= {
        "sounds": "data_set",
        "data_set": "data/soundcloud/set",
        "folder": "data/canonical",
    }
    params["audio"] |= {"playlists": "data/canonical"}
    params["audio"]["split"]["by"] = "data_set"
    said = run(params)
    assert said["audio_source"].startswith(
        "97 songs of the data set (70 train, 9 validation, 18 test): 96 in playlists, 1 in none; "
    )
    assert "97 songs: 0 silent, 69 training, 9 validation, 18 test, 1 new; " in said["audio_split"]
    assert np.load("data/audio/split/roles.npy").tolist().count(Role.NEW) == 1
    scores = json.loads(Path("metrics/audio/test.json").read_text("utf-8"))["all"]
    assert scores["ridge"]["auc"] > 0.65


def test_fetched_previews_are_a_collection_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    params = small(model="statistics")
    run(params, "audio_check", "audio_source")
    Path("data/audio/source").rename("data/canonical")
    tracks = Tracks.load("data/canonical/tracks.tsv")
    files = [
        Path(sound.path)
        for sound in read_sounds(Path("data/canonical/files.tsv"), Path("data/canonical"))
    ]
    mels = MelParams(**params["audio"]["mel"])
    with deezer_server() as server, Store("data/incoming/mels", mels) as store:
        for number, file in enumerate(files, start=1):
            server.add(
                Song(number, tracks.titles[number - 1], tracks.artist_names[number - 1], "", 4)
            )
            server.sounds[number] = file.read_bytes()
        clients = [Deezer(server.address, quota=Quota(50, 0)) for _ in range(2)]
        songs = list(Songs.load(Path("data/canonical"), {}, deezer_ids=False))
        assert fetch_and_keep(clients, songs, store, mels) == 0
    assert "asked about 96: 96 with a mel; without: none; " in capsys.readouterr().out
    params["audio"] |= {
        "sounds": "fetched",
        "fetched": "data/incoming/mels",
        "playlists": "data/canonical",
    }
    said = run(params)
    assert said["audio_source"].startswith("96 songs were asked about: 96 have a mel, 0 more that ")
    assert said["audio_mels"] == "96 of 96 songs have sound; without: none"
    scores = json.loads(Path("metrics/audio/test.json").read_text("utf-8"))["all"]
    assert scores["ridge"]["auc"] > 0.65
