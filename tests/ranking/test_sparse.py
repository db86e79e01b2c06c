import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer, keep_largest, rank_by_scores, weighted_rows

Scores = dict[int, float]


def matrix_of(rows: list[Scores], columns: int) -> csr_array:
    """The stored values in the order in which they stand in each row, zeros included."""
    offsets = offsets_of(np.array([len(row) for row in rows], np.int64))
    songs = np.array([song for row in rows for song in row], np.int64)
    values = np.array([value for row in rows for value in row.values()], np.float64)
    return csr_array((values, songs, offsets), shape=(len(rows), columns))


def fixed(rows: list[Scores], columns: int) -> tuple[Scorer, Queries]:
    """A scorer that gives these scores, and the queries that ask for them: query i holds song i
    alone.
    """
    numbers = np.arange(len(rows))
    queries = Queries(Rows(numbers), np.ones(len(rows)), np.arange(len(rows) + 1), numbers)
    table = matrix_of(rows, columns)
    return lambda block: table[block.songs], queries


def rank_by_definition(row: Scores, target: int, excluded: list[int], songs: int) -> float:
    """1 + songs scored above the target + songs scored equal with a smaller row."""
    if target in excluded:
        return np.inf
    places = [(-row.get(song, 0.0), song) for song in range(songs) if song not in excluded]
    return 1.0 + sum(place < (-row.get(target, 0.0), target) for place in places)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.data())), st.integers(1, 5))
def test_ranks_are_those_of_the_definition_whatever_the_block_size(
    drawn: tuple[int, st.DataObject], query_block: int
) -> None:
    songs, data = drawn
    song, score = st.integers(0, songs - 1), st.sampled_from([0.0, 0.5, 1.0, 2.0])
    question = st.tuples(st.dictionaries(song, score), song, st.lists(song, max_size=5))
    questions = data.draw(st.lists(question, min_size=1, max_size=8))
    rows = [row for row, _, _ in questions]
    targets = [target for _, target, _ in questions]
    out = [each for _, _, each in questions]
    excluded = Exclusions(
        Rows(np.array([song for each in out for song in each], np.int64)),
        offsets_of(np.array([len(each) for each in out], np.int64)),
    )
    scorer, queries = fixed(rows, songs)
    found = rank_by_scores(
        scorer, queries, np.array(targets), excluded, songs, query_block=query_block
    )
    assert found.tolist() == [
        rank_by_definition(row, target, each, songs)
        for row, target, each in zip(rows, targets, out, strict=True)
    ]


def test_ranks_by_hand() -> None:
    # Scores 0, 3, 0, 3, 1, 0 and song 1 out: the list is 3, 4, 0, 2, 5.
    row = {4: 1.0, 3: 3.0, 1: 3.0}
    scorer, queries = fixed([row] * 6, 6)
    out = Exclusions.of_each(np.full(6, 1))
    ranks = rank_by_scores(scorer, queries, np.arange(6), out, 6)
    assert ranks.tolist() == [3, np.inf, 4, 1, 2, 5]


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.integers(0, 9), st.sampled_from([0.25, 0.5, 1.0])), max_size=6),
    st.integers(1, 6),
)
def test_the_largest_of_each_row_are_kept_ties_by_column(rows: list[Scores], k: int) -> None:
    kept = keep_largest(matrix_of(rows, 10), k)
    for row, start, end in zip(rows, kept.indptr, kept.indptr[1:], strict=False):
        best = sorted(row, key=lambda column: (-row[column], column))[:k]
        assert kept.indices[start:end].tolist() == sorted(best)
        assert kept.data[start:end].tolist() == [row[column] for column in sorted(best)]


def test_rows_are_added_with_their_weights() -> None:
    scorer = weighted_rows(matrix_of([{1: 2.0}, {0: 1.0, 1: 4.0}, {}], 3).__getitem__)
    queries = Queries(
        Rows(np.array([0, 1, 1, 1])),
        np.array([0.5, 1.0, 0.25, 1.0]),
        np.array([0, 2, 2, 4]),
        np.arange(3),
    )
    assert scorer(queries).toarray().tolist() == [
        [1, 0.5 * 2 + 4, 0],
        [0, 0, 0],
        [0.25 + 1, 0.25 * 4 + 4, 0],
    ]
