"""Parameters of a person's own data from Spotify."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, integer, own_path, parameter


@dataclass(frozen=True)
class SpotifyHistoryParams:
    """Section `spotify_history`: the conversion of a person's plays and playlists to playlists."""

    SECTION: ClassVar[str] = "spotify_history"

    export: str = own_path()
    take: str = parameter(choice("sessions", "playlists", "both"))
    pause: int = parameter(integer(1, 1_000_000))
    min_seconds: int = parameter(integer(0))
