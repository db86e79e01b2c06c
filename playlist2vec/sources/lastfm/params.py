"""Parameters of exports from Last.fm."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, own_path, parameter


@dataclass(frozen=True)
class LastfmParams:
    """Section `lastfm`: the cutting of scrobbles into playlists."""

    SECTION: ClassVar[str] = "lastfm"

    export: str = own_path()
    pause: int = parameter(integer(1, 1_000_000))
