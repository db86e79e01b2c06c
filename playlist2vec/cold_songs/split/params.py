"""Parameters of the split of songs."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, integer, number, parameter


@dataclass(frozen=True)
class ColdSplitParams:
    """Section `audio.split`: the selection of cold songs.

    With `by` = data_set the cold songs are those held out by the data set, and neither the shares
    nor the seed have an effect.
    """

    SECTION: ClassVar[str] = "audio.split"

    by: str = parameter(choice("song", "artist", "data_set"))
    validation: float = parameter(number(0, 0.5, above=True))
    test: float = parameter(number(0, 0.5, above=True))
    limit: int = parameter(integer(0))
    seed: int = parameter(integer(0, 2**31))

    def check(self) -> None:
        """Raise RefusedError where the shares leave too few songs for training."""
        if self.validation + self.test >= 0.9:
            raise RefusedError(
                f"audio.split.test = {self.test:g}: expected less than 0.9 together with "
                f"audio.split.validation, which is {self.validation:g}"
            )
