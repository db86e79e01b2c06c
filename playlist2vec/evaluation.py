"""Next-song prediction: ask a model about every held-out song."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.files import whole_file
from playlist2vec.metrics import score
from playlist2vec.model import Model
from playlist2vec.params import EvaluateParams
from playlist2vec.playlists import Playlists, offsets_of
from playlist2vec.scoring import Exclusions, candidates_for, query_vectors, rank_targets
from playlist2vec.splitting import Pairs


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What became of each pair.

    `ranks`: float64 (pairs,), infinity for a miss. `counts`: pairs that are a miss, or a given hit, for a reason of
    their own; a pair may count under several.
    """

    ranks: NDArray[np.float64]
    counts: dict[str, int]

    def scores(self, cutoffs: tuple[int, ...]) -> dict[str, int | float]:
        """The number of pairs, hit@k, ndcg@k and mrr over all of them, and the counts."""
        return {"pairs": len(self.ranks), **score(self.ranks, cutoffs), **self.counts}

    def summary(self, cutoffs: tuple[int, ...]) -> str:
        """The scores in a line: pairs, hit@k and ndcg@k at 10 or else at the last cutoff, mrr, the counts."""
        k = 10 if 10 in cutoffs else cutoffs[-1]
        scores = score(self.ranks, (k,))
        rates = ", ".join(f"{name} {value:.4f}" for name, value in scores.items())
        counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in self.counts.items())
        return f"{len(self.ranks):,} pairs: {rates}; {counts}"

    def save(self, path: str | Path, pairs: Pairs) -> None:
        """Write a .npz file with one entry a pair, so that two runs can be compared query by query.

        `ranks`: float64, infinity for a miss. `rows`: int64, the playlist's number in the raw data. `keys`: uint64, the
        hash of its id. `queries`, `targets`: int32, song codes.
        """
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(
                file,
                ranks=self.ranks,
                rows=pairs.playlists.rows,
                keys=pairs.playlists.keys,
                queries=pairs.queries,
                targets=pairs.targets,
            )


def evaluate_pairs(model: Model, pairs: Pairs, ids: list[str], params: EvaluateParams) -> Evaluation:
    """Rank the target of every pair among all songs of the model, asked with the song before it.

    `ids`: the track id of each song code in `pairs`. A pair whose target or query has no row in the model is a miss,
    counted as `unseen_targets` or `unseen_queries`. `repeats` counts pairs whose target is the query: rank 1 if
    `params.repeats` is `hit`, else a miss, since the query is never suggested. Unless `params.suggest_known`, songs
    that the playlist holds already are not suggested; `known_targets` counts the targets that become a miss by it.
    """
    row_of = model.vocabulary.index_of()
    rows = np.array([row_of.get(track, -1) for track in ids], np.int64)
    queries, targets = rows[pairs.queries], rows[pairs.targets]
    ranks = np.full(len(pairs), np.inf)
    seen = (queries >= 0) & (targets >= 0)
    repeats = pairs.queries == pairs.targets
    histories = _rows_of(pairs.histories(), rows)
    asked = np.flatnonzero(seen & ~repeats)
    excluded = (Exclusions.of_each(queries) if params.suggest_known else histories).choose(asked)
    ranks[asked] = _rank(model, queries[asked], targets[asked], excluded, params)
    if params.repeats == "hit":
        ranks[seen & repeats] = 1.0
    counts = {
        "unseen_queries": int(np.count_nonzero(queries < 0)),
        "unseen_targets": int(np.count_nonzero(targets < 0)),
        "repeats": int(np.count_nonzero(repeats)),
    }
    if not params.suggest_known:
        pair, songs = excluded.of_block(0, len(asked))
        counts["known_targets"] = len(np.unique(pair[songs == targets[asked][pair]]))
    return Evaluation(ranks, counts)


def _rank(
    model: Model,
    queries: NDArray[np.int64],
    targets: NDArray[np.int64],
    excluded: Exclusions,
    params: EvaluateParams,
) -> NDArray[np.float64]:
    candidates = candidates_for(params.similarity, model.input)
    vectors = query_vectors(params.similarity, model.input, queries)
    if params.index == "kd_tree":
        from playlist2vec.kd_tree import rank_targets_by_tree

        return rank_targets_by_tree(params.similarity, vectors, candidates, targets, excluded)
    return rank_targets(vectors, candidates, targets, excluded)


def _rows_of(histories: Playlists, rows: NDArray[np.int64]) -> Exclusions:
    """The model's rows of the songs in each history; a song without a row is left out."""
    songs = rows[histories.tracks]
    before = offsets_of((songs >= 0).astype(np.int64))
    return Exclusions(songs[songs >= 0], before[histories.offsets])
