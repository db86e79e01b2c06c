"""The split of songs, and the questions about those that left."""

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.cold_songs.split.params import ColdSplitParams
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.cold_songs.split.roles import (
    Role,
    first_of,
    given_roles,
    questions_of,
    restricted,
    roles_of,
)
from tests.builders.examples import lists_of, playlists_of

IDS = [f"t{number}" for number in range(200)]
ARTISTS = [f"a{number // 10}" for number in range(200)]


def params(by: str = "song", seed: int = 1) -> ColdSplitParams:
    return ColdSplitParams(by=by, validation=0.1, test=0.2, limit=0, seed=seed)


def test_each_song_with_sound_has_one_role() -> None:
    sounding = np.arange(200) % 4 > 0
    roles = roles_of(params(), IDS, ARTISTS, sounding)
    assert (roles == Role.SILENT).tolist() == (~sounding).tolist()
    assert [
        np.count_nonzero(roles == role) for role in (Role.TEST, Role.VALIDATION, Role.TRAINING)
    ] == [30, 15, 105]
    assert roles.tolist() == roles_of(params(), IDS, ARTISTS, sounding).tolist()
    assert roles.tolist() != roles_of(params(seed=2), IDS, ARTISTS, sounding).tolist()


def test_a_song_that_no_playlist_holds_is_new() -> None:
    listed, sounding = np.arange(200) % 5 > 0, np.arange(200) % 4 > 0
    roles = roles_of(params(), IDS, ARTISTS, sounding, listed)
    assert (roles == Role.NEW).tolist() == (sounding & ~listed).tolist()
    assert (roles == Role.SILENT).tolist() == (~sounding).tolist()


def test_a_role_does_not_depend_on_the_order_of_the_songs() -> None:
    order = np.random.default_rng(1).permutation(200)
    roles = roles_of(params(), IDS, ARTISTS, np.ones(200, bool))
    moved = roles_of(
        params(), [IDS[n] for n in order], [ARTISTS[n] for n in order], np.ones(200, bool)
    )
    assert moved.tolist() == roles[order].tolist()


def test_by_artist_an_artist_has_one_role_and_an_unknown_one_is_a_song_of_its_own() -> None:
    artists = [*ARTISTS[:150], *[""] * 50]
    roles = roles_of(params("artist"), IDS, artists, np.ones(200, bool))
    for artist in set(artists) - {""}:
        assert (
            len({role for role, own in zip(roles.tolist(), artists, strict=True) if own == artist})
            == 1
        )
    assert len(set(roles[150:].tolist())) == 3
    assert 40 <= np.count_nonzero(roles == Role.TEST) < 50


def test_too_few_songs_are_a_line() -> None:
    with pytest.raises(DataError, match="2 songs with sound in playlists, none of which is for"):
        roles_of(params(), IDS[:2], ARTISTS[:2], np.ones(2, bool))


def test_questions_hold_training_songs_and_ask_for_the_others(tmp_path: object) -> None:
    roles = np.array([0, 0, 0, 1, 1, 2, -1], np.int8)
    playlists = playlists_of([[0, 3, 1, 4], [3, 4], [0, 5], [2, 6, 3, 3], [0, 1]])
    found = questions_of(playlists, roles, Role.VALIDATION)
    assert lists_of(found.known) == [[0, 1], [2]]
    assert found.known.rows.tolist() == [0, 3]
    assert found.targets.tolist() == [3, 4, 3]
    assert found.relevant(np.array([3, 4])).tolist() == [[True, True], [True, False]]
    assert found.relevant(np.array([4])).tolist() == [[True], [False]]
    found.save(f"{tmp_path}/q.npz")
    again = ColdQuestions.load(f"{tmp_path}/q.npz")
    assert again.relevant(np.array([3, 4])).tolist() == [[True, True], [True, False]]


def test_training_playlists_hold_training_songs_alone() -> None:
    roles = np.array([0, 0, 1, 2], np.int8)
    playlists = playlists_of([[0, 2, 1], [2, 3], [3, 1]])
    assert lists_of(restricted(playlists, roles == 0)) == [[0, 1], [1]]
    assert lists_of(restricted(playlists, roles == 0, least=2)) == [[0, 1]]
    assert restricted(playlists, roles == 0).rows.tolist() == [0, 2]
    assert lists_of(first_of(playlists, 2)) == [[0, 2, 1], [2, 3]]
    assert first_of(playlists, 0) is playlists


def test_the_split_of_a_data_set_is_taken_as_it_is() -> None:
    ids = list("abcdef")
    parts = dict(
        zip(ids, ["test", "train", "validation", "train", "test", "validation"], strict=True)
    )
    sounding = np.array([True, True, True, False, True, True])
    listed = np.array([True, True, True, True, False, True])
    roles = given_roles(ids, parts, sounding, listed)
    expected = [Role.TEST, Role.TRAINING, Role.VALIDATION, Role.SILENT, Role.NEW, Role.VALIDATION]
    assert roles.tolist() == expected
    assert given_roles(ids, parts, sounding)[4] == Role.TEST
    with pytest.raises(
        DataError, match="4 songs with sound in playlists, none of which is for test: expected more"
    ):
        given_roles(ids, parts | {"a": "train"}, sounding, listed)
