"""two_tower_source: the generated data set `listens`, as a dump and in canonical form."""

from pathlib import Path

from playlist2vec.base.files import write_text
from playlist2vec.base.rules import read_section
from playlist2vec.listening.generated.canonical import write_canonical
from playlist2vec.listening.generated.params import ListensParams
from playlist2vec.listening.history.params import DataParams
from playlist2vec.sources.listenbrainz.sessions import left_out
from stages import run


def main(params: str, folder: str) -> str:
    """Write the dump and the canonical form into `folder`; for own listens, only a note."""
    given, out = read_section(params, DataParams), Path(folder)
    if given.data == "canonical":
        write_text(out / "README", "The listens stay where they are.\n")
        return f"listens of {given.canonical}, which stay there"
    dump, summary = write_canonical(read_section(params, ListensParams), out)
    return (
        f"{dump}; {summary.rejected.read:,} lines read, {summary.kept:,} kept; {left_out(summary)}"
    )


if __name__ == "__main__":
    run("two_tower.source", main, "PARAMS", "FOLDER")
