"""Tables of scores by ranker, cutoff and slice, with intervals over listeners."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.evaluation.intervals import Interval, bootstrap_by
from playlist2vec.listening.scoring.params import ListenScoring
from playlist2vec.listening.scoring.questions import Questions

CUTOFFS = (1, 5, 10, 50, 100)
"""Lengths of the list, as in Cochran, Deep Learning ListenBrainz Recommendation, 2022."""
HEADER = "ranker,slice,questions,listeners,cutoff,hit_rate,low,high\n"
Ranks = Mapping[str, NDArray[np.float64]]


def hits(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 for an answer within the cutoff, else 0: float64 (cutoffs, questions)."""
    return np.array([ranks <= cutoff for cutoff in CUTOFFS], np.float64)


def rates(ranks: NDArray[np.float64]) -> dict[str, float]:
    """Return the hit rate by name of the cutoff, for a curve."""
    return {f"top_{cutoff}": round(float(np.mean(ranks <= cutoff)), 6) for cutoff in CUTOFFS}


def score(
    questions: Questions, ranks: Ranks, discovered: Ranks, params: ListenScoring
) -> tuple[dict[str, Any], str]:
    """Return metrics by slice, ranker and cutoff, and lines of CSV with intervals.

    `ranks`: by ranker, among all songs. `discovered`: ranks of discoveries, among songs new to the
    listener.
    """
    metrics: dict[str, Any] = {"questions": {"all": len(questions)}}
    slices = {"all": np.ones(len(questions), bool), **questions.slices}
    metrics["questions"] |= {
        name: int(np.count_nonzero(chosen)) for name, chosen in questions.slices.items()
    }
    lines = [HEADER]
    for name, chosen in slices.items():
        if name == "outside" or not chosen.any():
            continue
        metrics[name] = {}
        for ranker, found in (discovered if name == "discoveries" else ranks).items():
            users = questions.users[chosen]
            intervals = bootstrap_by(hits(found[chosen]), users, params.resamples, params.seed)
            metrics[name][ranker] = {
                f"top_{cutoff}": round(each.estimate, 6)
                for cutoff, each in zip(CUTOFFS, intervals, strict=True)
            }
            lines += [
                _line(ranker, name, users, *each) for each in zip(CUTOFFS, intervals, strict=True)
            ]
    return metrics, "".join(lines)


def compare(
    questions: Questions,
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    params: ListenScoring,
) -> dict[str, list[float]]:
    """Return the hit rates of `one` minus those of `other` by cutoff, with 95 % intervals."""
    found = bootstrap_by(hits(one) - hits(other), questions.users, params.resamples, params.seed)
    return {
        f"top_{cutoff}": [round(value, 6) for value in each]
        for cutoff, each in zip(CUTOFFS, found, strict=True)
    }


def _line(ranker: str, name: str, users: NDArray[np.int64], cutoff: int, each: Interval) -> str:
    numbers = ",".join(f"{value:.6f}" for value in each)
    return f"{ranker},{name},{len(users)},{len(np.unique(users))},{cutoff},{numbers}\n"
