"""Parameters of Spotify's Million Playlist Dataset."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import own_path


@dataclass(frozen=True)
class SpotifyMpdParams:
    """Section `spotify_mpd`: the location of Spotify's Million Playlist Dataset."""

    SECTION: ClassVar[str] = "spotify_mpd"

    slices: str = own_path()
