"""`python -m playlist2vec.evaluation.starting_params`: parameters to begin with, from a corpus alone.

The rule and where it comes from stand in docs/choosing-parameters.md.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.rankers import rankers
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.params import Query


@dataclass(frozen=True)
class Corpus:
    """What the rule looks at.

    `songs`, `plays`: of the training playlists. `median_length`: songs in the playlist in the middle. `markov`,
    `cooccurrence`: NDCG@10 on validation pairs of counting next songs and of counting neighbours on both sides.
    """

    songs: int
    plays: int
    median_length: int
    markov: float
    cooccurrence: float


def describe(train: Playlists, pairs: Pairs, ids: list[str], asked: Query) -> Corpus:
    """Look at a corpus; `ids`: the track id of each song code in `train` and `pairs`."""
    counted = rankers(train, ids, BaselinesParams(window=5, neighbours=1, session_neighbours=1))
    next_song, neighbours = (
        ndcg(evaluate_pairs(counted[name], pairs, ids, asked).ranks, 10) for name in ("markov", "cooccurrence")
    )
    return Corpus(
        len(counted["markov"].vocabulary), len(train.tracks), int(np.median(train.lengths)), next_song, neighbours
    )


def suggest(corpus: Corpus) -> dict[str, int | float | str]:
    """The parameters, by their names in params.yaml, for a corpus. They depend on nothing else."""
    if corpus.markov > corpus.cooccurrence:
        by_order: dict[str, int | float | str] = {
            "train.contexts": "offsets",
            "train.window": max(1, min(8, corpus.median_length - 1)),
            "train.vector_size": 100,
            "train.negative": 5,
            "train.ns_exponent": 0.75,
            "evaluate.decay": 0.8,
        }
    else:
        by_order = {
            "train.contexts": "window",
            "train.window": 3,
            "train.vector_size": int(np.clip(round(0.3 * corpus.plays / corpus.songs), 3, 30)) * 10,
            "train.negative": 10,
            "train.ns_exponent": 1.0,
            "evaluate.decay": 0.3,
        }
    return by_order | {
        "train.sample": 0,
        "train.epochs": int(np.clip(round(8_000 / corpus.plays**0.5), 5, 40)),
        "train.alpha": 0.05,
        "evaluate.similarity": "log_odds",
        "evaluate.query": "history",
        "evaluate.songs_back": 8,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m playlist2vec.evaluation.starting_params",
        description="Suggest parameters for the corpus that `dvc repro` has split, as settings for dvc exp run.",
        epilog="example: dvc exp run $(python -m playlist2vec.evaluation.starting_params)",
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder data/ of a finished split")
    arguments = parser.parse_args()
    try:
        ids = Vocabulary.load(arguments.data / "vocabulary/vocabulary.tsv").ids
        train = Playlists.load(arguments.data / "split/train.npz")
        pairs = Pairs.load(arguments.data / "split/validation.npz")
        corpus = describe(train, pairs, ids, read_section("params.yaml", Query))
    except (DataError, OSError) as error:
        sys.exit(f"suggest_params: {' '.join(str(error).split())}: expected a finished `dvc repro split`")
    reason = "above" if corpus.markov > corpus.cooccurrence else "not above"
    print(
        f"{corpus.songs:,} songs, {corpus.plays:,} plays, median length {corpus.median_length}; "
        f"NDCG@10 of next-song counts {corpus.markov:.4f}, {reason} that of neighbour counts on both sides, "
        f"{corpus.cooccurrence:.4f}",
        file=sys.stderr,
    )
    print(" ".join(f"-S {name}={value}" for name, value in suggest(corpus).items()))


if __name__ == "__main__":
    main()
