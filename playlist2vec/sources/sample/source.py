"""The stages `source` and `ingest` for the generated data set."""

from pathlib import Path

from playlist2vec.base.rules import read_section
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace
from playlist2vec.sources.sample.params import SampleParams


def list_files(data: DataSet, fetch: Fetch) -> str:
    """Generate the files; see `Room.list_files`."""
    from playlist2vec.sources.sample.generate import write_sample

    made = write_sample(read_section(data.params, SampleParams), data.raw)
    return (
        f"{made.playlists:,} playlists generated, {made.songs_played:,} songs played, "
        f"{made.distinct:,} different ones; the best reachable hit@10 is {made.best_hit_at_10:.4f}"
    )


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the generated files; see `Room.ingest`."""
    from playlist2vec.sources.in_memory import write_files
    from playlist2vec.sources.text_playlists import read_text

    return write_files(data, read_text, out)
