"""ingest: raw data in any format to playlists of track codes and a table of tracks."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.listens import FILE
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.sources.descriptions import read_data_set
from playlist2vec.sources.registry import room_of
from playlist2vec.sources.room import Workplace
from stages import run


def main(params: str, source: str, raw: str, canonical: str) -> str:
    """Read the data set described by `source` from `raw`; write to `canonical`."""
    data, out = read_data_set(params, source, raw), Path(canonical)
    # Not every data set has listens; listens of the data set before must not stay.
    (out / FILE).unlink(missing_ok=True)
    return room_of(data.description).ingest(data, out, partial(workplace, params, out))


@contextmanager
def workplace(params: str, canonical: Path) -> Iterator[Workplace]:
    """Yield the engine and an empty folder in `canonical`, deleted at the end of the block.

    The folder may be large, and so is on the disk of the output; after a kill DVC deletes the
    folder with the output.
    """
    where = read_section(params, EngineParams)
    canonical.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=canonical, prefix=".ingest.", suffix=".unfinished") as scratch,
        open_engine(where) as engine,
    ):
        yield Workplace(engine, where.workers, Path(scratch))


if __name__ == "__main__":
    run("ingest", main, "PARAMS", "SOURCE", "RAW", "CANONICAL")
