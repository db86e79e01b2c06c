"""Parameters of hashing."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, parameter


@dataclass(frozen=True)
class HashParams:
    """Section `soundcloud_set.hash`.

    `workers`: decoding processes; the output does not depend on the number.
    """

    SECTION: ClassVar[str] = "soundcloud_set.hash"

    workers: int = parameter(integer(1, 256))
