"""Next-song prediction: ask a ranker about every held-out song."""

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
    """What became of each pair.

    `ranks`: float64 (pairs,), infinity for a miss. `counts`: pairs that are a miss, or a given hit,
    for a reason of their own; a pair may count under several.
    """

    ranks: NDArray[np.float64]
    counts: dict[str, int]

    def scores(self, cutoffs: tuple[int, ...]) -> dict[str, Any]:
        """The number of pairs, hit@k, ndcg@k and mrr over all of them, and the counts."""
        return {"pairs": len(self.ranks), **score(self.ranks, cutoffs), **self.counts}

    def summary(self, cutoffs: tuple[int, ...]) -> str:
        """The scores in a line: pairs, hit@k and ndcg@k at 10 or else at the last cutoff, mrr, the
        counts.
        """
        k = 10 if 10 in cutoffs else cutoffs[-1]
        scores = score(self.ranks, (k,))
        rates = ", ".join(f"{name} {value:.4f}" for name, value in scores.items())
        counts = ", ".join(
            f"{count:,} {name.replace('_', ' ')}" for name, count in self.counts.items()
        )
        return f"{len(self.ranks):,} pairs: {rates}; {counts}"

    def table(self, params: Scoring) -> str:
        """Every score with its 95 % interval, as CSV: score, value, low, high."""
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
    """Write a .npz file with one entry a pair, so that runs can be compared query by query.

    `ranks`: by name, float64 (pairs,), infinity for a miss. Beside them what the pairs are,
    PAIR_PARTS: `rows`, int64, the playlist's number in the raw data; `keys`, uint64, the hash of
    its id; `queries`, `targets`, int32, song codes.
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
    """Read what `save_ranks` wrote: its arrays by name."""
    with np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def evaluate_pairs(ranker: Ranker, pairs: Pairs, ids: list[str], query: Query) -> Evaluation:
    """Rank the target of every pair among all songs of the ranker; `ids`: the track id of each song
    code in `pairs`.
    """
    questions = ask(pairs, rows_of(ranker.vocabulary, ids), query)
    return Evaluation(questions.answer(ranker.rank), questions.counts)
