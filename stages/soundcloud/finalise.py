"""soundcloud_finalise: the data set: tracks that pass all filters, the split, and all files."""

from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.free_music.copies.table import read_copies
from playlist2vec.free_music.hashing.table import read_hashes
from playlist2vec.free_music.manifest.entries import read_all
from playlist2vec.free_music.manifest.params import ManifestParams, RemovalsParams
from playlist2vec.free_music.manifest.removals import read_removals
from playlist2vec.free_music.release.params import CardParams
from playlist2vec.free_music.release.writing import write_set
from playlist2vec.free_music.selection.filters import judge_all
from playlist2vec.free_music.selection.params import SelectParams, UploaderSplitParams
from playlist2vec.sources.soundcloud.genres import Genres
from stages import run


def main(params: str, hashes: str, copies: str, folder: str, metrics: str) -> str:
    """Write the files of the data set into `folder`, and the counts into `metrics`."""
    given, leaving = read_section(params, ManifestParams), read_section(params, RemovalsParams)
    select = read_section(params, SelectParams)
    split, card = read_section(params, UploaderSplitParams), read_section(params, CardParams)
    entries, rows = read_all(given.manifest), read_hashes(Path(hashes))
    if [entry.id for entry in entries] != [row.id for row in rows]:
        raise DataError(f"{hashes}: other tracks than {given.manifest}: expected the same")
    removals, genres = read_removals(leaving.remove), Genres.load(select.genres)
    judged = judge_all(entries, rows, read_copies(copies), removals, genres, select)
    numbers = write_set(Path(folder), judged, split, card)
    write_json(metrics, numbers)
    fates = ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in numbers["fates"].items() if count
    )
    parts = ", ".join(f"{part['tracks']:,} {name}" for name, part in numbers["parts"].items())
    return (
        f"{numbers['read']:,} tracks: {fates}; of those kept {parts}, by {numbers['uploaders']:,} "
        f"uploaders, in {len(numbers['genres']):,} genres"
    )


if __name__ == "__main__":
    run("soundcloud.finalise", main, "PARAMS", "HASHES_FOLDER", "COPIES", "FOLDER", "METRICS")
