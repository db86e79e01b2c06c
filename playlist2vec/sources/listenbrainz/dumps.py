"""ListenBrainz's dumps as they are published: the files that hold listens."""

from pathlib import Path

from playlist2vec.formats.archives import ARCHIVES
from playlist2vec.sources.placed import PlacedFile, find_files

LINES, PARQUET = ".listens", ".parquet"
SUFFIXES = (LINES, PARQUET, *ARCHIVES)


def find_dumps(place: str | Path) -> list[PlacedFile]:
    """Return the files of listens in a folder, at any depth, or the one file `place`; see `find_files`."""
    return find_files(place, SUFFIXES, "listens")
