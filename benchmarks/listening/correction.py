"""`python -m benchmarks.listening.correction`: measure the correction for popular songs on a tower.

A tower of the paper is trained by the paper's protocol with either half of the correction, with
both, and with possible remedies. The hit rates stand beside statistics of the network.
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate

from benchmarks.listening.paper import PARAMS, VARIANTS, train_on
from benchmarks.listening.protocol import Protocol, make_protocol, read_generated
from playlist2vec.base.rules import read_section
from playlist2vec.models.two_tower.inputs import inputs_of, moments
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.models.two_tower.params import OF_VARIANT
from playlist2vec.ranking.candidates import Candidates, dot_candidates
from playlist2vec.ranking.dense import rank_targets
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_at

LOG_Q, REMOVED = {"log_q": True}, {"accidental_hits": "remove"}
BOTH = LOG_Q | REMOVED
MEAN = {"loss": "mean"}
ADAM = {"optimiser": "adam", "learning_rate": 0.01}
RUNS: dict[str, tuple[Mapping[str, Any], bool]] = {
    "as in the paper": ({}, False),
    "logQ alone": (LOG_Q, False),
    "accidental hits removed alone": (REMOVED, False),
    "both": (BOTH, False),
    "paper, mean loss": (MEAN, False),
    "both, mean loss": (BOTH | MEAN, False),
    "both, step 0.02": (BOTH | {"learning_rate": 0.02}, False),
    "paper, Adam 0.01": (ADAM, False),
    "both, Adam 0.01": (BOTH | ADAM, False),
    "paper, log count as bias": ({}, True),
    "removed alone, log count as bias": (REMOVED, True),
}
"""Changes of parameters, and True to add the log of a song's count to its scores in the ranking."""
HEADER = [
    "", "@1", "@10", "@100", "dead", "vectors", "songs", "spread", "own", "popular", "alike"
]  # fmt: skip
NOTE = """
dead: % of the hidden units of the query tower that no question switches on. vectors, songs:
mean length. spread: mean standard deviation of a question's scores over songs. own: share of
the variance of scores that is left when each song's mean over questions is taken away. popular:
correlation of that mean with the log of the song's count. alike: mean cosine of two questions."""


def with_counts(tower: TwoTower) -> Candidates:
    """Return the candidates of a tower with log(count + 1) as bias."""
    return replace(dot_candidates(tower.songs), bias=np.log(tower.vocabulary.counts + 1.0))


def dead_share(tower: TwoTower, protocol: Protocol) -> float:
    """Return the share of hidden units of the query tower with output 0 for every test question."""
    inputs = inputs_of(asked_at(protocol.data.histories, protocol.test, 1), 1)
    stretch, place = moments(inputs.now, tower.first, tower.last)
    arrays = tower.arrays
    x = np.concatenate(
        [arrays["user"][inputs.users], arrays["moment"][stretch], place[:, None]], axis=1
    )
    dead = list[NDArray[np.bool_]]()
    number = 0
    while f"layers/{number + 1}/weight" in arrays:
        x = np.maximum(x @ arrays[f"layers/{number}/weight"] + arrays[f"layers/{number}/bias"], 0)
        dead.append(~(x > 0).any(axis=0))
        number += 1
    return float(np.mean(np.concatenate(dead))) if dead else 0.0


def measured(tower: TwoTower, protocol: Protocol, counted: bool) -> list[str]:
    """Return a line of the table."""
    vectors = tower.vectors(asked_at(protocol.data.histories, protocol.test, tower.songs_back))
    candidates = with_counts(tower) if counted else tower.candidates
    targets = protocol.pairs(protocol.test)[:, 1]
    ranks = rank_targets(vectors, candidates, targets, Exclusions.none(len(vectors)))
    some = vectors[:: max(1, len(vectors) // 1_000)]
    scores = some @ tower.songs.T.astype(np.float64) + candidates.bias
    means = scores.mean(axis=0)
    own = float(
        np.mean((scores - means) ** 2) / np.mean((scores - scores.mean(axis=1, keepdims=True)) ** 2)
    )
    popular = float(np.corrcoef(means, np.log(tower.vocabulary.counts + 1.0))[0, 1])
    units = some / np.maximum(np.linalg.norm(some, axis=1, keepdims=True), 1e-12)
    alike = float(np.mean(units @ units.T))
    rates = [f"{100 * float(np.mean(ranks <= cutoff)):.1f}" for cutoff in (1, 10, 100)]
    lengths = (float(np.linalg.norm(each, axis=1).mean()) for each in (vectors, tower.songs))
    dead = f"{100 * dead_share(tower, protocol):.0f}"
    numbers = (*lengths, float(scores.std(axis=1).mean()), own, popular, alike)
    return [*rates, dead, *(f"{number:.2f}" for number in numbers)]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.listening.correction", description=__doc__
    )
    parser.add_argument(
        "--tower", choices=VARIANTS, default="seed_2", help="the tower (%(default)s)"
    )
    parser.add_argument(
        "--epochs", type=int, default=10, help="passes over the rows of training (%(default)s)"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="of rows and towers (1)")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        generated = read_generated(Path(folder))
    rows = []
    for seed in given.seeds:
        protocol = make_protocol(*generated, seed)
        section = replace(
            read_section(PARAMS, OF_VARIANT[given.tower]), epochs=given.epochs, seed=seed
        )
        trained: dict[str, TwoTower] = {}
        for label, (changes, counted) in RUNS.items():
            key = str(changes)
            if key not in trained:
                trained[key] = train_on(protocol, replace(section, **changes))
            rows.append([label, *measured(trained[key], protocol, counted)])
            print(rows[-1], flush=True)
    print(f"\n{given.tower}, {given.epochs} epochs\n")
    print(tabulate(rows, HEADER, tablefmt="github", disable_numparse=True))
    print(NOTE)


if __name__ == "__main__":
    main()
