"""Parameters of ListenBrainz's dumps."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, flag, integer, number, own_path, parameter


@dataclass(frozen=True)
class ListenBrainzParams:
    """Section `listenbrainz`: the cutting of ListenBrainz's listens into playlists."""

    SECTION: ClassVar[str] = "listenbrainz"

    dumps: str = own_path()
    track: str = parameter(choice("recording_mbid", "recording_msid"))
    gap: int = parameter(integer(1, 1_000_000))
    min_listens: int = parameter(integer(1))
    max_share: float = parameter(number(0, 1, above=True))
    keep_users: bool = parameter(flag())
