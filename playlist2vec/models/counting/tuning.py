"""Tuning of the baselines' settings on validation pairs, as for models."""

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
"""Candidate weights of `distances` for songs before those of the query: none, or as songs after."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """A baseline with the chosen settings; `tried`: the number of settings compared."""

    ranker: Ranker
    settings: Settings
    tried: int


def options(params: BaselinesParams) -> dict[str, tuple[float, ...]]:
    """Return candidate values by setting, in the order of trials."""
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
    """Choose the settings of a baseline by NDCG@10; ties go to the earlier value.

    Settings are chosen one after the other, in the order of `Baseline.options`, where a setting may
    occur twice; later settings have their first value until then. `values`: candidate values by
    setting. `questions`: with whole histories.
    """
    baseline = RANKERS[name]
    settings = {option: values[option][0] for option in baseline.options}
    tried: dict[tuple[tuple[str, float], ...], float] = {}
    rankers: dict[tuple[tuple[str, float], ...], Ranker] = {}

    def ranker_of(chosen: Settings) -> Ranker:
        # Rankers that differ in the decay alone share their counts.
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
    """Tune every baseline, and return by name the reasons why baselines cannot be made."""
    songs, values = len(training.vocabulary), options(params)
    refused = {name: reason for name, each in RANKERS.items() if (reason := each.refusal(songs))}
    made_of = [name for name in RANKERS if name not in refused]
    chosen = {
        name: tune(name, training, values, questions)
        for name in watched(made_of, "tuning", unit="baselines")
    }
    return chosen, refused
