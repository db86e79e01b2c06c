"""Baselines of listens: what each counts, and tables of songs in files."""

from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.histories.rankers import BASELINES, Heard, made, recent_popularity
from playlist2vec.models.histories.tables import SongTables
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_at
from playlist2vec.ranking.queries import Queries
from tests.builders.listens.histories import START, history_of, random_history

SONGS = 8
VOCABULARY = Vocabulary([f"s{row}" for row in range(SONGS)], np.arange(SONGS, 0, -1))
DAY = 86_400


def test_recent_popularity_counts_the_last_days_of_everybody() -> None:
    heard = Heard(
        history_of(
            [(START, 3), (START + 9 * DAY, 2)], [(START + 10 * DAY, 2), (START + 10 * DAY, -1)]
        ),
        VOCABULARY,
        30,
    )
    queries = Queries.of_each(Rows(np.array([0, 1])))
    assert recent_popularity(heard, 3)(queries).toarray().tolist() == [[0, 0, 2, 0, 0, 0, 0, 0]] * 2


def test_who_alternates_two_songs_is_suggested_both() -> None:
    others = random_history(20, 40, SONGS, seed=1)
    planted = [(START + 300 * number, 6 + number % 2) for number in range(30)]
    whole = history_of(
        planted, list(zip(others.seconds.tolist(), others.tracks.tolist(), strict=True))
    )
    asked = asked_at(whole, np.array([29]), 100)
    ranker = made(
        "counts",
        Heard(whole, VOCABULARY, 30),
        {"base_level": 0.3, "own_followers": 0.5, "decay": 1.0},
    )
    assert sorted(ranker.suggest(asked, Exclusions.none(1), 2)[0].tolist()) == [6, 7]


@pytest.mark.parametrize("name", BASELINES)
def test_every_value_of_every_option_makes_a_ranker(name: str) -> None:
    heard = Heard(random_history(9, 30, SONGS, seed=2), VOCABULARY, 30)
    first = {option: values[0] for option, values in BASELINES[name].options.items()}
    queries = asked_at(heard.training, np.arange(5, 12), 50)
    for option, values in BASELINES[name].options.items():
        for value in values:
            lists = made(name, heard, {**first, option: value}).suggest(
                queries, Exclusions.none(7), SONGS
            )
            assert sorted(lists[0].tolist()) == list(range(SONGS))


def test_tables_keep_the_most_usual_and_come_back(tmp_path: Path) -> None:
    sessions = random_history(30, 50, SONGS, seed=3).sessions(30)
    whole, cut = SongTables.of(sessions, SONGS, SONGS), SongTables.of(sessions, SONGS, 2)
    for name in ("followers", "neighbours"):
        full, kept = getattr(whole, name).toarray(), getattr(cut, name).toarray()
        for row in range(SONGS):
            best = np.lexsort((np.arange(SONGS), -full[row]))[:2]
            expected = np.where(np.isin(np.arange(SONGS), best), full[row], 0)
            assert kept[row].tolist() == expected.tolist()
    cut.save(tmp_path / "tables.npz")
    again = SongTables.load(tmp_path / "tables.npz", SONGS)
    assert again.followers.toarray().tolist() == cut.followers.toarray().tolist()
    assert again.neighbours.toarray().tolist() == cut.neighbours.toarray().tolist()
    with pytest.raises(DataError, match="followers of 8 songs: expected"):
        SongTables.load(tmp_path / "tables.npz", SONGS + 1)
    (tmp_path / "tables.npz").write_bytes((tmp_path / "tables.npz").read_bytes()[:-40])
    with pytest.raises(DataError, match="damaged"):
        SongTables.load(tmp_path / "tables.npz", SONGS)
