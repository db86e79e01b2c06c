"""Parameters of the manifest and of the removals."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import own_path


@dataclass(frozen=True)
class ManifestParams:
    """Section `soundcloud_set`: the path of the manifest."""

    SECTION: ClassVar[str] = "soundcloud_set"

    manifest: str = own_path()


@dataclass(frozen=True)
class RemovalsParams:
    """Section `soundcloud_set`: the path of the list of removals."""

    SECTION: ClassVar[str] = "soundcloud_set"

    remove: str = own_path()
