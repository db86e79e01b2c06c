"""Parameters of the user's own file."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, integer, own_path, parameter, text


@dataclass(frozen=True)
class LocalParams:
    """Section `local`: the user's own file of playlists."""

    SECTION: ClassVar[str] = "local"

    file: str = own_path()
    playlist_column: str = parameter(text(empty=False))
    track_column: str = parameter(text(empty=False))
    order_column: str = parameter(text(empty=True))
    order: str = parameter(choice("ascending", "descending"))
    artist_column: str = parameter(text(empty=True))
    title_column: str = parameter(text(empty=True))
    piece: int = parameter(integer(0))
