"""Rules for entries of all formats: ids, names, and entries with neither."""

from collections.abc import Iterable

from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.names import Name, name_in, unnumbered
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.paths import name_in_path, path_of
from playlist2vec.reading.songs import Wanted

NAMELESS = "entries without an id and a title: left out"


def song(
    place: str, notes: Notes, ids: Iterable[str], name: Name, playlist: str = ""
) -> list[Wanted]:
    """Return a song in a list; count an entry without an id and a title, and return []."""
    found = tuple(dict.fromkeys(filter(None, ids)))
    if not found and not name.title:
        notes.count(NAMELESS, place)
        return []
    return [Wanted(place, found, name.artist, name.title, name.album, playlist)]


def ids_of_file(address: str) -> tuple[str, ...]:
    """Return the ids that the path or address of a file may stand for, the path itself included."""
    path = path_of(address) if address else ""
    return (*spellings(address), *(spellings(path) if path != address else ()))


def name_of_entry(said: str, address: str, artist: str = "", album: str = "") -> Name:
    """Return the name of a song from the text of an entry, completed from the path of the file.

    `said`: the entry's text, a title or `artist – title`. `artist`, `album`: from other fields of
    the entry. `address`: the path or address of the file.
    """
    path = name_in_path(address) if address else Name()
    if not said:
        return Name(artist or path.artist, path.title, album or path.album)
    if artist:
        return Name(artist, _without(said, artist), album or path.album)
    name = name_in(unnumbered(said))
    if not name.artist and name.title.casefold() == path.title.casefold():
        name = name._replace(artist=path.artist)
    return name._replace(album=album or path.album)


def _without(said: str, artist: str) -> str:
    """Return the title in a text that may also name the artist, before or after the title."""
    name = name_in(unnumbered(said))
    if name.artist.casefold() == artist.casefold():
        return name.title
    return (
        name.artist if name.artist and name.title.casefold() == artist.casefold() else said.strip()
    )
