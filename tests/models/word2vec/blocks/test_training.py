from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.selection import select_playlists
from playlist2vec.corpus.vocabulary import in_rows, training_vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import candidates_of
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.models.word2vec.trained import Trained
from playlist2vec.ranking.candidates import exact_scores
from playlist2vec.ranking.metrics import hit_rate
from tests.builders.examples import (
    playlists_of,
    query_params,
    some_playlists,
    song_vectors,
    train_params,
)
from tests.conftest import needed_package
from tests.models.word2vec.test_training import IDS, trained_on, walks

needed_package("numba")

from playlist2vec.models.word2vec.blocks.training import Training  # noqa: E402

pytestmark = pytest.mark.extra


def prepared(
    playlists: Playlists, pieces: int = 1, artists: Any = None, **changes: Any
) -> Training:
    """A training on playlists that come in so many parts."""
    vocabulary, rows = training_vocabulary([playlists], IDS)
    whole = in_rows(playlists, rows)
    edges = np.linspace(0, len(playlists), pieces + 1).astype(np.int64)
    parts: list[Callable[[], Playlists]] = [
        lambda low=low, high=high: select_playlists(whole, np.arange(low, high))  # type: ignore[misc]
        for low, high in pairwise(edges.tolist())
    ]
    return Training(parts, vocabulary, train_params(trainer="blocks", **changes), artists)


def trained(playlists: Playlists, pieces: int = 1, artists: Any = None, **changes: Any) -> Trained:
    return prepared(playlists, pieces, artists, **changes).run()


def content(model: Model) -> bytes:
    return b"".join(matrix.tobytes() for matrix in (model.input, model.output, model.earlier))


KINDS = [
    {"contexts": "window"},
    {"contexts": "window", "sample": 0.05, "shrink_windows": False},
    {"contexts": "window", "metadata": "artist", "window": 7},
    {"contexts": "directed", "sample": 0.05},
    {"contexts": "offsets", "window": 2},
]


@pytest.mark.parametrize("changes", KINDS, ids=str)
def test_any_number_of_threads_gives_the_same_bytes(changes: dict[str, Any]) -> None:
    artists = np.arange(60) // 6 if changes.get("metadata") else None
    models = [
        content(trained(walks(near=True), 3, artists, workers=workers, epochs=2, **changes).model)
        for workers in (1, 2, 3, 4, 8, 100)
    ]
    assert models[1:] == models[:1] * 5
    assert (
        content(trained(walks(near=True), 3, artists, seed=2, epochs=2, **changes).model)
        != models[0]
    )


@given(
    some_playlists(min_size=1),
    st.sampled_from(KINDS),
    st.sampled_from([1, 2, 64]),
    st.integers(1, 4),
)
@settings(max_examples=60)
def test_every_corpus_trains_and_threads_change_nothing(
    playlists: Playlists, changes: dict[str, Any], blocks: int, pieces: int
) -> None:
    """Empty playlists, playlists of one song, repeats, one song alone, more threads and blocks than
    songs.
    """
    if not len(playlists.tracks):
        return
    artists = (
        np.zeros(len(np.unique(playlists.tracks)), np.int64) if changes.get("metadata") else None
    )
    one, many = (
        trained(playlists, pieces, artists, blocks=blocks, workers=workers, epochs=2, **changes)
        for workers in (1, 9)
    )
    assert content(one.model) == content(many.model)
    assert np.isfinite(one.model.input).all()
    assert np.isfinite(one.model.output).all()
    assert 0 <= one.trained_share <= 1
    assert one.moved >= 0


@pytest.mark.parametrize("exponent", [0.0, 0.75, 1.0])
def test_log_odds_estimate_the_probability_of_the_next_song(exponent: float) -> None:
    """After song 0 five songs come six times as often as the last 25 do, and ten come three times
    as often.
    """
    times = np.repeat([60, 30, 10], [5, 10, 25])
    after = [
        [first, song]
        for song, n in enumerate(times, start=1)
        for first in [0] * n + [59] * (70 - n)
    ]
    model = trained(
        playlists_of(after),
        contexts="directed",
        window=1,
        ns_exponent=exponent,
        epochs=60,
        vector_size=12,
    ).model
    rows = [model.vocabulary.ids.index(IDS[song]) for song in range(41)]
    query = np.broadcast_to(song_vectors(model.input, np.array(rows[:1]), "log_odds"), (40, 12))
    scores = exact_scores(query, candidates_of(model, "log_odds"), np.array(rows[1:]))
    often, sometimes, rarely = scores[:5].mean(), scores[5:15].mean(), scores[15:].mean()
    assert often - rarely == pytest.approx(np.log(6), abs=0.3)
    assert sometimes - rarely == pytest.approx(np.log(3), abs=0.3)


def test_structure_is_found_and_noise_is_not() -> None:
    found = {}
    for near in (True, False):
        ranker = EmbeddingRanker(trained(walks(near), epochs=20).model, "cosine")
        found[near] = hit_rate(
            evaluate_pairs(ranker, Pairs.of_last(walks(near)), IDS, query_params()).ranks, 5
        )
    assert found[True] > 0.6
    assert found[False] < 0.2


@pytest.mark.parametrize("contexts", ["directed", "offsets"])
def test_direction_is_learned(contexts: str) -> None:
    """Songs lead one to three places onwards on a ring, never back: the next three are the best
    three.
    """
    model = trained(
        walks(near=True), contexts=contexts, window=2, epochs=40, ns_exponent=0.75
    ).model
    asked = query_params(similarity="log_odds", query="history", songs_back=2, decay=0.3)
    ranks = evaluate_pairs(
        EmbeddingRanker(model, "log_odds"), Pairs.of_last(walks(near=True)), IDS, asked
    ).ranks
    assert hit_rate(ranks, 3) > 0.9
    assert model.earlier.shape == ((1 if contexts == "offsets" else 0), 60, 16)


def neighbours(model: Model) -> list[set[int]]:
    """The five songs nearest to each song, by cosine."""
    vectors = model.input / np.linalg.norm(model.input, axis=1, keepdims=True)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2)
    return [set(np.argsort(-row)[:5].tolist()) for row in likeness]


def test_neighbours_are_those_of_gensim() -> None:
    """Of five neighbours of 59 songs, chance would share 5 * 5 / 59 = 0.4."""
    ours = neighbours(trained(walks(near=True), epochs=20).model)
    theirs = neighbours(trained_on(walks(near=True), epochs=20).model)
    assert np.mean([len(one & two) for one, two in zip(ours, theirs, strict=True)]) > 3


@pytest.mark.parametrize("contexts", ["window", "directed", "offsets"])
def test_after_each_epoch_there_is_the_model_so_far(contexts: str) -> None:
    seen: list[tuple[int, bytes]] = []
    training = prepared(walks(near=True), epochs=3, contexts=contexts, window=2)
    told: list[int] = []
    model = training.run(
        told.append, lambda epoch, model: seen.append((epoch, content(model)))
    ).model
    assert [epoch for epoch, _ in seen] == [1, 2, 3]
    assert [matrices == content(model) for _, matrices in seen] == [False, False, True]
    assert sum(told) == 3 * len(walks(near=True).tracks)


def test_training_that_changed_little_says_so() -> None:
    assert trained(walks(near=True), epochs=1, alpha=1e-6, min_alpha=0.0).moved < 0.01
    assert trained(walks(near=True), epochs=20).moved > 1
    assert trained(walks(near=True), sample=1e-6).trained_share < 0.05
    assert trained(walks(near=True)).trained_share == 1


def test_an_error_of_reading_ends_the_training() -> None:
    playlists, turns = walks(near=True), [0]
    vocabulary, rows = training_vocabulary([playlists], IDS)

    def read() -> Playlists:
        turns[0] += 1
        if turns[0] > 2:
            raise FileNotFoundError("train.npz")
        return in_rows(playlists, rows)

    with pytest.raises(FileNotFoundError, match=r"train\.npz"):
        Training([read], vocabulary, train_params(trainer="blocks", workers=2), None).run()


def test_a_model_of_any_size_saves_whole_rows(tmp_path: Any) -> None:
    """Rows are longer in memory than a vector; the files hold vectors alone."""
    model = trained(walks(near=True), vector_size=5, contexts="offsets", window=2).model
    model.save(tmp_path)
    assert content(Model.load(tmp_path)) == content(model)
    assert model.earlier.shape == (1, 60, 5)
