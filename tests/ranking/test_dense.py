from math import isqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.candidates import candidates_for, dot_candidates, exact_scores
from playlist2vec.ranking.dense import nearest, rank_targets
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.kd_tree import rank_targets_by_tree
from tests.builders.examples import song_vectors

SIMILARITIES = ["cosine", "euclidean"]


@st.composite
def questions(
    draw: st.DrawFn,
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], Exclusions]:
    """Vectors with many ties, equal rows, zeros and numbers that are not finite; queries, targets
    and exclusions.
    """
    songs, size = draw(st.integers(2, 30)), draw(st.integers(1, 4))
    grid = st.sampled_from([0.0, 0.0, 1.0, -1.0, 0.5, 1 / 3, 1.0000001, float("nan"), float("inf")])
    numbers = draw(st.lists(grid, min_size=songs * size, max_size=songs * size))
    vectors = np.array(numbers, np.float32).reshape(songs, size)
    places = st.lists(st.integers(0, songs - 1), min_size=1, max_size=8)
    queries = np.array(draw(places))
    targets = np.array([draw(st.integers(0, songs - 1)) for _ in queries])
    others = [draw(st.lists(st.integers(0, songs - 1), max_size=4)) for _ in queries]
    flat = np.array(
        [song for query, more in zip(queries, others, strict=True) for song in (query, *more)]
    )
    offsets = np.cumsum([0, *(1 + len(more) for more in others)])
    return vectors, queries, targets, Exclusions(Rows(flat), offsets)


def ranks_by_definition(
    vectors: NDArray[np.float32],
    queries: NDArray[np.int64],
    targets: NDArray[np.int64],
    excluded: Exclusions,
    similarity: str,
) -> list[float]:
    """1 + candidates scored above the target + candidates scored equal with a smaller index, one
    query at a time.
    """
    candidates = candidates_for(similarity, vectors)
    asked = song_vectors(vectors, queries, similarity)
    ranks = []
    for number, (query, target) in enumerate(zip(asked, targets, strict=True)):
        out = set(excluded.songs[excluded.offsets[number] : excluded.offsets[number + 1]].tolist())
        every = np.arange(len(vectors))
        with np.errstate(invalid="ignore"):
            scores = exact_scores(np.broadcast_to(query, vectors.shape), candidates, every)
        allowed = [song for song in every if song not in out and np.isfinite(vectors[song]).all()]
        if target not in allowed or not np.isfinite(query).all():
            ranks.append(np.inf)
            continue
        better = [song for song in allowed if (-scores[song], song) < (-scores[target], target)]
        ranks.append(1.0 + len(better))
    return ranks


@pytest.mark.parametrize("similarity", SIMILARITIES)
@settings(max_examples=150)
@given(questions(), st.integers(1, 9), st.integers(1, 9))
def test_ranks_are_those_of_the_definition_whatever_the_block_size_and_the_index(
    similarity: str,
    question: tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], Exclusions],
    query_block: int,
    candidate_block: int,
) -> None:
    vectors, queries, targets, excluded = question
    expected = ranks_by_definition(vectors, queries, targets, excluded, similarity)
    with np.errstate(invalid="ignore", over="ignore"):
        asked = song_vectors(vectors, queries, similarity)
        candidates = candidates_for(similarity, vectors)
        found = rank_targets(
            asked,
            candidates,
            targets,
            excluded,
            query_block=query_block,
            candidate_block=candidate_block,
        )
        by_tree = rank_targets_by_tree(similarity, asked, candidates, targets, excluded)
    assert found.tolist() == expected
    assert by_tree.tolist() == expected


@pytest.mark.parametrize("similarity", SIMILARITIES)
@settings(max_examples=60)
@given(questions(), st.integers(1, 12))
def test_a_list_of_suggestions_holds_each_song_at_its_rank(
    similarity: str,
    question: tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], Exclusions],
    k: int,
) -> None:
    vectors, queries, _, excluded = question
    with np.errstate(invalid="ignore", over="ignore"):
        asked = song_vectors(vectors, queries, similarity)
        candidates = candidates_for(similarity, vectors)
        for number, (songs, scores) in enumerate(nearest(asked, candidates, k, excluded)):
            one = Exclusions(
                *(
                    excluded.choose(np.array([number])).songs,
                    np.array([0, len(excluded.of_block(number, number + 1)[1])]),
                )
            )
            for place, song in enumerate(songs, start=1):
                rank = rank_targets(asked[number : number + 1], candidates, np.array([song]), one)
                assert rank.tolist() == [place]
            assert (np.diff(scores) <= 0).all()


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("constant", [0.0, 1.0, 0.1])
def test_equal_vectors_rank_as_popularity_does(similarity: str, constant: float) -> None:
    vectors = np.full((6, 3), constant, np.float32)
    targets = np.array([0, 1, 3, 5])
    queries = np.array([2, 2, 2, 2])
    ranks = rank_targets(
        song_vectors(vectors, queries, similarity),
        candidates_for(similarity, vectors),
        targets,
        Exclusions.of_each(queries),
    )
    assert ranks.tolist() == [1, 2, 3, 5]


def test_songs_at_the_same_distance_stand_in_the_order_of_the_rows() -> None:
    """The root of 1 + 1, squared, is more than 2; (1, 1) and (1, 0) are as far from (1, 0.5), and
    so are others.
    """
    vectors = np.array([[1, 1], [1, 0], [0, 1], [2, 1], [3, 0.5]], np.float32)
    candidates = candidates_for("euclidean", vectors)
    assert candidates.bias.tolist() == [-1, -0.5, -0.5, -2.5, -4.625]
    query = np.array([1, 0.5])
    scores = exact_scores(np.broadcast_to(query, vectors.shape), candidates, np.arange(5))
    assert scores.tolist() == [(1.25 - squared) / 2 for squared in (0.25, 0.25, 1.25, 1.25, 4)]
    ((songs, _),) = nearest(query[None, :], candidates, 5, Exclusions.none(1))
    assert songs.tolist() == [0, 1, 2, 3, 4]
    ranks = rank_targets(np.tile(query, (5, 1)), candidates, np.arange(5), Exclusions.none(5))
    assert ranks.tolist() == [1, 2, 3, 4, 5]


def test_cosine_and_euclidean_by_hand() -> None:
    vectors = np.array([[1, 0], [2, 2], [3, 0], [0, 1]], np.float32)
    cosine = exact_scores(
        song_vectors(vectors, np.zeros(4, int), "cosine"),
        candidates_for("cosine", vectors),
        np.arange(4),
    )
    assert cosine.tolist() == pytest.approx([1, 1 / np.sqrt(2), 1, 0])
    euclidean = exact_scores(
        song_vectors(vectors, np.zeros(4, int), "euclidean"),
        candidates_for("euclidean", vectors),
        np.arange(4),
    )
    distances = np.sqrt(1 - 2 * euclidean)
    assert distances.tolist() == pytest.approx([0, np.sqrt(5), 2, np.sqrt(2)])


def test_scores_that_float32_cannot_tell_apart_are_settled_exactly() -> None:
    rng = np.random.default_rng(1)
    base = rng.standard_normal(40).astype(np.float32)
    vectors = np.tile(base, (300, 1))
    for song in range(300):
        vectors[song, song % 40] = np.nextafter(
            vectors[song, song % 40], np.float32(9), dtype=np.float32
        )
    queries = np.arange(200)
    targets = (queries * 7 + 1) % 300
    excluded = Exclusions.of_each(queries)
    expected = ranks_by_definition(vectors, queries, targets, excluded, "cosine")
    asked, candidates = song_vectors(vectors, queries, "cosine"), candidates_for("cosine", vectors)
    assert rank_targets(asked, candidates, targets, excluded).tolist() == expected
    assert len(set(expected)) > isqrt(len(expected))


def test_letting_songs_go_early_changes_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    vectors = rng.integers(-2, 3, (900, 4)).astype(np.float32)
    queries = rng.integers(-2, 3, (300, 4)).astype(np.float64)
    queries[7] = np.nan
    candidates = dot_candidates(vectors)
    excluded = Exclusions(Rows(rng.integers(900, size=1200)), np.arange(0, 1204, 4))
    monkeypatch.setattr("playlist2vec.ranking.dense.CANDIDATE_BLOCK", 50)
    scores = np.array(
        [
            exact_scores(np.repeat(queries[i : i + 1], 900, axis=0), candidates, np.arange(900))
            for i in range(300)
        ]
    )
    scores[excluded.of_block(0, 300)] = -np.inf
    for k, room in ((1, 1), (10, 1), (60, 1), (60, 3), (895, 1), (2000, 1)):
        monkeypatch.setattr("playlist2vec.ranking.dense.ROOM", room)
        for number, (songs, _) in enumerate(nearest(queries, candidates, k, excluded)):
            wanted = [
                song
                for song in np.lexsort((np.arange(900), -scores[number]))
                if scores[number, song] > -np.inf
            ][:k]
            assert songs.tolist() == ([] if number == 7 else wanted)
