"""The tables of peers in docs/scores.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.scores import MEASURES, RESAMPLES, SEED, mean_gains
from playlist2vec.evaluation.intervals import Interval, bootstrap, t_interval
from playlist2vec.ranking.metrics import gains

Runs = list[NDArray[np.float64]]
"""The ranks of all test pairs, float64 (pairs,), for each training seed."""
HEADER = """| | settings | hit@10 | NDCG@10 | NDCG@10 to the best baseline | NDCG@10 to the blend |
|---|---|---|---|---|---|"""


def scores(runs: Runs) -> list[str]:
    """Return the cells of hit@10 and NDCG@10, with intervals over pairs and seeds."""
    cells = []
    for (estimate, low, high), measure in zip(bootstrap(mean_gains(runs), RESAMPLES, SEED), MEASURES, strict=True):
        spread = ""
        if len(runs) > 1:
            seeds = t_interval([float(np.mean(gains(ranks, (10,))[measure])) for ranks in runs])
            spread = f" ±{100 * (seeds.high - seeds.estimate):.1f}"
        cells.append(f"{100 * estimate:.1f} [{100 * low:.1f}, {100 * high:.1f}]{spread}")
    return cells


def gap(runs: Runs, rival: Runs) -> Interval:
    """The paired difference of NDCG@10 to a rival, with its interval over pairs."""
    return bootstrap((mean_gains(runs) - mean_gains(rival))[1:], RESAMPLES, SEED)[0]


def row(name: str, settings: Mapping[str, Any], runs: Runs, rivals: list[Runs]) -> str:
    """A line of the table; the cell of the difference to itself is empty."""
    chosen = ", ".join(f"{option} {value}" for option, value in settings.items())
    cells = [name, chosen, *scores(runs)]
    for rival in rivals:
        estimate, low, high = gap(runs, rival)
        cells.append(f"{100 * estimate:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]" if runs is not rival else "")
    return f"| {' | '.join(cells)} |"


def beside_the_blend(peers: Mapping[str, Runs], blend: Runs) -> dict[str, list[str]]:
    """Group peers by the interval of their paired difference of NDCG@10 to the blend: `above`, `level`, `below`."""
    groups: dict[str, list[str]] = {"above": [], "level": [], "below": []}
    for name, runs in peers.items():
        _, low, high = gap(runs, blend)
        groups["above" if low > 0 else "below" if high < 0 else "level"].append(name)
    return groups


def verdict(groups: Mapping[str, list[str]]) -> str:
    """Say which peers are above the blend, level with it and below it on a data set."""
    named = {group: ", ".join(names) or "none" for group, names in groups.items()}
    return f"Above the blend: {named['above']}. Level with it: {named['level']}. Below it: {named['below']}."


def what_beats_the_blend(above: Mapping[str, list[str]]) -> str:
    """Say it of all data sets in a sentence; `above`: by data set the peers above the blend."""
    said = [f"{', '.join(names) or 'nothing'} on {data}" for data, names in above.items()]
    return f"**Above the blend in NDCG@10, by the paired interval: {'; '.join(said)}.**"


def still_rising(looks: Mapping[str, list[NDArray[np.float64]]]) -> str:
    """Name the peers that were best at the end of the budget with every seed, which more time might raise.

    `looks`: for each peer and seed NDCG@10 on validation at each look at the training.
    """
    rising = [name for name, seeds in looks.items() if all(np.argmax(each) == len(each) - 1 for each in seeds)]
    return f"Best at the very end of the budget with every seed: {', '.join(rising)}." if rising else ""
