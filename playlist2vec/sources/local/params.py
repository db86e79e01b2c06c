"""Parameters of the user's own files."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, integer, own_path, parameter, text
from playlist2vec.reading.dates import READINGS


@dataclass(frozen=True)
class LocalParams:
    """Section `local`: the user's own file, or folder of files, of playlists."""

    SECTION: ClassVar[str] = "local"

    file: str = own_path()
    playlist_column: str = parameter(text(empty=True))
    track_column: str = parameter(text(empty=True))
    order_column: str = parameter(text(empty=True))
    order: str = parameter(choice("ascending", "descending"))
    dates: str = parameter(choice("", *READINGS))
    pause: int = parameter(integer(0, 1_000_000))
    artist_column: str = parameter(text(empty=True))
    title_column: str = parameter(text(empty=True))
    piece: int = parameter(integer(0))

    def check(self) -> None:
        """Raise RefusedError where columns are missing that others need."""
        if not self.track_column and not self.title_column:
            raise RefusedError("local.track_column = '': expected a column, or one in local.title_column")
        if self.pause and not self.order_column:
            raise RefusedError(f"local.pause = {self.pause}: expected a column of dates in local.order_column, or 0")

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns that are read."""
        named = (self.playlist_column, self.track_column, self.order_column, self.artist_column, self.title_column)
        return tuple(name for name in named if name)
