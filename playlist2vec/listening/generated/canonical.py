"""The data set `listens` in canonical form, read like a dump of ListenBrainz."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playlist2vec.engine.local import LocalEngine
from playlist2vec.listening.generated.dump import write_dump
from playlist2vec.listening.generated.params import ListensParams
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.sessions import Listening, ingest_dumps


def write_canonical(params: ListensParams, folder: Path) -> tuple[str, Listening]:
    """Write the dump and the canonical form into `folder`; return two summaries.

    The dump is `dump/1.listens`, the canonical form the folder `canonical/`. The summaries are a
    text on the dump, and the counts of the reader.
    """
    dump, canonical = folder / "dump" / "1.listens", folder / "canonical"
    summary = write_dump(params, dump)
    section = ListenBrainzParams(
        str(dump), "recording_mbid", gap=30, min_listens=1, max_share=1, keep_users=False
    )
    with TemporaryDirectory(dir=folder, prefix=".ingest.", suffix=".unfinished") as scratch:
        files = canonical / "playlists.npz", canonical / "tracks.tsv"
        return summary, ingest_dumps(
            [dump], section, LocalEngine(1), *files, Path(scratch) / "pieces"
        )
