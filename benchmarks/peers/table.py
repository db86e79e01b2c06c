"""The tables of peers in docs/scores.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.scores import gap, mean_gains, score_cells, shown_gap

Runs = list[NDArray[np.float64]]
"""The ranks of all test pairs, float64 (pairs,), for every training seed."""
HEADER = """| | settings | hit@10 | NDCG@10 | NDCG@10 to the best baseline | NDCG@10 to the blend |
|---|---|---|---|---|---|"""


def row(name: str, settings: Mapping[str, Any], runs: Runs, rivals: list[Runs]) -> str:
    """Return a line of the table; the cell of a rival's difference to itself is empty."""
    chosen = ", ".join(f"{option} {value}" for option, value in settings.items())
    own = mean_gains(runs)
    cells = [name, chosen, *score_cells(runs)]
    cells += [
        shown_gap(gap(own, mean_gains(rival))) if runs is not rival else "" for rival in rivals
    ]
    return f"| {' | '.join(cells)} |"


def beside_the_blend(peers: Mapping[str, Runs], blend: Runs) -> dict[str, list[str]]:
    """Group peers as `above`, `level` or `below` the blend.

    The group follows from the interval of the paired difference of NDCG@10.
    """
    groups: dict[str, list[str]] = {"above": [], "level": [], "below": []}
    for name, runs in peers.items():
        _, low, high = gap(mean_gains(runs), mean_gains(blend))
        groups["above" if low > 0 else "below" if high < 0 else "level"].append(name)
    return groups


def verdict(groups: Mapping[str, list[str]]) -> str:
    """Return a sentence with the peers above, level with and below the blend on a data set."""
    named = {group: ", ".join(names) or "none" for group, names in groups.items()}
    return (
        f"Above the blend: {named['above']}. Level with it: {named['level']}. Below it: "
        f"{named['below']}."
    )


def what_beats_the_blend(above: Mapping[str, list[str]]) -> str:
    """Return a sentence on all data sets; `above`: peers above the blend by data set."""
    said = [f"{', '.join(names) or 'nothing'} on {data}" for data, names in above.items()]
    return f"**Above the blend in NDCG@10, by the paired interval: {'; '.join(said)}.**"


def still_rising(looks: Mapping[str, list[NDArray[np.float64]]]) -> str:
    """Return a sentence with the peers that more time might raise, or nothing.

    Such a peer was best at the end of the budget with every seed. `looks`: NDCG@10 on validation at
    every checkpoint, by peer and seed.
    """
    rising = [
        name
        for name, seeds in looks.items()
        if all(np.argmax(each) == len(each) - 1 for each in seeds)
    ]
    return (
        f"Best at the very end of the budget with every seed: {', '.join(rising)}."
        if rising
        else ""
    )
