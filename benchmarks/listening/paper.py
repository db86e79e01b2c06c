"""`python -m benchmarks.listening.paper`: run the paper's own protocol on generated listens.

Of the earliest 90,000 listens, 40,000 random rows are for training and 10,000 others for the test.
Beside the paper's towers stands the ranking by a listener's most played recordings, which the
training rows reveal almost completely.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate

from benchmarks.listening.protocol import (
    Protocol,
    make_protocol,
    ranks_by_plays,
    ranks_listed_twice,
    read_generated,
    share_in_training,
)
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.songs import Rows
from playlist2vec.listening.scoring.tables import CUTOFFS
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.models.two_tower.params import OF_VARIANT, TowerParams
from playlist2vec.models.two_tower.training import train_tower
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_at

PARAMS = Path("pipelines/two_tower/params.yaml")
VARIANTS = ("seed_1", "seed_2", "seed_3")
HEADER = ["", *(f"@{cutoff}" for cutoff in CUTOFFS), "twice @1", "@100", "ties against @1", "@100"]


@dataclass(frozen=True, eq=False)
class Ranked:
    """Ranks of the test, and True where the true song scores above itself in a blocked product.

    `above`: bool (questions,), None without a product.
    """

    ranks: NDArray[np.float64]
    above: NDArray[np.bool_] | None = None

    def line(self) -> list[str]:
        """Return hit rates in percent: by cutoff, then at 1 and 100 with the true song twice."""
        found = [self.ranks <= cutoff for cutoff in CUTOFFS]
        if self.above is not None:
            twice = ranks_listed_twice(self.ranks, self.above)
            found += [twice <= 1, twice <= 100]
        against = ranks_listed_twice(self.ranks)
        text = [f"{100 * float(np.mean(each)):.1f}" for each in found]
        text += [""] * (len(CUTOFFS) + 2 - len(text))
        return [*text, *(f"{100 * float(np.mean(against <= cutoff)):.1f}" for cutoff in (1, 100))]


def rank_test(tower: TwoTower, protocol: Protocol) -> Ranked:
    """Return the ranks of the test by a tower."""
    queries = asked_at(protocol.data.histories, protocol.test, tower.songs_back)
    targets = Rows(protocol.pairs(protocol.test)[:, 1])
    ranks = tower.rank(queries, targets, Exclusions.none(len(queries)))
    vectors = tower.vectors(queries).astype(np.float32)
    alone = np.sum(vectors * tower.songs[targets], axis=1, dtype=np.float32)
    parts = []
    for start in range(0, len(vectors), 256):
        some = slice(start, start + 256)
        parts.append(
            np.take_along_axis(vectors[some] @ tower.songs.T, targets[some, None], axis=1)[:, 0]
        )
    listed = np.concatenate(parts)
    return Ranked(ranks, listed > alone)


def train_on(
    protocol: Protocol, params: TowerParams, report: Callable[[int, TwoTower], object] | None = None
) -> TwoTower:
    """Return the tower of the last epoch: the paper's protocol has no validation.

    `report`: called with the number and the tower of every epoch.
    """
    last = list[TwoTower]()

    def measure(tower: TwoTower) -> dict[str, float]:
        last.append(tower)
        if report is not None:
            report(len(last), tower)
        return {"epoch_reached": float(len(last))}

    with TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "checkpoint"
        train_tower(
            protocol.data,
            params,
            checkpoint,
            measure,
            lambda epoch, loss: None,
            best="epoch_reached",
        )
    return last[-1]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.listening.paper", description=__doc__
    )
    parser.add_argument(
        "--epochs", type=int, default=10, help="passes over the rows of training (%(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="of the rows and of the towers (%(default)s)"
    )
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        protocol = make_protocol(*read_generated(Path(folder)), given.seed)
    training, test = protocol.pairs(protocol.data.listens), protocol.pairs(protocol.test)
    share = share_in_training(training, test)
    print(
        f"{len(training):,} rows of training, {len(test):,} of test, "
        f"{len(protocol.data.vocabulary):,} recordings"
    )
    print(f"{100 * share:.1f} % of the test's pairs of user and recording are in training\n")
    rows = [
        [
            "most played",
            *Ranked(ranks_by_plays(training, test, len(protocol.data.vocabulary))).line(),
        ]
    ]
    for name in VARIANTS:
        section = replace(
            read_section(PARAMS, OF_VARIANT[name]), epochs=given.epochs, seed=given.seed
        )
        for label, params in (
            (name, section),
            (f"{name}, logQ", replace(section, log_q=True, accidental_hits="remove")),
        ):
            rows.append([label, *rank_test(train_on(protocol, params), protocol).line()])
            print(rows[-1], flush=True)
    print()
    print(tabulate(rows, HEADER, tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()
