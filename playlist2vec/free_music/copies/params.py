"""Parameters of the search for copies."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, parameter

BY = ("audio", "packets", "file", "cover")


@dataclass(frozen=True)
class CopiesParams:
    """Section `soundcloud_set.copies`; `by`: the property shared by copies."""

    SECTION: ClassVar[str] = "soundcloud_set.copies"

    by: str = parameter(choice(*BY))
