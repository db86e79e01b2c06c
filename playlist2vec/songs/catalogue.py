"""Names of the songs of a model, and the search for a song by a text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Row
from playlist2vec.corpus.tracks import FILE, Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.reading.addresses import ISRC, spellings
from playlist2vec.songs.index import NameIndex
from playlist2vec.songs.likeness.same import same_codes, twins_of
from playlist2vec.songs.likeness.spelling import plain

NO_NAMES: Mapping[str, tuple[str, str]] = {}
MOSTLY = 0.7
"""The lowest share of letters among the characters of an id that reads as a name."""
CODE = re.compile(r"[:_/]|[0-9][A-Za-z]|[A-Za-z][0-9]")
LEAST_ALIKE = 60
"""The lowest score, of 100, at which `find` returns a song for a text."""


class Hit(NamedTuple):
    """A song that a text may mean: the row, and the score of the match from 0 to 100."""

    row: Row
    score: float


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The songs of a model, with an entry for every row, empty where nothing is known.

    `ids`: track ids. `artists`: ids or names that tell artists apart. `artist_names`, `titles`:
    names for display. `counts`: int64 (songs,), plays in the training data. `genres`, `isrcs`,
    `files`: genres, International Standard Recording Codes, and paths of audio files; empty lists
    for a data set without them.
    """

    ids: list[str]
    artists: list[str]
    artist_names: list[str]
    titles: list[str]
    counts: NDArray[np.int64]
    genres: list[str] = field(default_factory=list)
    isrcs: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def of(
        vocabulary: Vocabulary,
        tracks: Tracks | None,
        mine: Mapping[str, tuple[str, str]] = NO_NAMES,
        others: Mapping[str, tuple[str, str]] = NO_NAMES,
    ) -> "Catalogue":
        """Return the songs of a vocabulary, with names from a table of tracks.

        `mine`, `others`: (artist, title) by track id, empty where unknown. Names in `mine` replace
        those of the table; names in `others` fill gaps.
        """
        known = {track: row for row, track in enumerate(tracks.ids)} if tracks else {}
        places = [known.get(track, -1) for track in vocabulary.ids]

        def column(values: Sequence[str]) -> list[str]:
            return [values[place] if place >= 0 else "" for place in places]

        columns = (tracks.artists, tracks.artist_names, tracks.titles) if tracks else ([], [], [])
        artists, artist_names, titles = map(column, columns)
        for row, track in enumerate(vocabulary.ids if mine or others else ()):
            artist, title = mine.get(track, ("", ""))
            others_artist, others_title = others.get(track, ("", ""))
            artist_names[row] = artist or artist_names[row] or others_artist
            titles[row] = title or titles[row] or others_title
        artists = [
            artist or name.casefold() for artist, name in zip(artists, artist_names, strict=True)
        ]
        more = tracks.more if tracks else {}
        others_known = (
            column(more[name]) if name in more else [] for name in ("genre", "isrc", FILE)
        )
        return Catalogue(
            vocabulary.ids, artists, artist_names, titles, vocabulary.counts, *others_known
        )

    @cached_property
    def row_of(self) -> dict[str, Row]:
        """The row of every track id."""
        return {track: Row(number) for number, track in enumerate(self.ids)}

    @cached_property
    def artist_codes(self) -> NDArray[np.int64]:
        """The number of the artist of every song, -1 for an unknown artist: int64 (songs,)."""
        code_of: dict[str, int] = {"": -1}
        return np.array(
            [code_of.setdefault(artist, len(code_of) - 1) for artist in self.artists], np.int64
        )

    @property
    def named(self) -> int:
        """The number of songs with a title."""
        return sum(map(bool, self.titles))

    def label(self, row: Row) -> str:
        """Return `Artist – Title`, the known half alone, or else the id."""
        return " – ".join(filter(None, (self.artist_names[row], self.titles[row]))) or self.ids[row]

    def told(self, row: Row) -> str:
        """Return the label of a song with the id in brackets, or the id where no name is known."""
        label, track = self.label(row), self.ids[row]
        return track if label == track else f"{label} ({track})"

    def artist_rows(self, text: str) -> NDArray[np.int64]:
        """Return the songs of an artist: int64 (rows,).

        `text`: the name or the id of the artist, in any case and with or without accents.
        """
        wanted = plain(text)
        named = {
            name for name in {*self.artists, *self.artist_names} if name and plain(name) == wanted
        }
        rows = enumerate(zip(self.artists, self.artist_names, strict=True))
        return np.array([row for row, names in rows if not named.isdisjoint(names)], np.int64)

    def known(self, ids: Iterable[str]) -> Row | None:
        """Return the row of the first of some ids that is a track id or recording code, or None."""
        for each in ids:
            # Recording codes are only indexed when the track ids do not suffice.
            row = self.row_of[each] if each in self.row_of else self._row_of_isrc.get(each)
            if row is not None:
                return row
        return None

    def find(self, text: str, limit: int = 10) -> list[Hit]:
        """Return at most `limit` songs with names most like the text, best first, ties by row.

        Case and accents do not count, words may come in any order, and words may be missing. A
        track id, or an address of a track, finds the song itself. For a song without artist and
        title, an id that is a name, such as `St. Stephen`, counts as the title. An empty text finds
        nothing.
        """
        from rapidfuzz import fuzz, process

        if (known := self.known(spellings(text))) is not None:
            return [Hit(known, 100.0)]
        wanted = plain(text)
        choices = [f"{artist} {title}".strip() for artist, title in self._plain]
        if not wanted or not choices:
            return []
        # The score is the better of two: words in any order, or a substring of the name. The
        # similarity of the whole names breaks ties.
        scorers = (fuzz.token_set_ratio, fuzz.partial_ratio, fuzz.ratio)
        words, substring, whole = (
            process.cdist([wanted], choices, scorer=scorer)[0] for scorer in scorers
        )
        scores = np.where([bool(choice) for choice in choices], np.maximum(words, substring), 0)
        best = np.lexsort((np.arange(len(scores)), -whole, -scores))[:limit]
        return [
            Hit(row, round(float(scores[row]), 1))
            for row in best.tolist()
            if scores[row] >= LEAST_ALIKE
        ]

    @cached_property
    def by_name(self) -> NameIndex:
        """The index of the songs by artist and title, made at the first use."""
        return NameIndex(self.artist_names, self.titles)

    @cached_property
    def same(self) -> NDArray[np.int64]:
        """Codes equal for all ids of a song, -1 without a name: int64 (songs,).

        See `same_codes`.
        """
        pairs = zip(self.artist_names, self.artists, strict=True)
        return same_codes([name or artist for name, artist in pairs], self.titles)

    @cached_property
    def twins(self) -> dict[int, list[int]]:
        """All rows of a song, under every row of the song, for songs with several ids."""
        return twins_of(self.same)

    @cached_property
    def _row_of_isrc(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row, code in enumerate(self.isrcs):
            if ISRC.bare.fullmatch(code):
                found.setdefault(code.upper().replace("-", ""), Row(row))
        return found

    @cached_property
    def _plain(self) -> list[tuple[str, str]]:
        names = zip(self.artist_names, self.titles, self.ids, strict=True)
        return [
            (plain(artist), plain(title or ("" if artist or not is_name(track) else track)))
            for artist, title, track in names
        ]


def is_name(track: str) -> bool:
    """Return True if a track id reads as a name.

    A name consists mostly of letters, and has no code of letters and digits and no address in it.
    """
    solid = [each for each in track if not each.isspace()]
    return sum(map(str.isalpha, solid)) >= MOSTLY * max(len(solid), 1) and not CODE.search(track)
