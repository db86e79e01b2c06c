"""The mixture beside its definition; its weights beside what they should be; and what it finds in
planted corpora.
"""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import rows_of
from playlist2vec.models.blend import fitting
from playlist2vec.models.blend.assembly import mixture_of
from playlist2vec.models.blend.fitting import (
    Fit,
    Likelihoods,
    evidence_of,
    fit,
    folds_of,
    lean,
    likelihoods,
    rank_cross_fitted,
    with_fit,
)
from playlist2vec.models.blend.mixture import Mixture
from playlist2vec.models.blend.shortlist import Shortlists, shortlists
from playlist2vec.models.counting.rankers import RANKERS, Training, training_of
from playlist2vec.models.embeddings.model import Model
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.queries import Queries, Questions, ask
from playlist2vec.ranking.reweighted import reweighted, whole_histories
from tests.builders.examples import playlists_of, query_params

SONGS = 30
IDS = [f"t{song:02}" for song in range(SONGS)]
SETTINGS = {
    "decay": 0.5,
    "window": 2,
    "neighbours": 8,
    "session_neighbours": 9,
    "distances": 3,
    "smoothing": 10.0,
    "before": 0.0,
    "order": 3,
    "penalty": 5.0,
}
CHOSEN = dict.fromkeys(RANKERS, SETTINGS)


def chains(playlists: int, seed: int, sure: float = 0.7) -> list[list[int]]:
    """Playlists in which a song decides on the next one, as often as `sure` says."""
    draws = np.random.default_rng(seed)
    lists = []
    for _ in range(playlists):
        songs = [int(draws.integers(SONGS))]
        for _ in range(9):
            follows = (songs[-1] * 7 + 3) % SONGS
            songs.append(follows if draws.random() < sure else int(draws.integers(SONGS)))
        lists.append(songs)
    return lists


@pytest.fixture(scope="module")
def training() -> Training:
    return training_of(playlists_of([[*range(SONGS)], *chains(200, 1)]), IDS)


def model_of(training: Training, seed: int = 5) -> Model:
    vectors, output = np.random.default_rng(seed).normal(0, 1, (2, SONGS, 6)).astype(np.float32)
    return Model(vectors, output, training.vocabulary, np.zeros((0, SONGS, 6), np.float32), 0.75)


def questions_of(
    training: Training, lists: list[list[int]]
) -> tuple[Questions, NDArray[np.uint64]]:
    pairs = Pairs.of_last(playlists_of(lists))
    pairs = replace(pairs, playlists=replace(pairs.playlists, keys=mix(pairs.playlists.keys)))
    questions = ask(pairs, rows_of(training.vocabulary, IDS), whole_histories(query_params()))
    return questions, pairs.playlists.keys[questions.asked]


def blend(training: Training) -> Mixture:
    query = query_params(query="history", decay=0.5, songs_back=3)
    mixture = mixture_of(training, CHOSEN, model_of(training), query)
    names = [*mixture.parts, *mixture.priors, "word2vec"]
    assert mixture.model is not None
    weights = {
        name: (place + 1) / (len(names) * (len(names) + 1) / 2) for place, name in enumerate(names)
    }
    return replace(mixture, weights=weights, model=replace(mixture.model, tau=0.5))


def by_definition(mixture: Mixture, queries: Queries) -> NDArray[np.float64]:
    """The probabilities of all songs, float64 (queries, songs), written down plainly."""
    total = np.zeros((len(queries), SONGS))
    for name, part in mixture.parts.items():
        shares = part(queries)
        dense = shares.sparse.toarray() + shares.rest[:, None] * mixture.priors["popularity"]
        assert dense.sum(axis=1) == pytest.approx(1)
        assert (dense >= 0).all()
        total += mixture.weights[name] * dense
    for name, prior in mixture.priors.items():
        assert prior.sum() == pytest.approx(1)
        total += mixture.weights[name] * prior
    assert mixture.model is not None
    model, tau = mixture.model.ranker.model, mixture.model.tau
    asked = reweighted(queries, 0.5, 3)
    for query in range(len(queries)):
        one = asked.block(query, query + 1)
        vector = one.weights @ model.input[one.songs].astype(np.float64)
        logits = tau * (
            model.output.astype(np.float64) @ vector + 0.75 * np.log(model.vocabulary.counts)
        )
        weights = np.exp(logits - logits.max())
        total[query] += mixture.weights["word2vec"] * weights / weights.sum()
    return total


def test_a_mixture_is_the_weighted_sum_of_its_parts(training: Training) -> None:
    mixture = blend(training)
    questions, _ = questions_of(training, chains(80, 2))
    queries = questions.queries
    expected = by_definition(mixture, queries)
    assert expected.sum(axis=1) == pytest.approx(1)
    every = Rows(np.tile(np.arange(SONGS), (len(queries), 1)))
    assert mixture.score(queries, every) == pytest.approx(expected, abs=1e-6)
    order = np.argsort(-expected, axis=1, kind="stable")
    assert mixture.suggest(queries, Exclusions.none(len(queries)), SONGS).tolist() == order.tolist()
    added = mixture.contributions(queries, questions.targets)
    assert set(added) == set(mixture.weights)
    numbers = np.arange(len(queries))
    assert sum(added.values()) == pytest.approx(expected[numbers, questions.targets], abs=1e-6)


def test_weights_are_found_again() -> None:
    """Targets drawn from a mixture of three distributions with known weights."""
    draws = np.random.default_rng(3)
    parts = draws.dirichlet(np.full(50, 0.2), 3)
    targets = draws.choice(50, 40_000, p=np.array([0.6, 0.3, 0.1]) @ parts)
    found = fit(Likelihoods({f"p{number}": parts[number][targets] for number in range(3)}, {}))
    assert found.tau == 0
    assert [found.weights[f"p{number}"] for number in range(3)] == pytest.approx(
        [0.6, 0.3, 0.1], abs=0.02
    )


def test_a_part_that_says_nothing_is_left_out_and_the_better_tau_taken() -> None:
    good, bad = np.full(100, 0.2), np.full(100, 1e-9)
    found = fit(Likelihoods({"bad": bad}, {0.5: good, 1.0: good / 2}))
    assert found.weights == {"word2vec": 1.0}
    assert found.tau == 0.5


def test_the_likelihoods_are_the_probabilities_of_the_targets(training: Training) -> None:
    mixture = blend(training)
    questions, _ = questions_of(training, chains(70, 4))
    given = likelihoods(mixture, questions, (0.5,))
    total = sum(mixture.weights[name] * values for name, values in given.parts.items())
    total = total + mixture.weights["word2vec"] * given.model[0.5]
    scores = mixture.score(questions.queries, Rows(questions.targets[:, None]))
    assert total == pytest.approx(scores[:, 0], rel=1e-5)


def test_no_pair_is_ranked_with_weights_that_saw_it(training: Training) -> None:
    """Another target of a pair changes the weights of all folds except the fold of the pair."""
    mixture = replace(blend(training), model=None, weights={})
    questions, keys = questions_of(training, chains(60, 5))
    evidence = evidence_of(mixture, questions)
    folds = folds_of(keys)
    assert set(folds.tolist()) == set(range(5))
    changed = {name: values.copy() for name, values in evidence.likelihoods.parts.items()}
    for name, values in changed.items():
        values[0] = 0.9 if name == "closing" else 1e-6
    other = replace(evidence, likelihoods=Likelihoods(changed, {}))
    before = rank_cross_fitted(mixture, questions, keys, evidence)[questions.asked]
    after = rank_cross_fitted(mixture, questions, keys, other)[questions.asked]
    own = folds == folds[0]
    assert before[own].tolist() == after[own].tolist()
    fitted = with_fit(mixture, evidence.fit(~own))
    assert (
        before[own].tolist()
        == fitted.rank(questions.queries, questions.targets, questions.excluded)[own].tolist()
    )
    assert evidence.fit(~own) == other.fit(~own)
    another = folds != folds[~own][0]
    assert fit(evidence.likelihoods.choose(another)) != fit(other.likelihoods.choose(another))


def test_a_shortlist_scores_what_the_whole_list_scores(training: Training) -> None:
    mixture = blend(training)
    questions, _ = questions_of(training, chains(150, 8))
    ranks = mixture.rank(questions.queries, questions.targets, questions.excluded)
    lists = shortlists(mixture, questions, 100, (0.5,))
    assert lists.song[lists.target].tolist() == questions.targets[:100].tolist()
    found = lists.gains(mixture.weights, 0.5)[:70]
    assert found.mean() == pytest.approx(ndcg(ranks[:70], 10), abs=1e-9)


def test_the_weights_lean_on_the_part_that_ranks_best() -> None:
    """The likeliest weights trust `sure`, which is right or far off; `best` has the target first
    each time.
    """
    questions = 40
    question, song = np.repeat(np.arange(questions), 12), np.tile(np.arange(12), questions)
    target = np.arange(questions) * 12 + 11
    best = np.where(song == 11, 0.02, 0.01)
    sure = np.where((song == 11) == (question % 2 == 0), 0.5, 0.0)
    lists = Shortlists(question, song, target, {"best": best, "sure": sure}, {})
    every = np.ones(questions, bool)
    likeliest = Fit({"best": 0.5, "sure": 0.5}, 0)
    assert lists.gains(likeliest.weights, 0).mean() < 1
    found = lean(likeliest, lists, every)
    assert found.weights == {"best": 1.0}
    assert lists.gains(found.weights, 0).mean() == 1
    assert lean(likeliest, lists, ~every) == likeliest


def test_between_two_weights_that_are_equally_good_it_takes_the_middle() -> None:
    """Half of the questions are answered by `other` alone, half by `best` alone, which is ahead by
    one question.
    """
    questions = 41
    question, song = np.repeat(np.arange(questions), 12), np.tile(np.arange(12), questions)
    target = np.arange(questions) * 12 + 11
    own, first = question % 2 == 0, song == 11
    best = np.where(own == first, 0.5, 0.1)
    other = np.where(own == first, 0.1, 0.5)
    lists = Shortlists(question, song, target, {"best": best, "other": other}, {})
    found = lean(Fit({"best": 0.1, "other": 0.9}, 0), lists, np.ones(questions, bool))
    assert 0.3 < found.weights["best"] < 0.8
    assert found == lean(Fit({"best": 0.1, "other": 0.9}, 0), lists, np.ones(questions, bool))


def test_a_blend_finds_what_is_planted_and_nothing_where_there_is_nothing() -> None:
    for sure, low, high in ((0.9, 0.75, 1.0), (0.0, 0.0, 0.3)):
        trained = training_of(playlists_of([[*range(SONGS)], *chains(300, 6, sure)]), IDS)
        mixture = mixture_of(trained, CHOSEN, model_of(trained), query_params())
        questions, keys = questions_of(trained, chains(300, 7, sure))
        ranks = rank_cross_fitted(mixture, questions, keys, evidence_of(mixture, questions))
        assert low <= ndcg(ranks, 10) <= high


def test_scores_that_span_much_are_softened_from_the_largest(training: Training) -> None:
    """Vectors ten times as long: shares from 1 down to none, and no exponent is below -60."""
    mixture = blend(training)
    assert mixture.model is not None
    model = mixture.model.ranker.model
    longer = replace(model, input=model.input * 10, output=model.output * 10)
    softmax = replace(mixture.model, ranker=replace(mixture.model.ranker, model=longer))
    for weights in (mixture.weights, {"word2vec": 1.0}):
        long = replace(
            mixture, model=softmax, weights={**dict.fromkeys(mixture.weights, 0.0), **weights}
        )
        questions, _ = questions_of(training, chains(80, 2))
        queries, none = questions.queries, Exclusions.none(len(questions.targets))
        every = Rows(np.tile(np.arange(SONGS), (len(queries), 1)))
        scores = long.score(queries, every)
        assert scores == pytest.approx(by_definition(long, queries), abs=1e-4)
        assert scores.min() > 0
        order = np.argsort(-scores, axis=1, kind="stable")
        assert long.suggest(queries, none, SONGS).tolist() == order.tolist()
        places = np.argsort(order, axis=1)[np.arange(len(queries)), questions.targets] + 1
        assert long.rank(queries, questions.targets, none).tolist() == places.tolist()


def test_weights_are_fitted_to_the_first_questions_alone(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixture = blend(training)
    questions, keys = questions_of(training, chains(90, 4))
    whole = evidence_of(mixture, questions)
    monkeypatch.setattr(fitting, "FITTED", 50)
    monkeypatch.setattr(fitting, "LISTED", 20)
    some = evidence_of(mixture, questions)
    assert len(some.shortlists) == 20
    for name, values in some.likelihoods.parts.items():
        assert values.tolist() == whole.likelihoods.parts[name][:50].tolist()
    for tau, values in some.likelihoods.model.items():
        # On some CPUs the last bits of totals in float32 are others at another place in a block.
        assert values == pytest.approx(whole.likelihoods.model[tau][:50], rel=1e-5)
    first = np.arange(90) < 50
    assert fit(some.likelihoods) == fit(whole.likelihoods.choose(first))
    assert some.fit() == some.fit(np.ones(90, bool))
    assert np.isfinite(rank_cross_fitted(mixture, questions, keys, some)[questions.asked]).any()
