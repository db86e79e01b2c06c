"""Parameters that say where the manifest lies, and which tracks were asked to leave."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import own_path


@dataclass(frozen=True)
class ManifestParams:
    """Of section `soundcloud_set`: the manifest."""

    SECTION: ClassVar[str] = "soundcloud_set"

    manifest: str = own_path()


@dataclass(frozen=True)
class RemovalsParams:
    """Of section `soundcloud_set`: the list of tracks and uploaders that are left out."""

    SECTION: ClassVar[str] = "soundcloud_set"

    remove: str = own_path()
