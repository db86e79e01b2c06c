"""Headline scores to compare runs; all further scores are in a separate file of details."""

from collections.abc import Mapping
from typing import Any

CHALLENGE = ("r_precision", "ndcg", "clicks")
"""Scores of the RecSys Challenge 2018 that order submissions."""


def main_cutoff(cutoffs: tuple[int, ...]) -> int:
    """Return the cutoff k of the headline scores: 10, or the last cutoff if 10 is missing."""
    return 10 if 10 in cutoffs else cutoffs[-1]


def headline(scores: Mapping[str, Any], cutoffs: tuple[int, ...]) -> dict[str, Any]:
    """Return hit@k and ndcg@k of a ranker at the main cutoff, and any scores of the challenge."""
    k = main_cutoff(cutoffs)
    found: dict[str, Any] = {name: scores[name] for name in (f"hit@{k}", f"ndcg@{k}")}
    challenge = scores.get("challenge")
    return found | (
        {"challenge": {name: challenge[name] for name in CHALLENGE}} if challenge else {}
    )


def best_baseline(
    scores: Mapping[str, Mapping[str, Any]], cutoffs: tuple[int, ...]
) -> dict[str, Any]:
    """Return the name and the headline of the baseline with the highest ndcg@k, or nothing.

    `scores`: the scores of every baseline by name. Of equal baselines, the first is returned.
    """
    if not scores:
        return {}
    key = f"ndcg@{main_cutoff(cutoffs)}"
    best = max(scores, key=lambda name: scores[name][key])
    return {"name": best, **headline(scores[best], cutoffs)}
