"""The contract between the stages `source` and `ingest` and the room of each source."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine


@dataclass(frozen=True)
class SourceFile:
    """One file of a data set.

    `name`: without a folder. `role`: playlists, or tracks for a table of titles and names.
    `address`: http or https, empty unless the source is a download. `blob`: Git's id of the
    content, 40 hexadecimal digits, empty unless the source is a download.
    """

    name: str
    role: str
    address: str
    blob: str


@dataclass(frozen=True)
class Source:
    """The description of a data set, from its source.yaml.

    `name`: that of its folder. `kind`, `format`: together a key of `registry.ROOMS`. `licence`:
    text. `files`: what the folder of raw data will hold; empty where a parameter names the files.
    """

    name: str
    kind: str
    format: str
    licence: str
    files: tuple[SourceFile, ...]


class DataSet(NamedTuple):
    """One data set as the stages hand it to the room of its source.

    `folder`: that of source.yaml, where tables of the source's own may lie. `params`: path of
    params.yaml, from which a room reads its own section. `raw`: the folder of raw data.
    """

    description: Source
    folder: Path
    params: str
    raw: Path


Fetch = Callable[[SourceFile], Path]
"""Return the path of a whole and right copy of a file, downloaded if there is none."""


class Workplace(NamedTuple):
    """The engine, how many processes it may use, and an empty folder on the disk of the output."""

    engine: "Engine"
    workers: int
    scratch: Path


OpenWorkplace = Callable[[], AbstractContextManager[Workplace]]
"""Start the engine and make the scratch folder; both end with the block."""


class Room(Protocol):
    """The functions that the module of a source has."""

    def list_files(self, data: DataSet, fetch: Fetch) -> str:
        """Fill `data.raw`, an empty folder; return a summary of the files in one line.

        Files are made, copied there, or listed there if they are too large to be copied.
        Raises DataError for files that are missing or are not what they should be.
        """

    def ingest(self, data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
        """Write the canonical form to `out`, playlists.npz and tracks.tsv, from `data.raw`.

        Where the source knows who listened when, it writes `corpus.listens.FILE` as well.

        Returns a summary in one line: what was read, kept and left out. A source that fits into
        memory needs no workplace and opens none. Raises DataError for bad input, and where no
        song is left.
        """
