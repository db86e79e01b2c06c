"""The interface between the stages `source` and `ingest` and the module of a source."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine


@dataclass(frozen=True)
class SourceFile:
    """A file of a data set.

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
    """The description of a data set, from source.yaml.

    `name`: the name of the folder. `kind`, `format`: together a key of `registry.ROOMS`. `licence`:
    text. `files`: the files for the folder of raw data; empty if a parameter names the files.
    """

    name: str
    kind: str
    format: str
    licence: str
    files: tuple[SourceFile, ...]


class DataSet(NamedTuple):
    """A data set, as the stages pass it to the module of the source.

    `folder`: the folder of source.yaml, where further tables of the source may lie. `params`: the
    path of params.yaml, from which the module reads its section. `raw`: the folder of raw data.
    """

    description: Source
    folder: Path
    params: str
    raw: Path


Fetch = Callable[[SourceFile], Path]
"""Return the path of a complete and correct copy of a file, downloaded if missing."""


class Workplace(NamedTuple):
    """The engine, the number of processes to use, and an empty folder on the disk of the output."""

    engine: "Engine"
    workers: int
    scratch: Path


OpenWorkplace = Callable[[], AbstractContextManager[Workplace]]
"""Start the engine and make the scratch folder; both end with the block."""


class Room(Protocol):
    """The functions of the module of a source."""

    def list_files(self, data: DataSet, fetch: Fetch) -> str:
        """Fill the empty folder `data.raw`; return a summary of the files on a single line.

        Files are generated, copied, or only listed if they are too large to be copied. Raises
        DataError for files that are missing or not as expected.
        """

    def ingest(self, data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
        """Write the canonical form of `data.raw`, playlists.npz and tracks.tsv, to `out`.

        A source that knows listeners and times writes `corpus.listens.FILE` as well. Returns a
        summary on a single line: records read, kept and dropped. A source that fits into memory
        does not open a workplace. Raises DataError for bad input, and if no song is left.
        """
