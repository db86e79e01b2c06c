"""Features of candidates for the ordering model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.songs import Rows
from playlist2vec.listening.history.storage import Songs
from playlist2vec.listening.ordering.candidates import Candidates, Scorers
from playlist2vec.models.histories.own import latest, table
from playlist2vec.models.two_tower.inputs import HOURS
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries, Times
from playlist2vec.ranking.ranker import Ranker

NAMES = (
    *("tower", "tower_below_best", "base_level", "markov", "own_followers", "neighbours"),
    *(
        "listens_ago",
        "hours_ago",
        "times",
        "times_this_hour",
        "times_this_session",
        "times_last_week",
        "never_heard",
    ),
    *("artist_times", "artist_base_level", "artist_listens_ago", "artist_of_last"),
    *("popularity", "days_known", "pause", "session_start", "hour", "history"),
)
"""Names of the features, in the order of the columns."""
NEAR_HOURS = 2
"""Largest difference in hours between two times of day for `times_this_hour`."""
NEVER = 1e6
"""Number of listens, or of hours, since an event that never happened."""
WEEK = 7 * 86_400


@dataclass(frozen=True, eq=False)
class FeatureMaker:
    """A maker of features of candidates.

    `tower`: a ranker whose scores are a feature. `gap`: minutes that end a session.
    """

    songs: Songs
    tower: Ranker
    scorers: Scorers
    gap: int

    def make(self, queries: Queries, candidates: Candidates) -> NDArray[np.float64]:
        """Return the features of candidates: float64 (candidates, len(NAMES)), all finite."""
        times, query = queries.listened, candidates.query
        found: dict[str, NDArray[np.float64]] = {}
        tower = self._tower(queries, candidates)
        found["tower"] = tower
        # The best of all songs, so that a feature does not depend on the other candidates.
        best = self.tower.score(
            queries, self.tower.suggest(queries, Exclusions.none(len(queries)), 1)
        )[:, 0]
        found["tower_below_best"] = best[query] - tower
        for name in ("base_level", "markov", "own_followers", "neighbours"):
            found[name] = values_at(self.scorers[name](queries), candidates)
        found |= self._own(queries, times, candidates)
        found |= self._of_artists(queries, times, candidates)
        counts = self.songs.vocabulary.counts[candidates.songs]
        found["popularity"] = np.log(counts.astype(np.float64))
        known = times.now[query] - self.songs.first_heard[candidates.songs].astype(np.int64)
        found["days_known"] = known / 86_400
        pause = np.where(times.last < 0, NEVER, (times.now - times.last) / 60)
        found["pause"] = np.log1p(np.maximum(pause, 0))[query]
        found["session_start"] = (pause > self.gap).astype(np.float64)[query]
        found["hour"] = (times.now // 3_600 % HOURS).astype(np.float64)[query]
        found["history"] = np.log1p(queries.lengths.astype(np.float64))[query]
        return np.stack([found[name] for name in NAMES], axis=1)

    def _tower(self, queries: Queries, candidates: Candidates) -> NDArray[np.float64]:
        lengths = np.diff(candidates.offsets)
        listed = np.full((len(queries), int(lengths.max(initial=0))), -1, np.int64)
        place = np.arange(len(candidates.songs)) - candidates.offsets[candidates.query]
        listed[candidates.query, place] = candidates.songs
        scores = self.tower.score(queries, Rows(listed))
        found: NDArray[np.float64] = scores[candidates.query, place]
        return found

    def _own(
        self, queries: Queries, times: Times, candidates: Candidates
    ) -> Mapping[str, NDArray[np.float64]]:
        """Return features of the listener's own listens to a candidate."""
        of = np.repeat(np.arange(len(queries)), queries.lengths)
        now, shape = times.now[of], (len(queries), len(self.songs.vocabulary))
        ones = np.ones(len(of))

        def times_where(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
            return values_at(
                table(of[chosen], queries.songs[chosen], ones[chosen], shape), candidates
            )

        whole = times_where(ones > 0)
        # 1 / n for a last listen n listens ago; 1 is added to seconds, because 0 means no listen.
        ages = values_at(self.scorers["last_played"](queries), candidates)
        seconds = values_at(
            latest(of, queries.songs, times.seconds.astype(np.float64) + 1, shape), candidates
        )
        since = (times.now[candidates.query] - (seconds - 1)) / 3_600
        hour = np.abs(now // 3_600 % HOURS - times.seconds // 3_600 % HOURS)
        near = np.minimum(hour, HOURS - hour) <= NEAR_HOURS
        heard = whole > 0
        return {
            "listens_ago": np.log(np.where(heard, 1 / np.where(heard, ages, 1), NEVER)),
            "hours_ago": np.log1p(np.where(heard, np.maximum(since, 0), NEVER)),
            "times": whole,
            "times_this_hour": times_where(near),
            "times_this_session": times_where(in_session(queries, self.gap)),
            "times_last_week": times_where(now - times.seconds <= WEEK),
            "never_heard": (~heard).astype(np.float64),
        }

    def _of_artists(
        self, queries: Queries, times: Times, candidates: Candidates
    ) -> Mapping[str, NDArray[np.float64]]:
        """Return features of the listener's listens to a candidate's artist."""
        of = np.repeat(np.arange(len(queries)), queries.lengths)
        artists = self.songs.artists.astype(np.int64)
        heard = artists[queries.songs]
        shape = (len(queries), int(artists.max(initial=0)) + 1)
        asked = Candidates(artists[candidates.songs], candidates.offsets)
        recent = 1 / times.ages
        counts = values_at(table(of, heard, np.ones(len(of)), shape), asked)
        last_heard = values_at(latest(of, heard, recent, shape), asked)
        last = np.full(len(queries), -1, np.int64)
        some = queries.lengths > 0
        last[some] = heard[queries.offsets[1:][some] - 1]
        known = counts > 0
        return {
            "artist_times": np.log1p(counts),
            "artist_base_level": values_at(table(of, heard, recent, shape), asked),
            "artist_listens_ago": np.log(
                np.where(known, 1 / np.where(known, last_heard, 1), NEVER)
            ),
            "artist_of_last": (last[candidates.query] == asked.songs).astype(np.float64),
        }


def in_session(queries: Queries, gap: int) -> NDArray[np.bool_]:
    """Return True for listens of queries in the current session: bool (total,)."""
    times = queries.listened
    of = np.repeat(np.arange(len(queries)), queries.lengths)
    following = np.append(times.seconds[1:], 0)
    ends = queries.offsets[1:][queries.lengths > 0] - 1
    following[ends] = times.now[of[ends]]
    breaks = (following - times.seconds > 60 * gap).astype(np.int64)
    # Number of breaks between a listen and the end of the query.
    sums = offsets_of(breaks)
    going: NDArray[np.bool_] = sums[queries.offsets[1:]][of] == sums[:-1]
    return going


def values_at(matrix: csr_array, candidates: Candidates) -> NDArray[np.float64]:
    """Return the entries of a matrix at candidates: float64 (candidates,), 0 without an entry.

    `matrix`: float64 (queries, songs).
    """
    songs = matrix.shape[1]
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    keys = row * songs + matrix.indices
    order = np.argsort(keys, kind="stable")
    wanted = candidates.query * songs + candidates.songs
    place = np.searchsorted(keys, wanted, sorter=order)
    found = np.zeros(len(wanted))
    if len(keys):
        there = order[np.minimum(place, len(keys) - 1)]
        hit = keys[there] == wanted
        found[hit] = matrix.data[there[hit]]
    return found
