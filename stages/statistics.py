"""statistics: statistics of the data set, before anything is dropped."""

from pathlib import Path
from tempfile import TemporaryFile

from playlist2vec.base.files import write_json
from playlist2vec.corpus.storage import PlaylistsFile
from playlist2vec.preparation.counts.statistics import statistics_of
from stages import run


def main(canonical: str, statistics: str) -> str:
    """Read the playlists of `canonical`, an .npz file, and write `statistics`, a JSON file."""
    folder = Path(statistics).parent
    folder.mkdir(parents=True, exist_ok=True)
    # A file without a name, so that a kill leaves nothing; beside the output, because the default
    # folder of temporary files is in memory on some systems.
    with TemporaryFile(dir=folder) as scratch:
        found = statistics_of(PlaylistsFile(canonical), scratch)
    write_json(statistics, found)
    sizes, occurrences, pairs = found["playlist_sizes"], found["track_occurrences"], found["pairs"]
    copies = found["identical_playlists"]["copies"]
    return (
        f"{found['playlists']:,} playlists, {copies:,} of them copies, {_range(sizes)} songs each; "
        f"{found['tracks']:,} distinct songs, {_range(occurrences)} times each; "
        f"{pairs['adjacent']:,} pairs of neighbours, {pairs['distinct']:,} distinct"
    )


def _range(spread: dict[str, int | float]) -> str:
    return f"{spread['min']:,} to {spread['max']:,} (mean {spread['mean']:,.2f})"


if __name__ == "__main__":
    run("statistics", main, "PLAYLISTS", "STATISTICS")
