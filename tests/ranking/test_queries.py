from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries, ask, decayed, last_songs
from tests.builders.examples import lists_of, playlists_of, query_params, some_playlists


def content(queries: Queries) -> list[list[tuple[int, float]]]:
    """Each query as a list of (song, weight)."""
    pairs = list(zip(queries.songs.tolist(), queries.weights.tolist(), strict=True))
    return [pairs[start:end] for start, end in pairwise(queries.offsets.tolist())]


def test_the_last_song_alone_weighs_one() -> None:
    queries = last_songs(playlists_of([[3, 1], [2], [0, -1], []]))
    assert content(queries) == [[(1, 1.0)], [(2, 1.0)], [], []]
    assert queries.playlists.tolist() == [0, 1, 2, 3]


def test_songs_weigh_less_the_further_back_they_stand() -> None:
    queries = decayed(playlists_of([[4, 3, 2, 1], [5, 5], [7, -1, 6]]), songs_back=3, decay=0.5)
    assert content(queries) == [
        [(3, 0.5**2), (2, 0.5), (1, 1.0)],
        [(5, 0.5), (5, 1.0)],
        [(7, 0.5**2), (6, 1.0)],
    ]


@given(some_playlists(), st.integers(1, 5), st.sampled_from([1.0, 0.8, 0.1]), st.data())
def test_a_block_and_a_choice_hold_the_queries_as_they_are(
    histories: Playlists, songs_back: int, decay: float, data: st.DataObject
) -> None:
    queries = decayed(histories, songs_back, decay)
    expected = content(queries)
    assert [[song for song, _ in each] for each in expected] == [
        each[-songs_back:] for each in lists_of(histories)
    ]
    start = data.draw(st.integers(0, len(queries)))
    end = data.draw(st.integers(start, len(queries)))
    block = queries.block(start, end)
    assert content(block) == expected[start:end]
    assert block.playlists.tolist() == list(range(start, end))
    numbers = data.draw(st.lists(st.sampled_from(range(len(queries))))) if len(queries) else []
    chosen = queries.choose(np.array(numbers, np.int64))
    assert content(chosen) == [expected[number] for number in numbers]
    assert chosen.playlists.tolist() == numbers


# Codes 0 to 3 have the rows 3 to 0; code 4 has none.
ROWS = np.array([3, 2, 1, 0, -1])


def excluded_songs(excluded: Exclusions) -> list[list[int]]:
    return [
        excluded.songs[start:end].tolist() for start, end in pairwise(excluded.offsets.tolist())
    ]


def test_only_what_can_be_answered_is_asked() -> None:
    pairs = Pairs.of_last(playlists_of([[0, 1, 2], [0, 4, 2], [0, 1, 4], [2, 3, 3], [4, 0, 1]]))
    questions = ask(pairs, RowOfCode(ROWS), query_params(repeats="hit"))
    assert questions.asked.tolist() == [0, 4]
    assert questions.targets.tolist() == [1, 2]
    assert content(questions.queries) == [[(2, 1.0)], [(3, 1.0)]]
    assert excluded_songs(questions.excluded) == [[2], [3]]
    assert questions.counts == {"unseen_queries": 1, "unseen_targets": 1, "repeats": 1}
    ranks = questions.answer(lambda queries, targets, excluded: np.array([7.0, 8.0]))
    assert ranks.tolist() == [7, np.inf, np.inf, 1, 8]


def test_a_history_asks_where_the_last_song_cannot() -> None:
    pairs = Pairs.of_last(playlists_of([[0, 4, 2], [4, 4, 2], [0, 1, 2]]))
    questions = ask(pairs, RowOfCode(ROWS), query_params(query="history", songs_back=2, decay=0.5))
    assert questions.asked.tolist() == [0, 2]
    assert content(questions.queries) == [[(3, 0.5)], [(3, 0.5), (2, 1.0)]]
    assert questions.queries.playlists.tolist() == [0, 2]
    assert excluded_songs(questions.excluded) == [[], [2]]
    assert questions.counts["unseen_queries"] == 1


@pytest.mark.parametrize("query", ["last", "history"])
def test_songs_of_the_playlist_are_excluded_and_targets_among_them_counted(query: str) -> None:
    pairs = Pairs.of_last(playlists_of([[0, 1, 0], [0, 4, 1, 2], [0, 0, 1, 0]]))
    questions = ask(
        pairs,
        RowOfCode(ROWS),
        replace(query_params(suggest_known=False), query=query, songs_back=1),
    )
    assert excluded_songs(questions.excluded) == [[3, 2], [3, 2], [3, 3, 2]]
    assert questions.counts["known_targets"] == 2
