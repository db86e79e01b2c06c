"""The choice of each baseline's parameters, on validation pairs, as a model's are chosen."""

from dataclasses import dataclass

import numpy as np

from playlist2vec.base.progress import watched
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.rankers import RANKERS, Settings, Training, made
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.queries import Questions
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.ranking.reweighted import Reweighted

BEFORE = (0.0, 1.0)
"""What `distances` tries for songs that stood before the query's: not counted, or as those after
it.
"""


@dataclass(frozen=True, eq=False)
class Tuned:
    """A baseline with the settings that it chose; `tried`: how many it compared."""

    ranker: Ranker
    settings: Settings
    tried: int


def options(params: BaselinesParams) -> dict[str, tuple[float, ...]]:
    """Return the values of each parameter of baselines, in the order in which they are tried."""
    names = (
        "decay",
        "window",
        "neighbours",
        "session_neighbours",
        "distances",
        "smoothing",
        "order",
        "penalty",
    )
    return {"before": BEFORE} | {name: getattr(params, name) for name in names}


def tune(
    name: str, training: Training, values: dict[str, tuple[float, ...]], questions: Questions
) -> Tuned:
    """Choose the settings of a baseline by NDCG@10, equal ones by the order of the values.

    One parameter is chosen after the other, in the order of `Baseline.options`, where one may stand
    twice; those that come later have their first value so far. `values`: of each parameter.
    `questions`: with whole histories.
    """
    baseline = RANKERS[name]
    settings = {option: values[option][0] for option in baseline.options}
    tried: dict[tuple[tuple[str, float], ...], float] = {}
    rankers: dict[tuple[tuple[str, float], ...], Ranker] = {}

    def ranker_of(chosen: Settings) -> Ranker:
        # Those that differ in the decay alone share what they have counted.
        counted = tuple((option, value) for option, value in chosen.items() if option != "decay")
        if counted not in rankers:
            rankers[counted] = baseline.make(training, chosen)
        return Reweighted(rankers[counted], chosen.get("decay", 1.0))

    def score(chosen: Settings) -> float:
        key = tuple(chosen.items())
        if key not in tried:
            tried[key] = ndcg(questions.answer(ranker_of(chosen).rank), 10)
        return tried[key]

    for option in baseline.options:
        scores = [score({**settings, option: value}) for value in values[option]]
        settings[option] = values[option][int(np.argmax(scores))]
        kept = tuple((each, value) for each, value in settings.items() if each != "decay")
        rankers = {counted: ranker for counted, ranker in rankers.items() if counted == kept}
    return Tuned(
        made(name, training, settings) if not tried else ranker_of(settings), settings, len(tried)
    )


def tune_all(
    training: Training, params: BaselinesParams, questions: Questions
) -> tuple[dict[str, Tuned], dict[str, str]]:
    """Tune every baseline; the second map says, by name, why one cannot be made."""
    songs, values = len(training.vocabulary), options(params)
    refused = {name: reason for name, each in RANKERS.items() if (reason := each.refusal(songs))}
    made_of = [name for name in RANKERS if name not in refused]
    chosen = {
        name: tune(name, training, values, questions)
        for name in watched(made_of, "tuning", unit="baselines")
    }
    return chosen, refused
