"""Parameters that say which sounds there are."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, own_path, parameter


@dataclass(frozen=True)
class SoundsParams:
    """Of section `audio`: the collection, and where one of the user's own, or a fetched one, lies."""

    SECTION: ClassVar[str] = "audio"

    sounds: str = parameter(choice("tones", "folder", "fetched"))
    folder: str = own_path()
    fetched: str = own_path()
    playlists: str = own_path()
