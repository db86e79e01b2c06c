"""Songs as people's files name them: by an id, an address, an artist and a title."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """A song as a file names it: by `ids`, by `artist` and `title`, or by all; empty what is not
    said.

    `place`: where in the file, for messages. `ids`: every spelling of the id that the text may
    stand for, the likeliest first. A line of text that may be an id or a title is given as both.
    `album`: the title of the album. `playlist`: the name of the playlist that the song stands in,
    where the file says one.
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
    """A song to be written: `id`, and `artist` and `title`, empty if unknown.

    `deezer`: whether the id is Deezer's.
    """

    id: str
    artist: str
    title: str
    deezer: bool = False
