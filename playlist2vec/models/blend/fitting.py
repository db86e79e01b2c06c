"""The weights of a mixture, fitted on validation targets, and cross-fitted ranks."""

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
"""Candidate values of tau."""
FOLDS = 5
STEPS, ENOUGH = 300, 1e-6
"""Limits of expectation maximisation: steps, and the smallest rise of the mean log-likelihood."""
LEAST = 0.002
"""Minimum weight: a part below it is left out, and the other parts are fitted again."""
LEANS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Candidate shifts of the weights, from the likeliest weights, 0, to the best part alone, 1."""
RESAMPLES = 100
"""Bootstrap samples of the questions, each of which chooses one of LEANS."""
FITTED = 4000
"""Maximum number of questions for likelihoods: the first, a fair sample as a hash orders them."""
LISTED = 2000
"""Maximum number of these questions for shortlists, which choose the shift of the weights."""


@dataclass(frozen=True, eq=False)
class Likelihoods:
    """Probabilities of the targets of questions: by part, and by tau for the model.

    All are float64 (questions,).
    """

    parts: Mapping[str, NDArray[np.float64]]
    model: Mapping[float, NDArray[np.float64]]

    def choose(self, questions: NDArray[np.bool_]) -> "Likelihoods":
        """Return the likelihoods of some questions; `questions`: bool (questions,)."""
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
    """Return the probability of every target under the parts of a mixture.

    `start`, `end`: the questions from `start` to before `end`, or to the last. The weights of the
    mixture are not used.
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
    """Data to fit weights to: likelihoods of FITTED questions, and shortlists of LISTED."""

    likelihoods: Likelihoods
    shortlists: Shortlists

    def fit(self, questions: NDArray[np.bool_] | None = None) -> Fit:
        """Fit weights to some questions, bool (questions,), or to all.

        Expectation maximisation raises the likelihood of all targets, also of targets that no list
        of ten will ever hold. So the weights are then shifted towards the part with the best
        NDCG@10 alone, as far as NDCG@10 of the mixture rises: by a mean of LEANS.
        """
        number = len(next(iter(self.likelihoods.parts.values())))
        some = np.ones(number, bool) if questions is None else questions[:number]
        return lean(
            fit(self.likelihoods.choose(some)), self.shortlists, some[: len(self.shortlists)]
        )


def evidence_of(mixture: Mixture, questions: Questions) -> Evidence:
    """Return the data to fit the weights of a mixture to."""
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
    """Shift weights towards the best part alone, as in `Evidence.fit`; unchanged without questions.

    The best shift is a matter of chance if several are nearly as good. So each of RESAMPLES
    bootstrap samples of the questions chooses a shift, and the mean of the shifts is taken.
    Breiman, Bagging predictors, Machine Learning 24 (1996).
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
    """Choose the weights, and tau, with the largest mean log-likelihood of the targets.

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
    """Return the weights by name, rounded to 6 digits, and the mean log-likelihood.

    Parts with a weight below LEAST are left out.
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
    """Return the weights, float64 (parts,), and the mean log-likelihood.

    `values`: float64 (parts, questions), probabilities of the targets.
    """
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
    """Return the mixture with fitted weights and tau."""
    model = mixture.model
    kept: Softmax | None = (
        replace(model, tau=fitted.tau) if model is not None and fitted.tau else None
    )
    return replace(mixture, model=kept, weights=fitted.weights)


def folds_of(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the folds of questions, int64 (questions,), below FOLDS, by playlist key."""
    return (mix(keys, 29) % np.uint64(FOLDS)).astype(np.int64)


def rank_cross_fitted(
    mixture: Mixture, questions: Questions, keys: NDArray[np.uint64], evidence: Evidence
) -> NDArray[np.float64]:
    """Rank targets with weights and tau fitted on the questions of other playlists.

    `keys`: uint64 (asked,), the key of the playlist of each question that is asked. Returns float64
    (pairs,), as `Questions.answer` does.
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
