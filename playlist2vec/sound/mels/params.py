"""Parameters of mel spectrograms."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, integer, number, parameter


@dataclass(frozen=True)
class MelParams:
    """Section `audio.mel`: the bands, the range of levels, and the seconds read of a file."""

    SECTION: ClassVar[str] = "audio.mel"

    bins: int = parameter(integer(8, 512))
    min: float = parameter(number(-200, 0))
    max: float = parameter(number(-200, 0))
    seconds: int = parameter(integer(1, 3_600))
    workers: int = parameter(integer(1, 256))

    def check(self) -> None:
        """Raise RefusedError for an empty range of levels."""
        if self.min >= self.max:
            raise RefusedError(
                f"audio.mel.max = {self.max:g}: expected more than audio.mel.min, "
                f"which is {self.min:g}"
            )
