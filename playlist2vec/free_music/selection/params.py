"""Parameters of the filters and of the split."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, flag, integer, number, own_path, parameter
from playlist2vec.free_music.selection.licences import GROUPS


@dataclass(frozen=True)
class SelectParams:
    """Section `soundcloud_set.select`: the filters of tracks.

    `licence`: a group of free licences. `artwork`, `known_genre`: True to require a cover, and a
    genre of the table `genres`. `min_duration`, `max_duration`: seconds. `max_size`: megabytes of a
    file. `genre_tracks`: least number of tracks of a genre after all other filters.
    """

    SECTION: ClassVar[str] = "soundcloud_set.select"

    genres: str = own_path()
    licence: str = parameter(choice(*GROUPS))
    artwork: bool = parameter(flag())
    known_genre: bool = parameter(flag())
    min_duration: float = parameter(number(0, 1_000_000))
    max_duration: float = parameter(number(0, 1_000_000, above=True))
    max_size: float = parameter(number(0, 1_000_000, above=True))
    genre_tracks: int = parameter(integer(1, 1_000_000))

    def check(self) -> None:
        """Raise RefusedError where the longest duration is below the shortest."""
        if self.max_duration < self.min_duration:
            raise RefusedError(
                f"soundcloud_set.select.max_duration = {self.max_duration:g}: expected at least "
                f"soundcloud_set.select.min_duration, which is {self.min_duration:g}"
            )


@dataclass(frozen=True)
class UploaderSplitParams:
    """Section `soundcloud_set.split`: the uploaders for validation and test.

    `validation`, `test`: shares of the uploaders. `uploader_tracks`: an uploader with more tracks
    is for training. `seed`: seed of the hash that chooses uploaders.
    """

    SECTION: ClassVar[str] = "soundcloud_set.split"

    validation: float = parameter(number(0, 0.5))
    test: float = parameter(number(0, 0.5))
    uploader_tracks: int = parameter(integer(1, 1_000_000))
    seed: int = parameter(integer(0, 2**31))

    def check(self) -> None:
        """Raise RefusedError where nothing is left for training."""
        if self.validation + self.test >= 1:
            raise RefusedError(
                f"soundcloud_set.split.test = {self.test:g}: expected less than 1 together with "
                f"soundcloud_set.split.validation, which is {self.validation:g}"
            )
