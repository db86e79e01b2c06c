"""Parameters of the generated data set `tones`."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, number, parameter


@dataclass(frozen=True)
class TonesParams:
    """Section `audio.tones`: size of the collection, and the match of sound and artist."""

    SECTION: ClassVar[str] = "audio.tones"

    genres: int = parameter(integer(2, 64))
    artists: int = parameter(integer(2, 64))
    songs: int = parameter(integer(2, 1_000))
    seconds: int = parameter(integer(2, 60))
    playlists: int = parameter(integer(10, 1_000_000))
    match: float = parameter(number(0, 1))
    seed: int = parameter(integer(0, 2**31))
