"""Songs as users' files name them: by id, by address, or by artist and title."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """A song in a file, named by `ids`, by `artist` and `title`, or by all; empty where not named.

    `place`: the place in the file, for messages. `ids`: every id that the text may stand for, the
    most likely first. A line of text that may be an id or a title is given as both. `album`: the
    title of the album. `playlist`: the name of the song's playlist, if the file names it.
    """

    place: str
    ids: tuple[str, ...] = ()
    artist: str = ""
    title: str = ""
    album: str = ""
    playlist: str = ""

    def __str__(self) -> str:
        return " – ".join(filter(None, (self.artist, self.title))) or next(iter(self.ids), "")


@dataclass(frozen=True)
class Listed:
    """A song to write: `id`, and `artist` and `title`, empty if unknown.

    `deezer`: True if the id is Deezer's.
    """

    id: str
    artist: str
    title: str
    deezer: bool = False
