"""Queries, targets and exclusions of questions about the next song, the same for all rankers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists, offsets_of, places_of
from playlist2vec.corpus.songs import RowOfCode, Rows
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.params import Query


class Times(NamedTuple):
    """Times of songs and of queries, in seconds since 2002-10-01.

    `seconds`, `ages`: int64 (total,), the time at which each song was heard, and the number of
    listens ago, 1 for the last. `now`, `last`: int64 (queries,), the moment of the query, and the
    beginning of the last listen of any track, -1 for none.
    """

    seconds: NDArray[np.int64]
    ages: NDArray[np.int64]
    now: NDArray[np.int64]
    last: NDArray[np.int64]

    def choose(
        self, places: slice | NDArray[np.int64], queries: slice | NDArray[np.int64]
    ) -> "Times":
        """Return the times of some songs and of some queries."""
        return Times(self.seconds[places], self.ages[places], self.now[queries], self.last[queries])


@dataclass(frozen=True, eq=False)
class Queries:
    """Songs with weights, in playing order; query i is `offsets[i]` to before `offsets[i + 1]`.

    `songs`: int64 (total,), rows of the training vocabulary. `weights`: float64 (total,), above 0.
    `offsets`: int64 (queries + 1,), from 0 to total, never falling. A query may hold a song twice,
    or no song. `playlists`: int64 (queries,), the number in the raw data of the playlist, or
    listener, of each query, -1 for none. `times`: for songs that somebody listened to; else None.
    """

    songs: Rows
    weights: NDArray[np.float64]
    offsets: NDArray[np.int64]
    playlists: NDArray[np.int64]
    times: Times | None = None

    @staticmethod
    def of_each(songs: Rows) -> "Queries":
        """Return for every song a query of the song alone, without a playlist.

        `songs`: rows, int64 (queries,).
        """
        whole = np.arange(len(songs) + 1)
        return Queries(songs, np.ones(len(songs)), whole, np.full(len(songs), -1))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The numbers of songs in queries: int64 (queries,)."""
        return np.diff(self.offsets)

    @property
    def listened(self) -> Times:
        """The times of the songs. Raises ValueError for queries without times."""
        if self.times is None:
            raise ValueError("queries without times: expected what somebody listened to")
        return self.times

    def block(self, start: int, end: int) -> "Queries":
        """Return the queries from `start` to before `end`."""
        first, last = self.offsets[start], self.offsets[end]
        offsets = self.offsets[start : end + 1] - first
        songs, whole = slice(first, last), slice(start, end)
        times = self.times.choose(songs, whole) if self.times else None
        return Queries(
            Rows(self.songs[songs]), self.weights[songs], offsets, self.playlists[whole], times
        )

    def choose(self, queries: NDArray[np.int64]) -> "Queries":
        """Return the given queries, in the given order."""
        places, offsets = places_of(self.offsets, queries)
        times = self.times.choose(places, queries) if self.times else None
        return Queries(
            Rows(self.songs[places]), self.weights[places], offsets, self.playlists[queries], times
        )


def last_songs(histories: Playlists) -> Queries:
    """Return queries that hold the last song of a history alone, with weight 1.

    `histories.tracks`: rows of the training vocabulary, -1 for a song without a row, which is left
    out.
    """
    return decayed(histories, songs_back=1, decay=1.0)


def decayed(histories: Playlists, songs_back: int, decay: float) -> Queries:
    """Return queries that hold the last `songs_back` songs of a history, with decaying weights.

    A song with a songs after it weighs decay**a, the last song 1. `histories`: as for `last_songs`;
    a song that is left out still counts as a place. `decay`: above 0, at most 1.
    """
    longest = min(songs_back, int(histories.lengths.max(initial=0)))
    # Not `decay ** ages`: the last bit of a power may differ between CPUs.
    weight_of = np.cumprod(np.array([1.0] + [decay] * max(longest - 1, 0)))
    ages = np.repeat(histories.offsets[1:] - 1, histories.lengths) - np.arange(
        len(histories.tracks)
    )
    kept = (ages < songs_back) & (histories.tracks >= 0)
    before = offsets_of(kept.astype(np.int64))
    songs = histories.tracks[kept].astype(np.int64)
    return Queries(Rows(songs), weight_of[ages[kept]], before[histories.offsets], histories.rows)


@dataclass(frozen=True, eq=False)
class Questions:
    """The pairs that can be ranked, and the known ranks of all other pairs.

    `asked`: int64 (asked,), places of the pairs that can be ranked. `queries`, `targets` (int64
    rows), `excluded`: an entry for each of them. `given`: float64 (pairs,), the ranks of the other
    pairs: 1 for a repeat that counts as a hit, else infinity. `counts`: pairs that are a miss, or a
    given hit, by reason; a pair may count under several reasons.
    """

    asked: NDArray[np.int64]
    queries: Queries
    targets: Rows
    excluded: Exclusions
    given: NDArray[np.float64]
    counts: dict[str, int]

    def answer(
        self, rank: Callable[[Queries, Rows, Exclusions], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """Return the ranks of all targets: float64 (pairs,).

        `rank`: a function that ranks the targets of the pairs in `asked`.
        """
        ranks = self.given.copy()
        ranks[self.asked] = rank(self.queries, self.targets, self.excluded)
        return ranks


def ask(pairs: Pairs, rows: RowOfCode, params: Query) -> Questions:
    """Return the questions of pairs: queries, targets and exclusions.

    `rows`: int64 (codes,), the row of each song code in the training vocabulary, -1 for none. A
    pair whose target has no row, or whose query holds no song that has a row, is a miss, counted as
    `unseen_targets` or `unseen_queries`. `repeats` counts pairs whose target is the song before it:
    rank 1 if `params.repeats` is `hit`, else a miss, since that song is never suggested. Unless
    `params.suggest_known`, songs already in the playlist are not suggested; `known_targets` counts
    the targets that thereby become a miss.
    """
    whole = pairs.histories()
    histories = replace(whole, tracks=rows[whole.tracks].astype(np.int32))
    history = params.query == "history"
    queries = (
        decayed(histories, params.songs_back, params.decay) if history else last_songs(histories)
    )
    targets = rows[pairs.targets]
    seen = (queries.lengths > 0) & (targets >= 0)
    repeats = pairs.queries == pairs.targets
    asked = np.flatnonzero(seen & ~repeats)
    never = (
        last_songs(histories)
        if params.suggest_known
        else decayed(histories, len(histories.tracks), 1.0)
    )
    excluded = Exclusions(never.songs, never.offsets).choose(asked)
    given = np.where(seen & repeats & (params.repeats == "hit"), 1.0, np.inf)
    counts = {
        "unseen_queries": int(np.count_nonzero(queries.lengths == 0)),
        "unseen_targets": int(np.count_nonzero(targets < 0)),
        "repeats": int(np.count_nonzero(repeats)),
    }
    if not params.suggest_known:
        pair, songs = excluded.of_block(0, len(asked))
        counts["known_targets"] = len(np.unique(pair[songs == targets[asked][pair]]))
    return Questions(asked, queries.choose(asked), Rows(targets[asked]), excluded, given, counts)
