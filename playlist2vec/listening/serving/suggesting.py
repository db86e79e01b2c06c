"""Suggestions of next listens by a model of pipelines/two_tower."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.songs import Row, Rows
from playlist2vec.listening.ordering.storage import ListenModel
from playlist2vec.listening.serving.files import Play
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_after
from playlist2vec.ranking.queries import Queries
from playlist2vec.songs.index import NameIndex
from playlist2vec.songs.likeness.spelling import plain

MORE = 1_000
"""Largest number of candidates, and of songs of the tower after the candidates."""


class Wanted(NamedTuple):
    """A request for suggestions.

    `size`: number of songs. `new_only`: True to exclude songs heard before. `per_artist`: largest
    number of songs of an artist, 0 for any number.
    """

    size: int
    new_only: bool
    per_artist: int


class Suggested(NamedTuple):
    """A suggested song.

    `score`: None for a song after the candidates. `heard`: number of listens. `last`: second of the
    last listen.
    """

    row: Row
    score: float | None
    heard: int
    last: int | None


@dataclass(frozen=True, eq=False)
class Listener:
    """A person's listens, matched to the songs of a model.

    `plays`: in order of time.
    """

    model: ListenModel
    plays: Sequence[Play]

    @cached_property
    def rows(self) -> list[int]:
        """Rows of the listens by id, else by artist and title; below 0 for unknown songs."""
        tracks = self.model.tracks
        by_id = self.model.ranker.vocabulary.index_of()
        names = dict[tuple[str, str], int]()
        for row, name in enumerate(zip(tracks.artist_names, tracks.titles, strict=True)):
            names.setdefault((plain(name[0]), plain(name[1])), row)
        found = dict[tuple[str, str, str], int]()
        for _, *song in self.plays:
            key = (song[0], song[1], song[2])
            if key not in found:
                row = by_id.get(song[0], names.get((plain(song[1]), plain(song[2])), -1))
                found[key] = row if row >= 0 else self._like(song[1], song[2])
        unknown = -1 - np.arange(len(found))
        numbers = {
            key: row if row >= 0 else int(unknown[place])
            for place, (key, row) in enumerate(found.items())
        }
        return [numbers[play.song, play.artist, play.title] for play in self.plays]

    @cached_property
    def _index(self) -> NameIndex:
        return NameIndex(self.model.tracks.artist_names, self.model.tracks.titles)

    def _like(self, artist: str, title: str) -> int:
        found = self._index.find(artist, title) if artist and title else None
        return found.rows[0] if found else -1

    def query(self, now: int) -> Queries:
        """Return the query for second `now`, of the listens before."""
        seconds = np.array([play.second for play in self.plays], np.uint32)
        ends = np.array([np.searchsorted(seconds, now, side="left")])
        whole = Histories(np.array(self.rows, np.int32), seconds, np.array([0, len(seconds)]))
        return asked_after(whole, np.zeros(1, np.int64), ends, np.array([now]), self.model.back)

    def suggest(self, now: int, wanted: Wanted) -> list[Suggested]:
        """Return at most `wanted.size` suggestions for second `now`, best first."""
        query = self.query(now)
        # All earlier listens, including those too old to be part of the query.
        before = [
            (row, play.second)
            for row, play in zip(self.rows, self.plays, strict=True)
            if play.second < now
        ]
        heard, latest = Counter(row for row, _ in before), dict(before)
        excluded = Exclusions.none(1)
        if wanted.new_only:
            songs = np.array(sorted(row for row in heard if row >= 0), np.int64)
            excluded = Exclusions(Rows(songs), np.array([0, len(songs)]))
        artists = self.model.ranker.retrieval.songs.artists
        of_artist, found = Counter[int](), list[Suggested]()
        for row, score in self._ranked(query, excluded):
            artist = int(artists[row])
            if wanted.per_artist and of_artist[artist] >= wanted.per_artist:
                continue
            of_artist[artist] += 1
            found.append(Suggested(Row(row), score, heard[row], latest.get(row)))
            if len(found) == wanted.size:
                break
        return found

    def _ranked(self, query: Queries, excluded: Exclusions) -> Iterator[tuple[int, float | None]]:
        """Yield all candidates in order with scores, then songs of the tower without scores."""
        ranker = self.model.ranker
        rows = ranker.suggest(query, excluded, MORE)
        scores = ranker.score(query, rows)
        listed = [row for row in rows[0].tolist() if row >= 0]
        yield from zip(listed, scores[0].tolist(), strict=False)
        known = set(listed)
        others: Rows = ranker.retrieval.tower.suggest(query, excluded, MORE)
        yield from ((row, None) for row in others[0].tolist() if row >= 0 and row not in known)
