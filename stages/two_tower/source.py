"""two_tower_source: the generated data set `listens`, and its canonical form, read as a dump of ListenBrainz is."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playlist2vec.base.files import write_text
from playlist2vec.base.rules import read_section
from playlist2vec.engine.local import LocalEngine
from playlist2vec.listening.generated.dump import write_dump
from playlist2vec.listening.generated.params import ListensParams
from playlist2vec.listening.history.params import DataParams
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.sessions import ingest_dumps, left_out
from stages import run


def main(params: str, folder: str) -> str:
    """Write the dump and its canonical form into `folder`; nothing but a note where the listens are the user's own."""
    given, out = read_section(params, DataParams), Path(folder)
    if given.data == "canonical":
        write_text(out / "README", "The listens stay where they are.\n")
        return f"listens of {given.canonical}, which stay there"
    section = read_section(params, ListensParams)
    dump = out / "dump" / "1.listens"
    said = write_dump(section, dump)
    how = ListenBrainzParams(str(dump), "recording_mbid", gap=30, min_listens=1, max_share=1, keep_users=False)
    with TemporaryDirectory(dir=out, prefix=".ingest.", suffix=".unfinished") as scratch:
        files = out / "canonical" / "playlists.npz", out / "canonical" / "tracks.tsv"
        summary = ingest_dumps([dump], how, LocalEngine(1), *files, Path(scratch) / "pieces")
    return f"{said}; {summary.rejected.read:,} lines read, {summary.kept:,} kept; {left_out(summary)}"


if __name__ == "__main__":
    run("two_tower.source", main, "PARAMS", "FOLDER")
