"""The collection `tones`: what is planted in it, and that the knob takes it away."""

from pathlib import Path

import numpy as np
import pytest

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sound.tones.collection import LENGTHS, SHARES, draw_playlists, make_collection
from playlist2vec.sound.tones.params import TonesParams
from playlist2vec.sound.tones.synthesis import play
from playlist2vec.sound.tones.writing import write_tones
from tests.conftest import needed_package


def params(match: float = 1.0, seed: int = 1, playlists: int = 300) -> TonesParams:
    return TonesParams(
        genres=4, artists=5, songs=10, seconds=2, playlists=playlists, match=match, seed=seed
    )


def test_a_playlist_keeps_to_its_taste_and_holds_no_song_twice() -> None:
    songs = make_collection(params())
    playlists, taste = draw_playlists(params(), songs)
    assert taste.shape == (300, 200)
    assert [np.count_nonzero(taste[0] == level) for level in (0, 1, 2)] == [150, 30, 20]
    levels = np.concatenate([taste[number][tracks] for number, tracks in enumerate(playlists)])
    # What comes from everywhere may by chance be by a favourite, a tenth of it, or of the genre.
    assert np.mean(levels == 2) == pytest.approx(SHARES[0] + SHARES[2] * 20 / 200, abs=0.03)
    assert all(len(set(tracks.tolist())) == len(tracks) for tracks in playlists)
    assert LENGTHS[0] <= playlists.lengths.min() <= playlists.lengths.max() <= LENGTHS[1]


def test_no_song_is_popular() -> None:
    playlists, _ = draw_playlists(params(playlists=1_500), make_collection(params()))
    counts = np.bincount(playlists.tracks, minlength=200)
    assert counts.max() < 1.7 * counts.mean()


def test_match_says_how_many_songs_sound_like_their_artist() -> None:
    for match, least, most in ((1.0, 1.0, 1.0), (0.5, 0.45, 0.62), (0.0, 0.0, 0.1)):
        songs = make_collection(params(match))
        share = np.mean(songs.sounds_like == songs.artist_of)
        assert least <= share <= most
        # Sounds are exchanged: as many songs sound like an artist as before.
        assert (np.bincount(songs.sounds_like) == 10).all()


def test_another_seed_or_purpose_gives_other_draws_and_more_playlists_keep_the_first() -> None:
    first, _ = draw_playlists(params(), make_collection(params()))
    more, _ = draw_playlists(params(playlists=400), make_collection(params()))
    other, _ = draw_playlists(params(seed=2), make_collection(params(seed=2)))
    assert more.tracks[: len(first.tracks)].tolist() == first.tracks.tolist()
    assert other.tracks[:100].tolist() != first.tracks[:100].tolist()


def test_a_song_is_in_full_scale_and_its_own() -> None:
    songs = make_collection(params())
    made = [
        play(songs.genres[0], songs.artists[0], 2, 8_000, np.random.default_rng(seed)).astype(
            np.int64
        )
        for seed in (1, 2)
    ]
    assert all(
        len(samples) == 16_000 and 5_000 < np.abs(samples).max() <= 32_000 for samples in made
    )
    assert (made[0] != made[1]).any()


@pytest.mark.extra
def test_files_are_written_once_more_to_the_same_bytes(tmp_path: Path) -> None:
    needed_package("soundfile")
    small = TonesParams(genres=2, artists=2, songs=8, seconds=2, playlists=20, match=0.5, seed=3)
    for name in ("a", "b"):
        summary = write_tones(small, tmp_path / name, lambda _: None)
    assert summary.startswith("32 songs of 2 s by 4 artists in 2 genres, ")
    files = [
        path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()
    ]
    assert len(files) == 32 + 4
    assert {path.suffix for path in files} == {".flac", ".mp3", ".tsv", ".npz", ".npy"}
    assert [
        path
        for path in files
        if (tmp_path / "a" / path).read_bytes() != (tmp_path / "b" / path).read_bytes()
    ] == []
    tracks = Tracks.load(tmp_path / "a/tracks.tsv")
    assert tracks.ids == sorted(tracks.ids)
    assert Playlists.load(tmp_path / "a/playlists.npz").tracks.max() < len(tracks)
