"""Parameters of saved responses of SoundCloud."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, integer, own_path, parameter, text


@dataclass(frozen=True)
class SoundCloudParams:
    """Section `soundcloud`: the saved files, and the filters for tracks in playlists."""

    SECTION: ClassVar[str] = "soundcloud"

    crawl: str = own_path()
    licence: str = parameter(
        choice("any", "to_share", "to_use_commercially", "to_modify_commercially")
    )
    min_duration: int = parameter(integer(0, 1_000_000))
    max_duration: int = parameter(integer(0, 1_000_000))
    min_likes: int = parameter(integer(0, 1_000_000_000))
    min_plays: int = parameter(integer(0, 1_000_000_000))
    genres: str = parameter(text(empty=True))
    stubs: str = parameter(choice("unless_filtered", "always", "never"))

    def check(self) -> None:
        """Raise RefusedError if the longest duration is below the shortest."""
        if 0 < self.max_duration < self.min_duration:
            raise RefusedError(
                f"soundcloud.max_duration = {self.max_duration}: expected 0 (no limit) or at least "
                f"soundcloud.min_duration, which is {self.min_duration}"
            )
