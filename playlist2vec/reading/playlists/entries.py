"""What is common to entries of all formats: ids, names, and entries without either."""

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
    """Return a song in a list; an empty list, and a count in `notes`, for one without an id and a
    title.
    """
    found = tuple(dict.fromkeys(filter(None, ids)))
    if not found and not name.title:
        notes.count(NAMELESS, place)
        return []
    return [Wanted(place, found, name.artist, name.title, name.album, playlist)]


def ids_of_file(address: str) -> tuple[str, ...]:
    """Return the ids that the path or the address of a file may stand for, the path itself among
    them.
    """
    path = path_of(address) if address else ""
    return (*spellings(address), *(spellings(path) if path != address else ()))


def name_of_entry(said: str, address: str, artist: str = "", album: str = "") -> Name:
    """Return the name of a song from what its entry says, and else from the path or address of its
    file.

    `said`: the entry's text, a title or `artist – title`. `artist`, `album`: as the entry names
    them elsewhere.
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
    """The title in a text that may name its artist as well, before or behind it."""
    name = name_in(unnumbered(said))
    if name.artist.casefold() == artist.casefold():
        return name.title
    return (
        name.artist if name.artist and name.title.casefold() == artist.casefold() else said.strip()
    )
