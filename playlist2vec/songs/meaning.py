"""Matching of a text, or an entry of a file, to a song of a model: by correction, id or names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from playlist2vec.corpus.songs import Row
from playlist2vec.reading.songs import Wanted
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.corrections import NOTHING_SETTLED, Corrections
from playlist2vec.songs.index import ANOTHER_VERSION, SAME_WORDS, Found
from playlist2vec.songs.likeness.matching import artists_in

How = Literal["settled", "id", "exact", "alike"]


@dataclass(frozen=True)
class Match:
    """The song matched to a wanted song.

    `how`: by a person's correction, by an equal id, by equal artist and title, or by similar names.
    `note`: a sentence that explains the match; empty where no other song could be meant.
    """

    row: Row
    how: How
    note: str = ""


def meant(
    catalogue: Catalogue, wanted: Wanted, settled: Corrections = NOTHING_SETTLED
) -> Match | None:
    """Return the match for a wanted song, or None if the model does not know the song.

    Corrections come before ids, and ids before names. Names may differ in spelling, but typing
    errors are not forgiven.
    """
    for ids in settled.ids_of(wanted):
        if (row := catalogue.known(ids)) is not None:
            return Match(row, "settled")
    if (row := catalogue.known(wanted.ids)) is not None:
        return Match(row, "id")
    for artist, title, limit in _readings(wanted):
        found = catalogue.by_name.find(artist, title)
        if found and (limit is None or max(found.near, found.artist) <= limit):
            return _as_match(
                catalogue, wanted, found, alone=not artists_in(artist), asked=not limit
            )
    return None


def _readings(wanted: Wanted) -> Iterator[tuple[str, str, int | None]]:
    """Yield the ways to read a name: artist, title, and the highest accepted rank, None for any."""
    artist, title = wanted.artist, wanted.title
    if not title:
        return
    yield artist, title, None
    if not artist:
        before, by, after = title.rpartition(" by ")
        if by:
            yield after, before, 1
        return
    # A dash in a line of text may belong to the title: `Lull - Live`.
    if any(artist in each and each.endswith(title) for each in wanted.ids):
        yield "", f"{artist} - {title}", SAME_WORDS
    yield title, artist, 1


def _as_match(
    catalogue: Catalogue, wanted: Wanted, found: Found, *, alone: bool, asked: bool
) -> Match:
    row = found.rows[0]
    taken = catalogue.told(row)
    version = ", another version" if found.near >= ANOTHER_VERSION else ""
    if alone and (number := _songs(catalogue, found.rows)) > 1:
        most = f"{number:,} songs are called that: the most played, {taken}{version}, is taken"
        return Match(row, "exact" if found.exact else "alike", f"{str(wanted)!r}: {most}")
    if found.exact and asked:
        return Match(row, "exact")
    return Match(row, "alike", f"{str(wanted)!r} is taken for {taken}{version}")


def _songs(catalogue: Catalogue, rows: list[Row]) -> int:
    """Return the number of songs among rows; rows of the same artist count as the same song."""
    return len({artists_in(catalogue.artist_names[row])[:1] or row for row in rows})
