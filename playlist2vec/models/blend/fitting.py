"""The weights of a mixture, fitted on validation targets, and ranks by weights that did not see
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.base.progress import watched
from playlist2vec.corpus.songs import Rows
from playlist2vec.models.blend.mixture import MODEL, Mixture
from playlist2vec.models.blend.shortlist import Shortlists, shortlists
from playlist2vec.models.blend.softmax import Softmax
from playlist2vec.ranking.queries import Questions

TAUS = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0)
"""Values among which tau is chosen."""
FOLDS = 5
STEPS, ENOUGH = 300, 1e-6
"""Steps of expectation maximisation at most, and the change of the mean log-likelihood that ends
them.
"""
LEAST = 0.002
"""A part with a smaller weight is left out, and the others are fitted again."""
LEANS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How far the weights may move from the likeliest ones to the best part alone."""
RESAMPLES = 100
"""Bootstrap samples of the questions, each of which chooses one of LEANS."""
FITTED = 4000
"""Questions whose likelihoods weights are fitted to, at most: the first ones, a fair sample as a
hash orders them.
"""
LISTED = 2000
"""Of these the questions whose shortlists decide on that, at most."""


@dataclass(frozen=True, eq=False)
class Likelihoods:
    """What each part gives the targets of questions, float64 (questions,) by name, and the model
    for each tau.
    """

    parts: Mapping[str, NDArray[np.float64]]
    model: Mapping[float, NDArray[np.float64]]

    def choose(self, questions: NDArray[np.bool_]) -> "Likelihoods":
        """Those of some questions only."""
        return Likelihoods(
            {name: values[questions] for name, values in self.parts.items()},
            {tau: values[questions] for tau, values in self.model.items()},
        )


@dataclass(frozen=True)
class Fit:
    """The weights of the parts, with the sum 1, and tau, 0 without a model."""

    weights: dict[str, float]
    tau: float


def likelihoods(
    mixture: Mixture,
    questions: Questions,
    taus: tuple[float, ...] = TAUS,
    start: int = 0,
    end: int | None = None,
) -> Likelihoods:
    """Return what each part of a mixture gives the targets, of questions from `start` to before
    `end` or to the last.

    The weights of the mixture do not matter.
    """
    targets = questions.targets[start:end]
    queries, numbers = questions.queries.block(start, start + len(targets)), np.arange(len(targets))
    parts = {name: prior[targets] for name, prior in mixture.priors.items()}
    parts |= {name: np.empty(len(targets)) for name in mixture.parts}
    for first in watched(range(0, len(targets), mixture.counted_block), "blend", unit="blocks"):
        some = slice(first, min(first + mixture.counted_block, len(targets)))
        many = queries.block(some.start, some.stop)
        for name, part in mixture.parts.items():
            parts[name][some] = mixture.given(
                part(many), numbers[: some.stop - some.start], targets[some]
            )
    return Likelihoods(parts, mixture.softened(queries, numbers, targets, taus))


@dataclass(frozen=True, eq=False)
class Evidence:
    """What weights are fitted to: likelihoods of the first FITTED targets, and shortlists of the
    first LISTED ones.
    """

    likelihoods: Likelihoods
    shortlists: Shortlists

    def fit(self, questions: NDArray[np.bool_] | None = None) -> Fit:
        """Fit weights to some questions, bool (questions,), or to all.

        Expectation maximisation makes all targets as likely as possible, also those that no list of
        ten will ever hold. So the weights then move towards the part that has the best NDCG@10
        alone: as far as NDCG@10 of the whole rises, by a mean of LEANS.
        """
        number = len(next(iter(self.likelihoods.parts.values())))
        some = np.ones(number, bool) if questions is None else questions[:number]
        return lean(
            fit(self.likelihoods.choose(some)), self.shortlists, some[: len(self.shortlists)]
        )


def evidence_of(mixture: Mixture, questions: Questions) -> Evidence:
    """Return what the weights of a mixture are fitted to."""
    lists = shortlists(mixture, questions, LISTED, TAUS)
    others = likelihoods(mixture, questions, TAUS, len(lists), FITTED)
    own = {name: values[lists.target] for name, values in lists.parts.items()}
    model = {tau: values[lists.target] for tau, values in lists.model.items()}
    return Evidence(
        Likelihoods(
            {name: np.concatenate([values, others.parts[name]]) for name, values in own.items()},
            {tau: np.concatenate([values, others.model[tau]]) for tau, values in model.items()},
        ),
        lists,
    )


def lean(fitted: Fit, lists: Shortlists, questions: NDArray[np.bool_]) -> Fit:
    """Move weights towards the best part alone, as `Evidence.fit` says; as they are where there is
    no question.

    The step that is best is drawn by chance where several are nearly as good. So each of RESAMPLES
    bootstrap samples of the questions chooses its own, and their mean is taken. Breiman, Bagging
    predictors, Machine Learning 24 (1996).
    """
    number = int(questions.sum())
    if not number:
        return fitted
    alone = {
        name: lists.gains({name: 1.0}, fitted.tau)[questions].mean() for name in fitted.weights
    }
    best = max(alone, key=lambda name: alone[name])
    tried = [
        {
            name: (1 - step) * weight + step * (name == best)
            for name, weight in fitted.weights.items()
        }
        for step in LEANS
    ]
    gains = np.array([lists.gains(weights, fitted.tau)[questions] for weights in tried])
    drawn = np.random.default_rng(1).multinomial(
        number, np.full(number, 1 / number), size=RESAMPLES
    )
    step = float(np.mean(np.array(LEANS)[np.argmax(gains @ drawn.T, axis=0)]))
    chosen = {
        name: round((1 - step) * weight + step * (name == best), 6)
        for name, weight in fitted.weights.items()
    }
    return Fit({name: weight for name, weight in chosen.items() if weight > 0}, fitted.tau)


def fit(given: Likelihoods) -> Fit:
    """Choose weights, and tau, that give the targets the largest mean log-likelihood.

    Dempster, Laird, Rubin, Maximum likelihood from incomplete data via the EM algorithm, J. R.
    Stat. Soc. B 39 (1977).
    """
    fits = []
    for tau in given.model or (0.0,):
        own = {MODEL: given.model[tau]} if given.model else {}
        weights, likelihood = _maximised({**given.parts, **own})
        fits.append((likelihood, Fit(weights, tau)))
    return max(fits, key=lambda each: each[0])[1]


def _maximised(parts: Mapping[str, NDArray[np.float64]]) -> tuple[dict[str, float], float]:
    """The weights by name, rounded to 6 digits, without those below LEAST, and the mean
    log-likelihood.
    """
    names = list(parts)
    while True:
        values = np.array([parts[name] for name in names])
        weights, likelihood = _expectation_maximisation(values)
        kept = [
            name for name, weight in zip(names, weights.tolist(), strict=True) if weight >= LEAST
        ]
        if len(kept) == len(names):
            return {
                name: round(weight, 6) for name, weight in zip(names, weights.tolist(), strict=True)
            }, likelihood
        names = kept


def _expectation_maximisation(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Weights, float64 (parts,), for probabilities of the targets, float64 (parts, questions)."""
    weights = np.full(len(values), 1 / len(values))
    floor = np.finfo(np.float64).tiny
    before = -np.inf
    for _ in range(STEPS):
        total = np.maximum(weights @ values, floor)
        likelihood = float(np.mean(np.log(total)))
        if likelihood - before < ENOUGH:
            break
        before = likelihood
        weights = weights * (values / total).mean(axis=1)
        weights /= weights.sum()
    return weights, likelihood


def with_fit(mixture: Mixture, fitted: Fit) -> Mixture:
    """The mixture with these weights."""
    model = mixture.model
    kept: Softmax | None = (
        replace(model, tau=fitted.tau) if model is not None and fitted.tau else None
    )
    return replace(mixture, model=kept, weights=fitted.weights)


def folds_of(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The fold of each question by the key of its playlist: int64 (questions,), from 0 to FOLDS -
    1.
    """
    return (mix(keys, 29) % np.uint64(FOLDS)).astype(np.int64)


def rank_cross_fitted(
    mixture: Mixture, questions: Questions, keys: NDArray[np.uint64], evidence: Evidence
) -> NDArray[np.float64]:
    """Rank each target with weights and tau that were fitted on the questions of other playlists
    alone.

    `keys`: uint64 (asked,), the playlist of each question that is asked. Returns float64 (pairs,),
    as `Questions.answer` does.
    """
    ranks, folds = np.empty(len(keys)), folds_of(keys)
    for fold in range(FOLDS):
        here = np.flatnonzero(folds == fold)
        if not len(here):
            continue
        others = folds != fold
        chosen = with_fit(mixture, evidence.fit(others if others[:FITTED].any() else None))
        ranks[here] = chosen.rank(
            questions.queries.choose(here),
            Rows(questions.targets[here]),
            questions.excluded.choose(here),
        )
    return questions.answer(lambda queries, targets, excluded: ranks)
