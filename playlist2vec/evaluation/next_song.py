"""Next-song prediction: the rank of every held-out song."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import whole_file
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.vocabulary import rows_of
from playlist2vec.evaluation.intervals import score_intervals
from playlist2vec.evaluation.params import Scoring
from playlist2vec.ranking.metrics import score
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from playlist2vec.ranking.ranker import Ranker

PAIR_PARTS = ("rows", "keys", "queries", "targets")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Ranks of the targets of all pairs.

    `ranks`: float64 (pairs,), infinity for a miss. `counts`: the number of pairs that are a miss,
    or a given hit, for a special reason; a pair may count under several reasons.
    """

    ranks: NDArray[np.float64]
    counts: dict[str, int]

    def scores(self, cutoffs: tuple[int, ...]) -> dict[str, Any]:
        """Return the number of pairs, hit@k, ndcg@k and mrr over all pairs, and the counts."""
        return {"pairs": len(self.ranks), **score(self.ranks, cutoffs), **self.counts}

    def summary(self, cutoffs: tuple[int, ...]) -> str:
        """Return the scores as a line: pairs, hit@k and ndcg@k, mrr, and the counts.

        k is 10, or else the last cutoff.
        """
        k = 10 if 10 in cutoffs else cutoffs[-1]
        scores = score(self.ranks, (k,))
        rates = ", ".join(f"{name} {value:.4f}" for name, value in scores.items())
        counts = ", ".join(
            f"{count:,} {name.replace('_', ' ')}" for name, count in self.counts.items()
        )
        return f"{len(self.ranks):,} pairs: {rates}; {counts}"

    def table(self, params: Scoring) -> str:
        """Return all scores with 95 % intervals, as CSV: score, value, low, high."""
        intervals = score_intervals(self.ranks, params.k, params.resamples, params.seed)
        lines = [
            f"{name},{each.estimate:.6f},{each.low:.6f},{each.high:.6f}"
            for name, each in intervals.items()
        ]
        return "\n".join(["score,value,low,high", *lines, ""])

    def save(self, path: str | Path, pairs: Pairs) -> None:
        """Write the ranks under the name `ranks`, as `save_ranks` does."""
        save_ranks(path, {"ranks": self.ranks}, pairs)


def save_ranks(path: str | Path, ranks: dict[str, NDArray[np.float64]], pairs: Pairs) -> None:
    """Write an .npz file with an entry per pair, so that runs can be compared pair by pair.

    `ranks`: by name, float64 (pairs,), infinity for a miss. The arrays PAIR_PARTS identify the
    pairs: `rows`, int64, the playlist's number in the raw data; `keys`, uint64, the hash of the
    playlist's id; `queries`, `targets`, int32, song codes.
    """
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(
            file,
            allow_pickle=False,
            **ranks,
            rows=pairs.playlists.rows,
            keys=pairs.playlists.keys,
            queries=pairs.queries,
            targets=pairs.targets,
        )


def load_ranks(file: str | Path | BinaryIO) -> dict[str, NDArray[np.generic]]:
    """Read the arrays written by `save_ranks`, by name."""
    with np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def evaluate_pairs(ranker: Ranker, pairs: Pairs, ids: list[str], query: Query) -> Evaluation:
    """Rank the target of every pair among all songs of the ranker.

    `ids`: the track id of every song code in `pairs`.
    """
    questions = ask(pairs, rows_of(ranker.vocabulary, ids), query)
    return Evaluation(questions.answer(ranker.rank), questions.counts)
