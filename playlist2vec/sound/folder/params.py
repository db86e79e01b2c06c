"""Parameters that say which sounds there are."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from playlist2vec.base.rules import choice, own_path, parameter


@dataclass(frozen=True)
class SoundsParams:
    """Of section `audio`: the collection, and where one of the user's own, a fetched one or a data
    set lies.
    """

    SECTION: ClassVar[str] = "audio"

    sounds: str = parameter(choice("tones", "folder", "fetched", "data_set"))
    folder: str = own_path()
    fetched: str = own_path()
    data_set: str = own_path()
    playlists: str = own_path()

    def place(self, source: Path, top: Path = Path()) -> Path | None:
        """Return the folder below which the files of `source`/files.tsv can be heard, None for
        fetched mels.

        `top`: the checkout, from which the user's folder is named.
        """
        own = top / self.folder
        return {"tones": source, "folder": own, "data_set": own}.get(self.sounds)
