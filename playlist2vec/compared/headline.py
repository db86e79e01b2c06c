"""The few scores that runs are compared by; all others stand in a file of details beside them."""

from collections.abc import Mapping
from typing import Any

CHALLENGE = ("r_precision", "ndcg", "clicks")
"""The scores of the RecSys Challenge 2018 that submissions are ordered by."""


def main_cutoff(cutoffs: tuple[int, ...]) -> int:
    """Return the cutoff k of the scores that stand for the others: 10, or the last where 10 is not
    among them.
    """
    return 10 if 10 in cutoffs else cutoffs[-1]


def headline(scores: Mapping[str, Any], cutoffs: tuple[int, ...]) -> dict[str, Any]:
    """Return hit@k and ndcg@k of a ranker's scores, k as `main_cutoff` says, and those of the
    challenge if it ran.
    """
    k = main_cutoff(cutoffs)
    found: dict[str, Any] = {name: scores[name] for name in (f"hit@{k}", f"ndcg@{k}")}
    challenge = scores.get("challenge")
    return found | (
        {"challenge": {name: challenge[name] for name in CHALLENGE}} if challenge else {}
    )


def best_baseline(
    scores: Mapping[str, Mapping[str, Any]], cutoffs: tuple[int, ...]
) -> dict[str, Any]:
    """Return the name and the headline of the baseline with the highest ndcg@k, of equal ones the
    first.

    `scores`: those of each baseline by its name; without one, there is nothing to return.
    """
    if not scores:
        return {}
    key = f"ndcg@{main_cutoff(cutoffs)}"
    best = max(scores, key=lambda name: scores[name][key])
    return {"name": best, **headline(scores[best], cutoffs)}
