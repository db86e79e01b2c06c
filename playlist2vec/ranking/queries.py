"""What a question about the next song is asked with, and which songs may answer it; the same for
every way to rank.
"""

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
    """When the songs of queries were heard, and when each query is asked; seconds are since
    2002-10-01.

    `seconds`, `ages`: int64 (total,), when each song was heard, and how many listens ago, 1 for the
    last one. `now`, `last`: int64 (queries,), the moment of the query, and when the last listen of
    any track began, -1 for none.
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
    """Songs with weights, in playing order; query i holds those from `offsets[i]` to before
    `offsets[i + 1]`.

    `songs`: int64 (total,), rows of the training vocabulary. `weights`: float64 (total,), above 0.
    `offsets`: int64 (queries + 1,), from 0 to total, never falling. A query may hold a song twice,
    or none at all. `playlists`: int64 (queries,), the number in the raw data of the playlist, or
    listener, that each is taken from, -1 for none. `times`: where the songs are what somebody
    listened to; else None.
    """

    songs: Rows
    weights: NDArray[np.float64]
    offsets: NDArray[np.int64]
    playlists: NDArray[np.int64]
    times: Times | None = None

    @staticmethod
    def of_each(songs: Rows) -> "Queries":
        """Return a query for each song, rows, int64 (queries,), that holds it alone, taken from no
        playlist.
        """
        whole = np.arange(len(songs) + 1)
        return Queries(songs, np.ones(len(songs)), whole, np.full(len(songs), -1))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Songs in each query: int64 (queries,)."""
        return np.diff(self.offsets)

    @property
    def listened(self) -> Times:
        """The times of the songs. Raises ValueError for queries without times."""
        if self.times is None:
            raise ValueError("queries without times: expected what somebody listened to")
        return self.times

    def block(self, start: int, end: int) -> "Queries":
        """The queries from `start` to before `end`."""
        first, last = self.offsets[start], self.offsets[end]
        offsets = self.offsets[start : end + 1] - first
        songs, whole = slice(first, last), slice(start, end)
        times = self.times.choose(songs, whole) if self.times else None
        return Queries(
            Rows(self.songs[songs]), self.weights[songs], offsets, self.playlists[whole], times
        )

    def choose(self, queries: NDArray[np.int64]) -> "Queries":
        """These queries only, in this order."""
        places, offsets = places_of(self.offsets, queries)
        times = self.times.choose(places, queries) if self.times else None
        return Queries(
            Rows(self.songs[places]), self.weights[places], offsets, self.playlists[queries], times
        )


def last_songs(histories: Playlists) -> Queries:
    """Each history's last song alone, with weight 1.

    `histories.tracks`: rows of the training vocabulary, -1 for a song without one, which is left
    out.
    """
    return decayed(histories, songs_back=1, decay=1.0)


def decayed(histories: Playlists, songs_back: int, decay: float) -> Queries:
    """Each history's last `songs_back` songs; one with a songs after it weighs decay**a, the last
    song 1.

    `histories` as for `last_songs`; a song that is left out still counts as a place. `decay`: above
    0, at most 1.
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
    """The pairs that can be asked, and what becomes of the others.

    `asked`: int64 (asked,), their places among the pairs. `queries`, `targets` (int64 rows),
    `excluded`: one entry for each of them. `given`: float64 (pairs,), the ranks of the others: 1
    for a repeat that counts as a hit, else infinity. `counts`: pairs that are a miss, or a given
    hit, for a reason of their own; a pair may count under several.
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
        """The rank of every pair's target, float64 (pairs,), from a function that ranks the targets
        of the asked.
        """
        ranks = self.given.copy()
        ranks[self.asked] = rank(self.queries, self.targets, self.excluded)
        return ranks


def ask(pairs: Pairs, rows: RowOfCode, params: Query) -> Questions:
    """Which pairs are asked, with what, and what may not be suggested.

    `rows`: int64 (codes,), the row of each song code in the training vocabulary, -1 for none. A
    pair whose target has no row, or whose query holds no song that has one, is a miss, counted as
    `unseen_targets` or `unseen_queries`. `repeats` counts pairs whose target is the song before it:
    rank 1 if `params.repeats` is `hit`, else a miss, since that song is never suggested. Unless
    `params.suggest_known`, no song that the playlist holds already is; `known_targets` counts the
    targets that become a miss by it.
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
