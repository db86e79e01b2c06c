"""The data set `listens` in its canonical form, read as a dump of ListenBrainz is."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playlist2vec.engine.local import LocalEngine
from playlist2vec.listening.generated.dump import write_dump
from playlist2vec.listening.generated.params import ListensParams
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.sessions import Listening, ingest_dumps


def write_canonical(params: ListensParams, folder: Path) -> tuple[str, Listening]:
    """Write `dump/1.listens` and, made of it, `canonical/` into `folder`; return a summary, and
    what was read.
    """
    dump, canonical = folder / "dump" / "1.listens", folder / "canonical"
    said = write_dump(params, dump)
    how = ListenBrainzParams(
        str(dump), "recording_mbid", gap=30, min_listens=1, max_share=1, keep_users=False
    )
    with TemporaryDirectory(dir=folder, prefix=".ingest.", suffix=".unfinished") as scratch:
        files = canonical / "playlists.npz", canonical / "tracks.tsv"
        return said, ingest_dumps([dump], how, LocalEngine(1), *files, Path(scratch) / "pieces")
