"""Parameters of the collection of sounds."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from playlist2vec.base.rules import choice, own_path, parameter


@dataclass(frozen=True)
class SoundsParams:
    """Section `audio`: the collection, and paths of the user's data."""

    SECTION: ClassVar[str] = "audio"

    sounds: str = parameter(choice("tones", "folder", "fetched", "data_set"))
    folder: str = own_path()
    fetched: str = own_path()
    data_set: str = own_path()
    playlists: str = own_path()

    def place(self, source: Path, top: Path = Path()) -> Path | None:
        """Return the folder of the files in `source`/files.tsv, None for fetched mels.

        `top`: the checkout; the user's folder is relative to the checkout.
        """
        own = top / self.folder
        return {"tones": source, "folder": own, "data_set": own}.get(self.sounds)
