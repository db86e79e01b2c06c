"""What every ranker promises, tried on each of them: see playlist2vec/ranking/ranker.py."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import RowOfCode, Rows
from playlist2vec.corpus.vocabulary import Vocabulary, in_rows, training_vocabulary
from playlist2vec.models.audio.vectors import SongVectors
from playlist2vec.models.audio.vectors import mixture as mixture_of_vectors
from playlist2vec.models.blend.assembly import MIXTURES, mixture_of
from playlist2vec.models.blend.fitting import Fit, with_fit
from playlist2vec.models.blend.mixture import Mixture
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.rankers import RANKERS, Baseline, Training, made
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.params import SIMILARITIES
from playlist2vec.ranking.queries import Queries, decayed
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.ranking.reweighted import Reweighted
from stages import baselines as stage
from tests.builders.examples import playlists_of, query_params
from tests.builders.listens.histories import rankers_of_listens, with_times
from tests.conftest import Project

SONGS = 70
IDS = [f"t{song:02}" for song in range(SONGS)]
SETTINGS = {
    "decay": 0.5,
    "window": 3,
    "neighbours": 5,
    "session_neighbours": 9,
    "distances": 3,
    "smoothing": 10.0,
    "before": 0.3,
    "order": 3,
    "penalty": 5.0,
}
MANY = 600
"""Queries, more than any block holds."""


def training() -> Training:
    rng = np.random.default_rng(3)
    weights = 1 / np.arange(1, SONGS + 1)
    draws = [rng.choice(SONGS, rng.integers(2, 12), p=weights / weights.sum()) for _ in range(400)]
    train = playlists_of([[*range(SONGS)], *(songs.tolist() for songs in draws)])
    vocabulary, rows = training_vocabulary([train], IDS)
    return Training(PlayIndex(in_rows(train, rows), len(vocabulary)), vocabulary)


TRAINING = training()


def model(spaces: int = 1) -> Model:
    """Small whole numbers as vectors, so that many scores are equal; one song is broken, one a
    vector of zeros.
    """
    rng = np.random.default_rng(4)
    vectors, output = rng.integers(-2, 3, (2, SONGS, 3)).astype(np.float32)
    vectors[11] = np.nan
    output[11] = np.nan
    vectors[5] = 0
    earlier = rng.integers(-2, 3, (spaces - 1, SONGS, 3)).astype(np.float32)
    return Model(vectors, output, TRAINING.vocabulary, earlier, 0.75)


def mixture(with_model: bool) -> Mixture:
    """A mixture with a weight for each part that it can have."""
    chosen = dict.fromkeys(RANKERS, SETTINGS)
    made_of = mixture_of(
        TRAINING, chosen, model() if with_model else None, query_params(query="history", decay=0.5)
    )
    names = [*made_of.parts, *made_of.priors, *(["word2vec"] if with_model else [])]
    return with_fit(
        made_of, Fit({name: 1 / len(names) for name in names}, 0.5 if with_model else 0)
    )


def every_ranker() -> dict[str, Ranker]:
    counting = {name: each.make(TRAINING, SETTINGS) for name, each in RANKERS.items()}
    counting |= {
        f"{name} reweighted": made(name, TRAINING, SETTINGS) for name in ("markov", "session_knn")
    }
    counting |= {"last song": Reweighted(counting["cooccurrence"], 0)}
    exact = {name: EmbeddingRanker(model(), name) for name in SIMILARITIES}
    trees = {
        f"{name} by tree": EmbeddingRanker(model(), name, "kd_tree")
        for name in ("cosine", "euclidean")
    }
    counting |= {name: mixture(with_model) for name, with_model in MIXTURES.items()}
    offsets = {"offsets": EmbeddingRanker(model(3), "log_odds")}
    return counting | exact | trees | sounds() | offsets | rankers_of_listens(TRAINING.vocabulary)


def sounds() -> dict[str, Ranker]:
    """Rankers by song vectors of two kinds and a mixture of them; codes stand in another order than
    rows.
    """
    rng = np.random.default_rng(6)
    rows = RowOfCode(rng.permutation(SONGS))
    numbers = rng.integers(-2, 3, (SONGS, 11)).astype(np.float64)
    alike = SongVectors.of_units(numbers[:, :3])
    apart = SongVectors.of_units(numbers[:, 3:7], numbers[:, 7:])
    each = {
        "sound": alike,
        "artist": apart,
        "artist and sound": mixture_of_vectors(apart, alike, 0.3),
    }
    return {name: vectors.ranker(TRAINING.vocabulary, rows) for name, vectors in each.items()}


ALL = every_ranker()


def questions(number: int = MANY) -> tuple[Queries, Rows, Exclusions]:
    """Queries of no song up to four, with times, targets that some of them hold or exclude,
    exclusions.
    """
    rng = np.random.default_rng(5)
    histories = playlists_of(
        [rng.integers(0, SONGS, rng.integers(0, 7)).tolist() for _ in range(number)]
    )
    out = playlists_of([rng.integers(0, SONGS, rng.integers(0, 9)).tolist() for _ in range(number)])
    excluded = Exclusions(Rows(out.tracks.astype(np.int64)), out.offsets)
    queries = with_times(decayed(histories, songs_back=4, decay=0.5), seed=5)
    return queries, Rows(rng.integers(0, SONGS, number)), excluded


@pytest.fixture(params=list(ALL))
def ranker(request: pytest.FixtureRequest) -> Ranker:
    return ALL[request.param]


def test_a_batch_equals_its_single_queries(ranker: Ranker) -> None:
    queries, targets, excluded = questions()
    ranks, lists = ranker.rank(queries, targets, excluded), ranker.suggest(queries, excluded, 9)
    scores = ranker.score(queries, lists)
    for number in range(0, MANY, 7):
        one = np.array([number])
        alone, out = queries.choose(one), excluded.choose(one)
        assert ranker.rank(alone, Rows(targets[one]), out).tolist() == [ranks[number]]
        assert ranker.suggest(alone, out, 9).tolist() == [lists[number].tolist()]
        np.testing.assert_array_equal(ranker.score(alone, lists[one]), scores[one])


def test_a_rank_is_the_place_in_the_list(ranker: Ranker) -> None:
    queries, targets, excluded = questions(120)
    for limit in (None, np.arange(SONGS) % 3 > 0):
        limited = replace(excluded, allowed=limit)
        ranks, lists = (
            ranker.rank(queries, targets, limited),
            ranker.suggest(queries, limited, SONGS),
        )
        for rank, listed, target in zip(
            ranks.tolist(), lists.tolist(), targets.tolist(), strict=True
        ):
            assert rank == (listed.index(target) + 1 if target in listed else np.inf)


def test_what_is_excluded_never_comes(ranker: Ranker) -> None:
    queries, _, excluded = questions(120)
    allowed = np.arange(SONGS) % 3 > 0
    lists = ranker.suggest(queries, replace(excluded, allowed=allowed), SONGS)
    found = 0
    for number, listed in enumerate(lists):
        there = listed[listed >= 0]
        out = excluded.of_block(number, number + 1)[1]
        assert allowed[there].all()
        assert not set(there.tolist()) & set(out.tolist())
        assert len(set(there.tolist())) == len(there)
        assert (listed[len(there) :] == -1).all()
        found += len(there)
    assert found > 120 * 20
    assert np.isinf(
        ranker.rank(queries, Rows(np.zeros(120, np.int64)), replace(excluded, allowed=allowed))
    ).all()


def test_a_shorter_list_is_the_beginning_of_a_longer_one_and_scores_fall_along_it(
    ranker: Ranker,
) -> None:
    queries, _, excluded = questions(120)
    longer = ranker.suggest(queries, excluded, SONGS)
    assert ranker.suggest(queries, excluded, 4).tolist() == longer[:, :4].tolist()
    scores = ranker.score(queries, longer)
    assert (np.isnan(scores) == (longer < 0)).all()
    steps = np.diff(scores, axis=1)
    assert (steps[~np.isnan(steps)] <= 0).all()
    tied = (steps == 0) & (longer[:, 1:] >= 0)
    assert (np.diff(longer, axis=1)[tied] > 0).all()


def test_block_sizes_change_nothing(ranker: Ranker, monkeypatch: pytest.MonkeyPatch) -> None:
    queries, targets, excluded = questions()
    ranks, lists = ranker.rank(queries, targets, excluded), ranker.suggest(queries, excluded, 6)
    scores = ranker.score(queries, lists)
    # Sizes that stand as defaults of arguments are tried in the tests of each function.
    for name, size in {
        "dense.CANDIDATE_BLOCK": 9,
        "dense.QUERY_BLOCK": 5,
        "sparse.SCORES": 3 * SONGS,
    }.items():
        monkeypatch.setattr(f"playlist2vec.ranking.{name}", size)
    monkeypatch.setattr("playlist2vec.ranking.by_vectors.BLOCK", 11)
    monkeypatch.setattr("playlist2vec.models.two_tower.model.QUERIES", 13)
    monkeypatch.setattr("playlist2vec.listening.ordering.ranker.BLOCK", 17)
    monkeypatch.setattr("playlist2vec.models.counting.play_index.WORK", 50)
    assert ranker.rank(queries, targets, excluded).tolist() == ranks.tolist()
    assert ranker.suggest(queries, excluded, 6).tolist() == lists.tolist()
    np.testing.assert_array_equal(ranker.score(queries, lists), scores)


class Backwards:
    """A toy: the songs in the order of their rows, the last first, whatever is asked."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        lists = self.suggest(queries, excluded, len(self.vocabulary))
        places = [
            np.flatnonzero(listed == target) for listed, target in zip(lists, targets, strict=True)
        ]
        return np.array([place[0] + 1 if len(place) else np.inf for place in places], np.float64)

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        lists = np.full((len(queries), k), -1, np.int64)
        for number, row in enumerate(lists):
            out = set(excluded.of_block(number, number + 1)[1].tolist())
            left = [song for song in reversed(range(len(self.vocabulary))) if song not in out][:k]
            row[: len(left)] = left
        return Rows(lists)

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        return np.where(songs < 0, np.nan, songs.astype(np.float64))


def test_a_sixth_ranker_is_a_module_and_a_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is that of the registry: scores, ranks, the challenge's scores and every table have
    it after that.
    """
    monkeypatch.setitem(
        RANKERS, "backwards", Baseline(lambda training, settings: Backwards(training.vocabulary))
    )
    monkeypatch.chdir(project.folder)
    project.change("evaluate", challenge=True)
    chain = yaml.safe_load(Path("dvc.yaml").read_text("utf-8"))["stages"]
    summary = stage.main(*chain["baselines"]["cmd"].split()[3:])
    assert "backwards 0." in summary
    metrics = json.loads(Path("metrics/baselines_details.json").read_text("utf-8"))
    assert 0 < metrics["backwards"]["mrr"] < metrics["popularity"]["mrr"]
    assert metrics["backwards"]["challenge"]["playlists"] > 0
    from stages import slices

    slices.main(*chain["slices"]["cmd"].split()[3:])
    for table in ("metrics/table.csv", "metrics/hits.csv"):
        assert "backwards" in Path(table).read_text("utf-8")


def test_pairs_are_asked_of_any_ranker() -> None:
    from playlist2vec.evaluation.next_song import evaluate_pairs

    vocabulary = Vocabulary(["a", "b", "c"], np.array([3, 2, 1]))
    pairs: Playlists = playlists_of([[0, 2], [2, 1], [2, 2]])
    found = evaluate_pairs(
        Backwards(vocabulary), Pairs.of_last(pairs), ["a", "b", "c"], query_params()
    )
    assert found.ranks.tolist() == [1, 1, np.inf]
