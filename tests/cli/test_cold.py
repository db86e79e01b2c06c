"""The option --cold of `next`, `similar`, `complete` and `radio`, and `playlist2vec add`, as people
type them.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.files import write_json
from playlist2vec.cold_songs.suggesting.adding import fingerprint
from playlist2vec.cold_songs.suggesting.own import OwnSong, OwnSongs
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.audio.baselines import Regression, save_regression
from playlist2vec.models.audio.vectors import SongVectors
from playlist2vec.recommend.loading import load
from playlist2vec.sound.table.files import Sound, write_sounds
from tests.builders.params import write_params
from tests.conftest import Project, needed_package

Ask = Callable[..., subprocess.CompletedProcess[str]]
BINS = 16
PROGRAM = (sys.executable, "-m", "playlist2vec")


@pytest.fixture(scope="module")
def heard(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A finished project whose first six songs have a sound, as three that no playlist holds."""
    project = finished.copy_to(tmp_path_factory.mktemp("heard") / "project")
    catalogue = load(project.folder, ranker="word2vec").catalogue
    audio = project.folder / "data/audio"
    known = sorted(catalogue.ids[:6])
    artists = [catalogue.artist_names[catalogue.row_of[track]] for track in known]
    ids, names = [*known, "zz_1", "zz_2"], [*artists, artists[0], ""]
    titles = [*known, "Unheard", "Nameless"]
    Tracks(ids, names, names, titles, [""] * len(ids)).save(audio / "source/tracks.tsv")
    write_sounds(audio / "source/files.tsv", [Sound("zz_1", "sounds/zz_1.flac", 1.0)])
    sound = np.eye(8, dtype=np.float32)[[0, 1, 2, 3, 4, 5, 6, 0]]
    SongVectors.of_units(sound).save(audio / "tower/vectors.npz")
    learned = Regression(np.ones((8, 3 * BINS)), np.zeros(8), 1.0)
    save_regression(audio / "tower/weights.npz", learned, np.zeros(3 * BINS), np.ones(3 * BINS))
    write_json(audio / "tower/about.json", {"model": "statistics"})
    write_json(project.folder / "metrics/audio/settings.json", {"artist_share": 0.5})
    own = OwnSongs(
        [OwnSong("file:/m/own.mp3", "Me", "Mine", "/m/own.mp3")], SongVectors.of_units(sound[1:2])
    )
    OwnSongs(own.songs, own.sound, fingerprint(audio / "tower")).save(audio / "own")
    mel = {"bins": BINS, "min": -80, "max": 0, "seconds": 30, "workers": 1}
    sounds = {
        "sounds": "tones",
        "folder": "none",
        "fetched": "none",
        "data_set": "none",
        "playlists": "none",
    }
    (project.folder / "pipelines/audio").mkdir(parents=True)
    write_params(project.folder / "pipelines/audio/params.yaml", {"audio": {**sounds, "mel": mel}})
    return project


@pytest.fixture
def ask(heard: Project) -> Ask:
    def run(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [*PROGRAM, *arguments]
        done = subprocess.run(
            command,
            cwd=heard.folder,
            env=heard.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    return run


def first_two(heard: Project) -> list[str]:
    return sorted(load(heard.folder, ranker="word2vec").catalogue.ids[:6])[:2]


def test_next_lists_them_apart_and_marked(ask: Ask, heard: Project) -> None:
    song, other = first_two(heard)
    plain, cold = ask("next", song, "-k", "3").stdout, ask("next", song, "-k", "3", "--cold").stdout
    assert cold.startswith(plain.rpartition("(")[0] if plain.endswith("name)\n") else plain)
    below = cold.partition("songs in no playlist, by artist or sound:\n")[2].splitlines()
    assert [line.split()[-2] for line in below[1:]][:2] == [
        "artist",
        "sound",
    ] or "Nameless" in below[1]
    content = json.loads(ask("next", song, "-k", "3", "--cold", "--json").stdout)
    assert [each["track"] for each in content["tracks"]] == [
        each["track"]
        for each in json.loads(ask("next", song, "-k", "3", "--json").stdout)["tracks"]
    ]
    by = {each["track"]: (each["by"], each["score"]) for each in content["cold"]["tracks"]}
    assert by["zz_1"][0] == "artist"
    assert by["zz_2"] == ("sound", 1.0)
    both = json.loads(ask("next", song, other, "-k", "3", "--cold", "--json").stdout)
    assert {each["track"]: each["score"] for each in both["cold"]["tracks"]}[
        "file:/m/own.mp3"
    ] == 0.5


def test_similar_and_complete(ask: Ask, heard: Project, tmp_path: Path) -> None:
    _, other = first_two(heard)
    assert (
        json.loads(ask("similar", other, "--cold", "--json").stdout)["cold"]["tracks"][0]["track"]
        == "file:/m/own.mp3"
    )
    (tmp_path / "list.txt").write_text(f"{other}\n", "utf-8")
    written = tmp_path / "new.m3u8"
    said = ask(
        "complete", str(tmp_path / "list.txt"), "-k", "2", "--cold", "--output", str(written)
    ).stderr
    assert said.endswith(f"{written}: 4 songs\n")
    assert "\n/m/own.mp3\n" in written.read_text("utf-8")


def test_a_wish_holds_for_them_too(ask: Ask, heard: Project) -> None:
    song, _ = first_two(heard)
    artist = Tracks.load(heard.folder / "data/audio/source/tracks.tsv").artist_names[-2]
    found = json.loads(ask("next", song, "--cold", "--json", "--exclude-artist", artist).stdout)[
        "cold"
    ]["tracks"]
    assert "zz_1" not in [each["track"] for each in found]
    assert "zz_2" in [each["track"] for each in found]


def test_an_artist_of_cold_songs_alone_may_be_excluded_with_them(ask: Ask, heard: Project) -> None:
    song, _ = first_two(heard)
    found = json.loads(ask("similar", song, "--cold", "--json", "--exclude-artist", "me").stdout)[
        "cold"
    ]
    assert "file:/m/own.mp3" not in [each["track"] for each in found["tracks"]]
    refused = ask("similar", song, "--exclude-artist", "me", check=False)
    assert refused.stderr.startswith(
        "similar: --exclude-artist 'me': no song of this artist: expected "
    )


def test_every_fifth_song_of_a_radio_is_one(ask: Ask, heard: Project) -> None:
    song, _ = first_two(heard)
    lines = ask("radio", song, "--steps", "11", "--silent", "--cold").stdout.splitlines()
    assert [number for number, line in enumerate(lines, start=1) if "in no playlist]" in line] == [
        5,
        10,
    ]
    entries = [
        json.loads(line)
        for line in ask("radio", song, "--steps", "11", "--json", "--cold").stdout.splitlines()
    ]
    cold = [each for each in entries if "by" in each]
    assert len({each["track"] for each in cold}) == len(cold) == 2
    plain = [
        json.loads(line)["track"]
        for line in ask("radio", song, "--steps", "9", "--json").stdout.splitlines()
    ]
    assert [each["track"] for each in entries if "by" not in each] == plain, (
        "the walk itself is the same"
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["next", "--batch", "-", "--cold"],
            "next: --cold beside --batch: expected one of the two",
        ),
        (
            ["add", "nowhere.mp3"],
            "add: nowhere.mp3: no such file or folder: expected music files, .aac",
        ),
    ],
)
def test_what_is_refused(ask: Ask, arguments: list[str], text: str) -> None:
    done = ask(*arguments, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(text)
    assert done.stderr.count("\n") == 1


def test_before_make_audio_one_line_says_what_is_missing(finished: Project) -> None:
    song = load(finished.folder, ranker="word2vec").catalogue.ids[0]
    for words, text in (
        (["next", song, "--cold"], "no songs with sound: expected what `make audio` or"),
        (
            ["add", "x.mp3"],
            "data/audio/tower/weights.npz: no model of sound: expected `make audio` first",
        ),
    ):
        done = subprocess.run(
            [*PROGRAM, *words],
            cwd=finished.folder,
            env=finished.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert text in done.stderr


@pytest.mark.extra
def test_files_of_ones_own_get_a_place(ask: Ask, heard: Project, tmp_path: Path) -> None:
    for package in ("mutagen", "soundfile", "soxr"):
        needed_package(package)
    import soundfile

    own = heard.folder / "data/audio/own"
    before = {path.name: path.read_bytes() for path in own.iterdir()}
    noise = 0.1 * np.random.default_rng(1).standard_normal(22_050 * 2)
    (tmp_path / "music/deep").mkdir(parents=True)
    soundfile.write(tmp_path / "music/deep/Someone - Some Song.flac", noise, 22_050)
    (tmp_path / "music/empty.mp3").write_bytes(b"")
    (tmp_path / "music/notes.txt").write_text("no music", "utf-8")
    done = ask("add", str(tmp_path / "music"))
    assert done.stderr.splitlines()[-1] == f"{tmp_path}/music/empty.mp3: empty: 0 bytes: not added"
    path, summary = done.stdout.splitlines()
    assert path.startswith(f"{tmp_path}/music/deep/Someone - Some Song.flac: sounds like ")
    assert summary.startswith(
        "2 music files: 0 of songs in playlists, 1 of songs in no playlist, 0 of a song"
    )
    assert summary.endswith("left out: 1 empty, 1 other kinds of files; data/audio/own has 2")
    kept = {path.name: path.read_bytes() for path in own.iterdir()}
    ask("add", str(tmp_path / "music"))
    assert {path.name: path.read_bytes() for path in own.iterdir()} == kept, (
        "adding again changes nothing"
    )
    unusable = ask("add", str(tmp_path / "music/empty.mp3"), check=False)
    assert unusable.returncode == 1
    assert unusable.stdout.endswith("data/audio/own has 2\n")
    song, _ = first_two(heard)
    names = [
        each["title"]
        for each in json.loads(ask("next", song, "--cold", "--json").stdout)["cold"]["tracks"]
    ]
    assert "Some Song" in names
    for name, content in before.items():
        (own / name).write_bytes(content)


def test_what_another_model_of_sound_has_added_is_refused(ask: Ask, heard: Project) -> None:
    song, _ = first_two(heard)
    about = heard.folder / "data/audio/own/about.json"
    before = about.read_bytes()
    write_json(about, {"model": "another"})
    done = ask("next", song, "--cold", check=False)
    about.write_bytes(before)
    assert done.returncode == 1
    assert (
        "own: added with another model of sound: expected `playlist2vec add` again" in done.stderr
    )
