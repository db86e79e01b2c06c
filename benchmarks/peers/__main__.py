"""Other libraries' models on the pairs of the table of scores: `make peers` writes their tables
into docs/scores.md.

The data sets and the blend are those of benchmarks/scores.yaml, whose files must lie in
data/incoming/; what each peer may choose from stands in benchmarks/peers/peers.yaml.
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
from benchmarks.scores import GRID, KINDS, PAGE, prepare, with_settings
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
"""CPU seconds that each training has, on one thread."""
INTRO = """## Peers: models of other libraries

Made by `make peers`: the same playlists to train on, the same pairs (a song at a random place is asked for), the same
exclusions, all songs ranked, ties to the more frequent song. Each training had {seconds:g} CPU seconds on one thread.
Each peer chose one of three configurations by NDCG@10 on validation with seed 1, and was then trained with {seeds}
seeds. Its weights are the best on validation of {looks} looks during training; ALS and BPR are looked at after 1, 2, 4
and so on passes and at the end, and ALS ends after 64. Brackets and ± are as above, differences are paired.
Versions: {versions}.

SASRec and BERT4Rec see the last 20 songs, GRU4Rec the last 50, ALS and BPR the whole history without its order. ALS
calculates a vector for each history from those of its songs; BPR has the histories, without the targets, as users in
training. GRU4Rec begins with the same weights for every seed, which is Cornac's way. EASE is a baseline above, and
RecTools' has the same weights. VSTAN of session-rec is not here: that library cannot be installed as a package.

What the figures are not: the best that these models can do. Three configurations (for RecTools' models written down
after six trial runs on the concerts), a small budget and a CPU are little for a transformer, while the blend and the
baselines chose among more settings. CPU time ends a training, so that a faster machine gives other figures. Nor is an
interval proof: of twenty such differences one excludes zero by chance.
"""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set: the task of the peers, and the questions that it was made of."""

    task: Task
    questions: Mapping[str, Questions]

    def all_ranks(self, kind: str, runs: list[dict[str, NDArray[Any]]]) -> Runs:
        """The ranks of all pairs of a kind by each run of a peer, which ranked those that can be
        asked.
        """
        return [self.questions[kind].answer(lambda *_, found=each: found[kind]) for each in runs]


def prepared(folder: Path) -> Prepared:
    """Read the split that was prepared in a folder, and ask as its params.yaml says."""
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
    """Rank the pairs of the data set prepared in a folder by peers and rivals, and return its
    section.

    The second part names the peers above the blend.
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
    """Return the versions of the libraries whose models these are, as they are pinned for this
    Python.
    """
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
    """The command line."""
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
        intro = INTRO.format(
            seconds=given.seconds, seeds=given.seeds, looks=LOOKS, versions=versions()
        )
        put(PAGE, "\n".join([intro, f"{what_beats_the_blend(above)}\n", *sections]))


if __name__ == "__main__":
    main()
