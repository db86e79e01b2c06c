"""Shortlists: the songs that can reach the top of a mixture, for trying many weights cheaply."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.models.blend.mixture import MODEL, Mixture
from playlist2vec.models.blend.shares import Shares
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.metrics import gains
from playlist2vec.ranking.queries import Questions
from playlist2vec.ranking.sparse import keep_largest

TOP = 20
"""Best songs of every part that are put on the shortlist of a question."""


@dataclass(frozen=True, eq=False)
class Shortlists:
    """The candidate songs of questions, targets included, and their probabilities by part.

    `question`, `song`: int64 (listed,), the number of the question, rising, and the row. `target`:
    int64 (questions,), the place of each target in `song`. `parts`, `model`: float64 (listed,) by
    name and by tau.
    """

    question: NDArray[np.int64]
    song: NDArray[np.int64]
    target: NDArray[np.int64]
    parts: Mapping[str, NDArray[np.float64]]
    model: Mapping[float, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.target)

    def gains(self, weights: Mapping[str, float], tau: float) -> NDArray[np.float64]:
        """Return the contributions of questions to NDCG@10 of a mixture: float64 (questions,).

        A song on the list of no part is assumed to rank behind the target.
        """
        scores = np.zeros(len(self.song))
        for name, weight in weights.items():
            scores += weight * (self.model[tau] if name == MODEL else self.parts[name])
        bar = scores[self.target][self.question]
        before = (scores > bar) | (
            (scores == bar) & (self.song < self.song[self.target][self.question])
        )
        ranks = (1 + np.bincount(self.question[before], minlength=len(self))).astype(np.float64)
        return gains(ranks, (10,))["ndcg@10"]


def shortlists(
    mixture: Mixture, questions: Questions, number: int, taus: tuple[float, ...]
) -> Shortlists:
    """Return the shortlists of the first `number` questions, or of all if there are fewer."""
    number = min(number, len(questions.targets))
    blocks = [
        _block(mixture, questions, start, min(start + mixture.counted_block, number), taus)
        for start in range(0, number, mixture.counted_block)
    ]
    if not blocks:
        blocks = [_block(mixture, questions, 0, 0, taus)]
    question = np.concatenate([block.question for block in blocks])
    song = np.concatenate([block.song for block in blocks])
    return Shortlists(
        question,
        song,
        np.flatnonzero(song == questions.targets[question]),
        {name: np.concatenate([block.parts[name] for block in blocks]) for name in blocks[0].parts},
        {tau: np.concatenate([block.model[tau] for block in blocks]) for tau in blocks[0].model},
    )


def _block(
    mixture: Mixture, questions: Questions, start: int, end: int, taus: tuple[float, ...]
) -> Shortlists:
    queries, excluded = (
        questions.queries.block(start, end),
        questions.excluded.choose(np.arange(start, end)),
    )
    shares = {name: part(queries) for name, part in mixture.parts.items()}
    targets, songs = questions.targets[start:end], len(mixture.vocabulary)
    never = mixture.never(excluded)
    query, out = excluded.of_block(0, end - start)
    hidden = np.unique(query * songs + out)
    listed = [_best_of_all(prior, excluded, never) for prior in mixture.priors.values()]
    listed += [
        _best_stored(each, mixture.priors["popularity"], hidden, never) for each in shares.values()
    ]
    if mixture.model is not None:
        listed.append(_keys(mixture.model.suggest(queries, excluded, TOP), songs))
    own = np.arange(end - start) * songs + targets
    keys = np.union1d(np.setdiff1d(np.concatenate(listed), hidden), own)
    query, song = keys // songs, keys % songs
    parts = {name: prior[song] for name, prior in mixture.priors.items()}
    parts |= {name: mixture.given(each, query, song) for name, each in shares.items()}
    return Shortlists(
        query + start,
        song,
        np.zeros(0, np.int64),
        parts,
        mixture.softened(queries, query, song, taus),
    )


def _best_of_all(
    prior: NDArray[np.float64], excluded: Exclusions, never: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the TOP songs of every query by a prior, as query * songs + song: int64 (listed,)."""
    order = np.argsort(-prior, kind="stable")
    order = order[~np.isin(order, never)]
    best = np.full((len(excluded.offsets) - 1, TOP), -1, np.int64)
    for query, row in enumerate(best):
        _, out = excluded.of_block(query, query + 1)
        first = order[: TOP + len(out)]
        first = first[~np.isin(first, out)][:TOP]
        row[: len(first)] = first
    return _keys(best, len(prior))


def _best_stored(
    shares: Shares,
    popularity: NDArray[np.float64],
    hidden: NDArray[np.int64],
    never: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the TOP stored songs of every query, as query * songs + song: int64 (listed,).

    `hidden`: the excluded pairs, in the same form. The best of the songs that are not stored are
    the most popular, which the list of the popularity prior holds.
    """
    sparse = shares.sparse
    query = np.repeat(np.arange(sparse.shape[0]), np.diff(sparse.indptr))
    values = sparse.data + shares.rest[query] * popularity[sparse.indices]
    possible = np.ones(len(popularity), bool)
    possible[never] = False
    keys = query * len(popularity) + sparse.indices
    kept = (values > 0) & possible[sparse.indices] & ~np.isin(keys, hidden)
    offsets = np.searchsorted(query[kept], np.arange(sparse.shape[0] + 1))
    best = keep_largest(
        csr_array((values[kept], sparse.indices[kept], offsets), shape=sparse.shape), TOP
    )
    rows = np.repeat(np.arange(sparse.shape[0]), np.diff(best.indptr))
    listed: NDArray[np.int64] = rows * len(popularity) + best.indices
    return listed


def _keys(songs: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Return lists of songs as query * number + song: int64 (listed,).

    `songs`: int64 (queries, k), -1 for none.
    """
    query, place = np.nonzero(songs >= 0)
    return query * number + songs[query, place]
