"""Songs that no playlist holds, suggested by their artist and by their sound, and the files that
were added.
"""

from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.cold_songs.suggesting.own import OwnSong, OwnSongs, load_own
from playlist2vec.cold_songs.suggesting.table import ARTIST, SOUND, ColdTable, artist_vectors
from playlist2vec.models.audio.baselines import moments, predict, ridge, save_regression, scaled_by
from playlist2vec.models.audio.vectors import SongVectors
from playlist2vec.songs.catalogue import Catalogue

NORTH, EAST = [1.0, 0.0], [0.0, 1.0]
SONGS = [OwnSong(name, name[0], name, f"/m/{name}.mp3") for name in ("a1", "b1", "a2", "b2", "new")]


def table(share: float = 0.5, sound: list[list[float]] | None = None) -> ColdTable:
    """Two songs that the model knows, one north and one east, and three that it does not."""
    cold = np.array([False, False, True, True, True])
    artist = np.array([NORTH, EAST, NORTH, EAST, [0, 0]], np.float32)
    heard = np.array(sound or [NORTH, EAST, NORTH, EAST, NORTH], np.float32)
    return ColdTable(SONGS, cold, artist, SongVectors(heard, heard), share)


def asked(*tracks: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array([{"a1": NORTH, "b1": EAST}[track] for track in tracks], np.float32).reshape(
        len(tracks), 2
    )


def test_by_artist_and_by_sound_and_each_is_marked() -> None:
    found = table().suggest(["a1"], asked("a1"), 3)
    assert [(SONGS[each.song].track, each.score, each.by) for each in found] == [
        ("a2", 1.0, ARTIST),
        ("new", 1.0, SOUND),
        ("b2", 0.0, ARTIST),
    ]


def test_the_share_weighs_the_two_and_the_larger_part_is_named() -> None:
    sound = [NORTH, EAST, EAST, NORTH, NORTH]
    found = {
        SONGS[each.song].track: each for each in table(0.25, sound).suggest(["a1"], asked("a1"), 3)
    }
    assert (found["a2"].score, found["a2"].by) == (0.25, ARTIST)
    assert (found["b2"].score, found["b2"].by) == (0.75, SOUND)
    assert found["new"].score == 1.0


def test_a_score_is_the_mean_over_the_songs_that_were_asked_with() -> None:
    found = table().suggest(["a1", "b1"], asked("a1", "b1"), 3)
    assert [each.score for each in found] == [0.5, 0.5, 0.5]
    assert [each.song for each in found] == [2, 3, 4], "ties go to the earlier song"


def test_songs_that_the_model_knows_and_those_left_out_never_come() -> None:
    assert [each.song for each in table().suggest(["a1"], asked("a1"), 9)] == [2, 4, 3]
    assert [each.song for each in table().suggest(["a1"], asked("a1"), 9, [2])] == [4, 3]
    assert [each.song for each in table().suggest(["a1"], asked("a1"), 1)] == [2]


def test_without_a_sound_to_ask_with_the_artist_speaks_alone() -> None:
    found = table(0.0).suggest(["unheard"], asked("a1"), 9)
    assert [(each.song, each.score, each.by) for each in found] == [
        (2, 1.0, ARTIST),
        (3, 0.0, ARTIST),
    ]
    assert table().suggest([], asked(), 9)[0].score == 0.0


def test_what_a_song_sounds_like() -> None:
    assert table().sounding_like(4, 5) == ["a1", "b1"]
    assert table().sounding_like(4, 1) == ["a1"]


def test_the_vector_of_an_artist_is_the_mean_of_their_songs_whatever_the_spelling() -> None:
    names = ["Élan", "elan", "Other", ""]
    catalogue = Catalogue(list("abcd"), names, names, list("abcd"), np.ones(4, np.int64))
    vectors = np.array([NORTH, EAST, [-1, 0], NORTH], np.float32)
    found = artist_vectors(["ELAN", "Nobody", ""], catalogue, vectors)
    assert found == pytest.approx(np.array([[0.5**0.5, 0.5**0.5], [0, 0], [0, 0]]))


def test_files_that_were_added_are_kept_and_added_again(tmp_path: Path) -> None:
    vectors = SongVectors.of_units(np.eye(2, dtype=np.float32))
    first = OwnSongs(
        [OwnSong("file:/a", "A", "tab\tinside", "/a"), OwnSong("file:/b", "", "B", "/b")],
        vectors,
        "one",
    )
    first.save(tmp_path)
    again = load_own(tmp_path)
    assert again is not None
    assert (again.songs, again.model) == (first.songs, "one")
    assert np.array_equal(again.sound.found, vectors.found)
    more = OwnSongs(
        [OwnSong("file:/b", "", "renamed", "/b")],
        SongVectors.of_units(np.array([[1.0, 1.0]])),
        "one",
    )
    both = again.with_more(more)
    assert [song.title for song in both.songs] == ["tab\tinside", "renamed"]
    assert both.sound.found[1] == pytest.approx(np.full(2, 0.5**0.5))
    assert load_own(tmp_path / "nothing") is None


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("track\tartist\ttitle\n", "songs.tsv: line 1: expected track artist title file"),
        (
            "track\tartist\ttitle\tfile\na\tb\n",
            "songs.tsv: line 2: expected track artist title file",
        ),
        ("track\tartist\ttitle\tfile\na\tb\tc\td\n", "vectors.npz: 2 songs, songs.tsv has 1"),
    ],
)
def test_a_damaged_table_of_added_files_is_refused(tmp_path: Path, content: str, text: str) -> None:
    OwnSongs(SONGS[:2], SongVectors.of_units(np.eye(2, dtype=np.float32))).save(tmp_path)
    (tmp_path / "songs.tsv").write_text(content, "utf-8")
    with pytest.raises(DataError, match=text):
        load_own(tmp_path)


def test_a_regression_says_of_a_new_song_what_it_said_in_training(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((30, 4)).astype(np.float32)
    vectors = (features @ rng.standard_normal((4, 3))).astype(np.float32)
    training = np.arange(30) < 20
    mean, deviation = moments(features, training)
    found, learned = ridge(scaled_by(features, mean, deviation), vectors, training)
    save_regression(tmp_path / "weights.npz", learned, mean, deviation)
    assert predict(tmp_path / "weights.npz", features) == pytest.approx(found.found, abs=1e-6)
