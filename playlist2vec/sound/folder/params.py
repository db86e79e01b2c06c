"""Parameters that say which sounds there are."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, own_path, parameter


@dataclass(frozen=True)
class SoundsParams:
    """Of section `audio`: the collection, and where one of the user's own lies."""

    SECTION: ClassVar[str] = "audio"

    sounds: str = parameter(choice("tones", "folder"))
    folder: str = own_path()
    playlists: str = own_path()
