"""Parameters of the user's own files."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, flag, integer, own_path, parameter, text
from playlist2vec.reading.dates import READINGS


@dataclass(frozen=True)
class LocalParams:
    """Section `local`: the user's own file of playlists, or folder of files."""

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
        """Raise RefusedError for columns that are missing or exclude each other."""
        if not self.track_column and not self.title_column:
            raise RefusedError(
                "local.track_column = '': expected a column, or one in local.title_column"
            )
        if self.pause and not self.ordering:
            raise RefusedError(
                f"local.pause = {self.pause}: expected a column of dates in local.order_column, "
                "or in local.time_column, or 0"
            )
        if self.time_column:
            for name in ("playlist_column", "order_column"):
                if value := getattr(self, name):
                    raise RefusedError(
                        f"local.{name} = {value}: expected '' with local.time_column, whose times "
                        "cut and order the playlists"
                    )
        elif self.user_column:
            raise RefusedError(
                f"local.user_column = {self.user_column}: expected '' without local.time_column"
            )
        if self.keep_users and not self.user_column:
            raise RefusedError("local.keep_users = true: expected false without local.user_column")

    @property
    def grouping(self) -> str:
        """The column with the playlist, or with the user, of a play; may be empty."""
        return self.user_column if self.time_column else self.playlist_column

    @property
    def ordering(self) -> str:
        """The column by which plays are ordered; may be empty."""
        return self.time_column or self.order_column

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns read."""
        named = (
            self.grouping,
            self.track_column,
            self.ordering,
            self.artist_column,
            self.title_column,
        )
        return tuple(name for name in named if name)
