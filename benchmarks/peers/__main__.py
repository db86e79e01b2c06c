"""`python -m benchmarks.peers`: rank by models of other libraries, write tables to docs/scores.md.

`make peers` runs it. The data sets and the blend are those of benchmarks/scores.yaml, whose files
must lie in data/incoming/. The configurations of every peer are in benchmarks/peers/peers.yaml.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from benchmarks.peers.budget import LOOKS
from benchmarks.peers.choice import PINS, Chosen, choose, runner
from benchmarks.peers.page import put
from benchmarks.peers.rivals import best_baseline, rank_blend
from benchmarks.peers.table import (
    HEADER,
    Runs,
    beside_the_blend,
    row,
    still_rising,
    verdict,
    what_beats_the_blend,
)
from benchmarks.peers.task import Asked, Sequences, Task
from benchmarks.scores import GRID, PAGE, prepare, with_settings
from benchmarks.trainers.ranks import KINDS
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary, in_rows, training_vocabulary
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Questions, ask
from playlist2vec.ranking.reweighted import whole_histories

PEERS = Path("benchmarks/peers/peers.yaml")
SECONDS = 20.0
"""CPU seconds of a training, on one thread."""
INTRO = Path("benchmarks/peers/intro.md")
"""The introduction of the tables, with places for `str.format`."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set: the task of the peers, and the questions behind the task."""

    task: Task
    questions: Mapping[str, Questions]

    def all_ranks(self, kind: str, runs: list[dict[str, NDArray[Any]]]) -> Runs:
        """Return the ranks of all pairs of a kind, from runs of a peer on answerable questions."""
        return [self.questions[kind].answer(lambda *_, found=each: found[kind]) for each in runs]


def prepared(folder: Path) -> Prepared:
    """Read the prepared split in a folder; ask by the folder's params.yaml."""
    ids = Vocabulary.load(folder / "data/vocabulary/vocabulary.tsv").ids
    train = Playlists.load(folder / "data/split/train.npz")
    vocabulary, rows = training_vocabulary([train], ids)
    query = whole_histories(read_section(folder / "params.yaml", Query))
    questions = {
        kind: ask(Pairs.load(folder / f"data/split/{kind}.npz"), rows, query) for kind in KINDS
    }
    played = in_rows(train, rows)
    sequences = Sequences(Rows(played.tracks.astype(np.int64)), played.offsets)
    asked = {kind: Asked.of(each) for kind, each in questions.items()}
    return Prepared(Task(sequences, len(vocabulary), asked), questions)


def compare(
    name: str, folder: Path, params: dict[str, Any], best: dict[str, Any], given: argparse.Namespace
) -> tuple[str, list[str]]:
    """Rank the pairs of a prepared data set by peers and rivals; return the section of the page.

    The second value names the peers above the blend.
    """
    data = prepared(folder)
    data.task.save(folder / "task.npz")
    baseline, ranked = best_baseline(folder, params)
    blend = rank_blend(folder, params, best, given.seeds)["blend"]["test"]
    rivals = [ranked[baseline]["test"], blend]
    lines = [
        row(f"best baseline: {baseline}", {}, rivals[0], rivals),
        row("blend", {}, blend, rivals),
    ]
    peers: dict[str, Runs] = {}
    looks: dict[str, list[NDArray[np.float64]]] = {}
    for peer, each in yaml.safe_load(PEERS.read_text("utf-8")).items():
        run = runner(folder / "task.npz", peer, given.seconds)
        chosen: Chosen = choose(each["settings"], given.seeds, run)
        peers[each["shown"]] = data.all_ranks("test", chosen.runs)
        looks[each["shown"]] = [run["looks"] for run in chosen.runs]
        lines.append(row(each["shown"], chosen.settings, peers[each["shown"]], rivals))
        print(lines[-1], flush=True)
    title = f"### {name}\n\n{len(blend[0]):,} test pairs, in percent.\n\n{HEADER}"
    groups = beside_the_blend(peers, blend)
    return "\n".join(
        [title, *lines, "", f"{verdict(groups)} {still_rising(looks)}".strip(), ""]
    ), groups["above"]


def versions() -> str:
    """Return the versions of the peers' libraries pinned for this Python."""
    names = ("rectools", "cornac", "pm-implicit", "torch", "numpy")
    other = ">=" if sys.version_info < (3, 13) else "<"
    lines = [line.partition(";") for line in PINS.read_text("utf-8").splitlines()]
    pins = [
        pin.strip().replace("[torch]", "").split("==")
        for pin, _, marker in lines
        if other not in marker
    ]
    return ", ".join(" ".join(pin) for pin in pins if pin[0] in names)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="training seeds, 2 or more")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="CPU seconds of each training"
    )
    parser.add_argument("--only", default="", help="names of data sets, with commas between them")
    given = parser.parse_args()
    grid = yaml.safe_load(GRID.read_text("utf-8"))
    committed = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    wanted = [name for name in given.only.split(",") if name] or list(grid)
    sections, above = [], {}
    for name in wanted:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            params = with_settings(committed, grid[name]["data"] | {"split.target": "random"})
            prepare(folder, params)
            section, above[name] = compare(name, folder, params, grid[name]["best"], given)
            sections.append(section)
        print(sections[-1], flush=True)
    if wanted == list(grid):
        intro = INTRO.read_text("utf-8").format(
            seconds=given.seconds, seeds=given.seeds, looks=LOOKS, versions=versions()
        )
        put(PAGE, "\n".join([intro, f"{what_beats_the_blend(above)}\n", *sections]))


if __name__ == "__main__":
    main()
