"""What the songs of a model are called, and which of them a text means."""

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
"""Share of an id's characters that are letters, at least, where the id is a name."""
CODE = re.compile(r"[:_/]|[0-9][A-Za-z]|[A-Za-z][0-9]")
LEAST_ALIKE = 60
"""How alike a text and a song must be, of 100, for `find` to give it."""


class Hit(NamedTuple):
    """A song that a text may mean: its row, and how alike the two are, from 0 to 100."""

    row: Row
    score: float


@dataclass(frozen=True, eq=False)
class Catalogue:
    """One entry for each row of a model, empty where nothing is known.

    `ids`: track ids. `artists`: what tells artists apart, an id or a name. `artist_names`,
    `titles`: for people. `counts`: int64 (songs,), plays in the training data. `genres`, `isrcs`,
    `files`: no entry at all for a data set without genres, International Standard Recording Codes,
    or files that its songs are.
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
        """The songs of a vocabulary with the names in a table of tracks; `mine` go before these,
        `others` fill gaps.

        `mine`, `others`: (artist, title) by track id, empty where unknown.
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
        """The row of each track id."""
        return {track: Row(number) for number, track in enumerate(self.ids)}

    @cached_property
    def artist_codes(self) -> NDArray[np.int64]:
        """Equal numbers for songs of one artist, -1 where the artist is not known: int64 (songs,)."""
        code_of: dict[str, int] = {"": -1}
        return np.array(
            [code_of.setdefault(artist, len(code_of) - 1) for artist in self.artists], np.int64
        )

    @property
    def named(self) -> int:
        """How many songs have a title."""
        return sum(map(bool, self.titles))

    def label(self, row: Row) -> str:
        """`Artist – Title`, or as much of it as is known, or the id."""
        return " – ".join(filter(None, (self.artist_names[row], self.titles[row]))) or self.ids[row]

    def told(self, row: Row) -> str:
        """The label of a song with its id in brackets, or the id alone where that is all that is
        known.
        """
        label, track = self.label(row), self.ids[row]
        return track if label == track else f"{label} ({track})"

    def artist_rows(self, text: str) -> NDArray[np.int64]:
        """The songs of the artist with this name or id, whatever its case and accents: int64
        (rows,).
        """
        wanted = plain(text)
        named = {
            name for name in {*self.artists, *self.artist_names} if name and plain(name) == wanted
        }
        rows = enumerate(zip(self.artists, self.artist_names, strict=True))
        return np.array([row for row, names in rows if not named.isdisjoint(names)], np.int64)

    def known(self, ids: Iterable[str]) -> Row | None:
        """Return the row of the first of these ids that a song has, or of the first code of a
        recording.
        """
        for each in ids:
            # The codes are read at their first use alone.
            row = self.row_of[each] if each in self.row_of else self._row_of_isrc.get(each)
            if row is not None:
                return row
        return None

    def find(self, text: str, limit: int = 10) -> list[Hit]:
        """The songs whose artist and title are most like the text, best first, ties by row; none
        for an empty text.

        Letters count without case and accents, words in any order and left out ones forgiven. A
        track id, or an address that stands for it, finds its song. Of a song without artist and
        title, an id that is a name, such as `St. Stephen`, counts as its title.
        """
        from rapidfuzz import fuzz, process

        if (known := self.known(spellings(text))) is not None:
            return [Hit(known, 100.0)]
        wanted = plain(text)
        choices = [f"{artist} {title}".strip() for artist, title in self._plain]
        if not wanted or not choices:
            return []
        # Words in any order, or a piece of the name as it stands: whichever is more alike; the
        # whole settles ties.
        scorers = (fuzz.token_set_ratio, fuzz.partial_ratio, fuzz.ratio)
        words, piece, whole = (
            process.cdist([wanted], choices, scorer=scorer)[0] for scorer in scorers
        )
        scores = np.where([bool(choice) for choice in choices], np.maximum(words, piece), 0)
        best = np.lexsort((np.arange(len(scores)), -whole, -scores))[:limit]
        return [
            Hit(row, round(float(scores[row]), 1))
            for row in best.tolist()
            if scores[row] >= LEAST_ALIKE
        ]

    @cached_property
    def by_name(self) -> NameIndex:
        """The index of the songs by artist and title; made at its first use."""
        return NameIndex(self.artist_names, self.titles)

    @cached_property
    def same(self) -> NDArray[np.int64]:
        """Equal numbers for one song under several ids, as `same_codes` says, -1 for one without a
        name: (songs,).
        """
        pairs = zip(self.artist_names, self.artists, strict=True)
        return same_codes([name or artist for name, artist in pairs], self.titles)

    @cached_property
    def twins(self) -> dict[int, list[int]]:
        """All rows of a song, by each of them, for songs that have several ids."""
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
    """Tell whether a track id reads as a name: mostly letters, no code of letters and digits, no
    address.
    """
    solid = [each for each in track if not each.isspace()]
    return sum(map(str.isalpha, solid)) >= MOSTLY * max(len(solid), 1) and not CODE.search(track)
