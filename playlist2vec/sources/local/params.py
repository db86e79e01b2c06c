"""Parameters of the user's own files."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, flag, integer, own_path, parameter, text
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
    user_column: str = parameter(text(empty=True))
    time_column: str = parameter(text(empty=True))
    keep_users: bool = parameter(flag())

    def check(self) -> None:
        """Raise RefusedError where columns are missing that others need."""
        if not self.track_column and not self.title_column:
            raise RefusedError("local.track_column = '': expected a column, or one in local.title_column")
        if self.user_column and not self.time_column:
            raise RefusedError(
                f"local.user_column = {self.user_column}: expected a column of dates in local.time_column"
            )
        for name in ("playlist_column", "order_column"):
            if self.time_column and getattr(self, name):
                raise RefusedError(f"local.{name} = {getattr(self, name)}: expected '' beside local.time_column")
        if self.pause and not self.ordered_by:
            raise RefusedError(f"local.pause = {self.pause}: expected a column of dates in local.order_column, or 0")

    @property
    def log_column(self) -> str:
        """The column that says to which playlist or to whose log a play belongs; empty for none."""
        return self.user_column if self.time_column else self.playlist_column

    @property
    def ordered_by(self) -> str:
        """The column by which the plays of a playlist or log are ordered; empty for none."""
        return self.time_column or self.order_column

    @property
    def descending(self) -> bool:
        """Whether that order is from the last to the first."""
        return self.order == "descending" and not self.time_column

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns that are read."""
        named = (self.log_column, self.track_column, self.ordered_by, self.artist_column, self.title_column)
        return tuple(name for name in named if name)
