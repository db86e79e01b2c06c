"""`python -m benchmarks.listening.speed`: time towers beside TensorFlow Recommenders, NumPy, torch.

Figures are the CPU time of the best of several runs on one thread, all from a single run of the
program. TensorFlow Recommenders runs in .venv-tfrs, set up by `make bench-two-tower`.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import stages  # noqa: F401 -- pins numeric libraries to one thread, before any of them is imported
from benchmarks.measuring import ROOT, note

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PYTHON = ROOT / ".venv-tfrs/bin/python"
USERS, SONGS, LISTENS, ASKED = 200, 2_200, 65_536, 4_000
"""The size of an epoch of seed_1, about the size of the data set `listens`."""
FEW, MANY = 20_000, 1_000_000
"""Songs of two vocabularies between which the time of a listen must not grow much."""


@dataclass(frozen=True)
class Figure:
    """A line of the table.

    `ours`, `theirs`: CPU seconds. `bar`: the minimal ratio of `theirs` to `ours`, None for a figure
    that only informs. `growth`: `bar` is instead the maximal ratio of `ours` to `theirs`.
    """

    what: str
    rival: str
    ours: float
    theirs: float
    bar: float | None
    growth: bool = False

    def line(self) -> list[str]:
        """Return the cells of the table."""
        ratio = self.ours / self.theirs if self.growth else self.theirs / self.ours
        cells = [self.what, self.rival, f"{self.ours:.4g}", f"{self.theirs:.4g}", f"{ratio:.2f}"]
        if self.bar is None:
            return [*cells, "", ""]
        reached = ratio <= self.bar if self.growth else ratio >= self.bar
        sign = "at most" if self.growth else "at least"
        return [*cells, f"{sign} {self.bar:g}", "yes" if reached else "NO"]


def of_tensorflow(task: Path) -> dict[str, list[float]]:
    """Return the measurements of `benchmarks.listening.tfrs`."""
    if not PYTHON.is_file():
        sys.exit(
            f"{PYTHON}: no such file: expected the environment that `make bench-two-tower` sets up"
        )
    done = subprocess.run(
        [str(PYTHON), "-m", "benchmarks.listening.tfrs", str(task)],
        cwd=ROOT,
        env=os.environ | THREADS,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stderr}\nbench: TensorFlow Recommenders ended with {done.returncode}")
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def beside_tensorflow(repeats: int) -> list[Figure]:
    """Return the figures of seed_1 beside TensorFlow Recommenders."""
    from benchmarks.listening import ours
    from benchmarks.listening.invented import invented

    data = invented(USERS, SONGS, LISTENS)
    with TemporaryDirectory() as folder:
        ours.save_task(data, ASKED, repeats, Path(folder) / "task.npz")
        note("epoch and evaluation of seed_1")
        epoch = min(ours.epochs("seed_1", data, repeats))
        rank = min(ours.evaluation(data, ASKED, repeats))
        theirs = of_tensorflow(Path(folder) / "task.npz")
    return [
        Figure("epoch of seed_1", "TFRS", epoch, min(theirs["epoch"]), 1.2),
        Figure("exact evaluation", "TFRS FactorizedTopK", rank, min(theirs["dataset"]), 5),
        Figure("exact evaluation", "the same on an index", rank, min(theirs["index"]), None),
    ]


def beside_libraries(repeats: int) -> list[Figure]:
    """Return the figures of the top 100 beside NumPy, and of `recent` beside the DataLoader."""
    from benchmarks.listening import ours
    from benchmarks.listening.invented import invented

    note("top 100 of a million")
    top = ours.top_100(MANY, 64, 256, repeats)
    note("recent and the DataLoader")
    loader = ours.beside_loader(invented(USERS, SONGS, LISTENS // 4), repeats)
    return [
        Figure("top 100 of 10^6 x 64", "NumPy", *top, 3),
        Figure("epoch of recent", "DataLoader", *loader, None),
    ]


def with_many_songs(name: str, repeats: int) -> Figure:
    """Return the figure of a tower's epoch with MANY songs beside FEW songs."""
    from benchmarks.listening import ours
    from benchmarks.listening.invented import invented

    note(f"{name}, {FEW:,} and {MANY:,} songs")
    many, few = (
        min(ours.epochs(name, invented(USERS, songs, LISTENS // 2), repeats))
        for songs in (MANY, FEW)
    )
    return Figure(f"{name}, {MANY:,} songs", f"{FEW:,} songs", many, few, 1.5, growth=True)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.listening.speed", description=__doc__
    )
    parser.add_argument(
        "--repeats", type=int, default=3, help="runs of which the best counts (%(default)s)"
    )
    parser.add_argument(
        "--without-tfrs", action="store_true", help="leave TensorFlow Recommenders out"
    )
    given = parser.parse_args()
    from tabulate import tabulate

    figures = [] if given.without_tfrs else beside_tensorflow(given.repeats)
    figures += beside_libraries(given.repeats)
    figures += [with_many_songs(name, given.repeats) for name in ("seed_1", "recent")]
    lines = [each.line() for each in figures]
    header = ["figure", "rival", "ours, CPU s", "theirs", "ratio", "bar", "reached"]
    print(tabulate(lines, header, tablefmt="github", disable_numparse=True))
    if any(line[-1] == "NO" for line in lines):
        print("\na bar was missed")


if __name__ == "__main__":
    main()
