"""Towers in NumPy: inputs, vectors and files."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.two_tower.inputs import MOMENTS, PAUSES, inputs_of, moments
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.ranking.heard import asked_at
from tests.builders.listens.histories import START, history_of, random_history, random_tower

SONGS = 8
VOCABULARY = Vocabulary([f"s{row}" for row in range(SONGS)], np.arange(SONGS, 0, -1))


@given(st.lists(st.integers(-2, SONGS - 1), max_size=12), st.integers(1, 8))
def test_column_n_is_the_song_n_listens_ago(rows: list[int], back: int) -> None:
    whole = history_of([(START + 60 * place, row) for place, row in enumerate([*rows, 0])])
    found = inputs_of(asked_at(whole, np.array([len(rows)]), 100), back)
    expected = [row if row >= 0 else -1 for row in reversed(rows)][:back]
    assert found.rows.tolist() == [expected + [-1] * (back - len(expected))]


@pytest.mark.parametrize(
    ("seconds", "pause"),
    [(0, 0), (59, 0), (60, 1), (179, 1), (180, 2), (420, 3), (86_400, 10), (3 * 10**9, PAUSES - 2)],
)
def test_pauses_double(seconds: int, pause: int) -> None:
    whole = history_of([(0, 1), (seconds, 2)])
    assert inputs_of(asked_at(whole, np.array([1]), 9), 2).pauses.tolist() == [pause]


def test_the_first_listen_has_no_pause_and_hours_are_those_of_the_clock() -> None:
    found = inputs_of(asked_at(history_of([(7 * 3_600 + 5, 1)]), np.array([0]), 9), 2)
    assert (found.pauses.tolist(), found.hours.tolist()) == ([PAUSES - 1], [7])


def test_moments_are_clipped() -> None:
    stretch, place = moments(np.array([0, 100, 150, 199, 200, 999]), 100, 200)
    assert stretch.tolist() == [0, 0, MOMENTS // 2, 990, MOMENTS - 1, MOMENTS - 1]
    np.testing.assert_allclose(place, [0, 0, 0.5, 0.99, 1, 1])


@pytest.mark.parametrize("query", ["recent", "user_time"])
def test_a_tower_comes_back_from_its_files(tmp_path: Path, query: str) -> None:
    tower = random_tower(VOCABULARY, query, seed=1)
    tower.save(tmp_path)
    again = TwoTower.load(tmp_path)
    history = random_history(5, 20, SONGS, seed=1)
    queries = asked_at(history, np.arange(len(history)), 50)
    assert again.vectors(queries).tobytes() == tower.vectors(queries).tobytes()
    assert again.vocabulary.ids == VOCABULARY.ids
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    again.save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_a_vector_is_what_the_formula_says() -> None:
    tower = random_tower(VOCABULARY, "recent", seed=2)
    found = tower.vectors(
        asked_at(
            history_of([(START, 3), (START + 60, -1), (START + 90, 5), (START + 91, 0)]),
            np.array([3]),
            9,
        )
    )
    songs, arrays = (
        tower.songs.astype(np.float64),
        {name: each.astype(np.float64) for name, each in tower.arrays.items()},
    )
    short, long = arrays["short"], arrays["long"]
    last = songs[5]
    means = [(short[0] * songs[5] + short[2] * songs[3]) / (short[0] + short[2])]
    means += [(long[0] * songs[5] + long[2] * songs[3]) / (long[0] + long[2])]
    x = np.concatenate(
        [last, *means, arrays["pause"][0], arrays["hour"][(START + 91) // 3_600 % 24]]
    )
    x = np.maximum(x @ arrays["layers/0/weight"] + arrays["layers/0/bias"], 0)
    x = x @ arrays["layers/1/weight"] + arrays["layers/1/bias"]
    expected = x + arrays["shares"] @ np.array([last, *means])
    np.testing.assert_allclose(found, [expected])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("songs.npy", "damaged"),
        ("query.npz", "damaged"),
        ("tower.json", "damaged"),
        ("vocabulary.tsv", "vocabulary.tsv"),
    ],
)
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, name: str, said: str) -> None:
    random_tower(VOCABULARY, "recent", seed=1).save(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-3])
    with pytest.raises(DataError, match=said):
        TwoTower.load(tmp_path)


def test_parts_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    tower = random_tower(VOCABULARY, "recent", seed=1)
    tower.save(tmp_path)
    Vocabulary(VOCABULARY.ids[:-1], VOCABULARY.counts[:-1]).save(
        tmp_path / "vocabulary.tsv", index="row"
    )
    with pytest.raises(DataError, match="8 vectors for 7 songs"):
        TwoTower.load(tmp_path)
    tower.save(tmp_path)
    cut = tower.arrays["layers/1/weight"][:, :-1]
    np.savez(tmp_path / "query.npz", allow_pickle=False, **{**tower.arrays, "layers/1/weight": cut})
    with pytest.raises(DataError, match=r"layer 1 of shape \(5, 3\): expected 5 rows"):
        TwoTower.load(tmp_path)
    tower.save(tmp_path)
    (tmp_path / "tower.json").write_text(
        json.dumps({"query": "moon", "songs_back": 1, "first": 0, "last": 1})
    )
    with pytest.raises(DataError, match="'query': 'moon'"):
        TwoTower.load(tmp_path)
    (tmp_path / "songs.npy").unlink()
    with pytest.raises(DataError, match=r"no songs\.npy: expected a tower"):
        TwoTower.load(tmp_path)
