"""statistics: what the data set is like in numbers, before anything is dropped."""

from pathlib import Path
from tempfile import TemporaryFile

from playlist2vec.base.files import write_json
from playlist2vec.corpus.storage import PlaylistsFile
from playlist2vec.preparation.counts.statistics import statistics_of
from stages import run


def main(canonical: str, statistics: str) -> str:
    """Read the playlists of `canonical`, a .npz file, and write what they are like to `statistics`,
    a JSON file.
    """
    folder = Path(statistics).parent
    folder.mkdir(parents=True, exist_ok=True)
    # A file without a name, so that a kill leaves nothing; not in memory, where some systems have
    # temporary files.
    with TemporaryFile(dir=folder) as scratch:
        told = statistics_of(PlaylistsFile(canonical), scratch)
    write_json(statistics, told)
    sizes, occurrences, pairs = told["playlist_sizes"], told["track_occurrences"], told["pairs"]
    copies = told["identical_playlists"]["copies"]
    return (
        f"{told['playlists']:,} playlists, {copies:,} of them copies, {_told(sizes)} songs each; "
        f"{told['tracks']:,} distinct songs, {_told(occurrences)} times each; "
        f"{pairs['adjacent']:,} pairs of neighbours, {pairs['distinct']:,} distinct"
    )


def _told(spread: dict[str, int | float]) -> str:
    return f"{spread['min']:,} to {spread['max']:,} (mean {spread['mean']:,.2f})"


if __name__ == "__main__":
    run("statistics", main, "PLAYLISTS", "STATISTICS")
