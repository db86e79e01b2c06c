"""Baselines tuned on validation."""

from collections.abc import Callable

from playlist2vec.listening.scoring.questions import Questions
from playlist2vec.listening.scoring.tables import rates
from playlist2vec.models.histories.rankers import BASELINES, Heard, made

BY = "top_10"
"""The score by which settings are chosen."""
Chosen = dict[str, dict[str, float]]


def tune(questions: Questions, heard: Heard, report: Callable[[str], object]) -> Chosen:
    """Return the tuned settings of all baselines, by name; parameters are tuned one after another.

    The first of equal values wins. `report` is called with the name of a tuned baseline.
    """
    chosen: Chosen = {}
    for name, baseline in BASELINES.items():
        settings = {option: values[0] for option, values in baseline.options.items()}
        for option, values in baseline.options.items():
            if len(values) > 1:
                scores = {
                    value: rates(questions.rank(made(name, heard, {**settings, option: value})))[BY]
                    for value in values
                }
                settings[option] = max(scores, key=lambda value: scores[value])
        chosen[name] = settings
        report(name)
    return chosen
