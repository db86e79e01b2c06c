"""Make the folder of raw data for the one data set that `dataset` names: generated, copied, or listed where large."""

import re
import shutil
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.base.rules import read_section
from playlist2vec.sources.descriptions import Source, read_source
from playlist2vec.sources.sample.params import SampleParams
from stages import run


def main(
    params: str, source: str, local_file: str, dumps: str, slices: str, crawl: str, incoming: str, raw: str
) -> str:
    """Write the files of the data set that `source` describes to `raw`, and nothing else; return the summary line."""
    room = read_source(source)
    if room.kind == "generated":
        return f"{room.name}: {generate(params, Path(raw))}"
    if room.kind == "placed":
        lists = {"listens": (list_dumps, dumps), "mpd": (list_slices, slices), "soundcloud": (list_crawl, crawl)}
        write_list, place = lists[room.format]
        return f"{room.name}: {write_list(place, Path(raw))}"
    files = local_files(params, local_file) if room.kind == "local" else downloaded_files(room, incoming)
    empty(Path(raw))
    for name, path in files.items():
        with whole_file(Path(raw) / name) as unfinished:
            shutil.copyfile(path, unfinished)
    size = sum(path.stat().st_size for path in files.values())
    return f"{room.name}: {size:,} bytes in {', '.join(map(str, files.values()))} copied to {raw}"


def generate(params: str, raw: Path) -> str:
    """Write the generated data set to `raw`; return what it holds, in words."""
    from playlist2vec.sources.sample.generate import write_sample

    wanted = read_section(params, SampleParams)
    empty(raw)
    made = write_sample(wanted, raw)
    return (
        f"{made.playlists:,} playlists generated, {made.songs_played:,} songs played, {made.distinct:,} different "
        f"ones; the best reachable hit@10 is {made.best_hit_at_10:.4f}"
    )


def local_files(params: str, local_file: str) -> dict[str, Path]:
    """The user's file under the name that it gets in the folder of raw data. Raises DataError if it cannot be one."""
    suffixes = re.search(r"\.(csv|tsv|txt)(\.gz)?$", local_file.lower())
    if suffixes is None:
        raise DataError(
            f"{params}: local.file = {local_file}: expected a file that ends in .csv, .tsv or .txt, or in one of "
            "these and .gz"
        )
    if not Path(local_file).is_file():
        raise DataError(f"{params}: local.file = {local_file}: expected the path of a file that is there")
    return {f"playlists{suffixes[0]}": Path(local_file)}


def downloaded_files(room: Source, incoming: str) -> dict[str, Path]:
    """The files of a data set in `incoming`, each checked, and downloaded into there first if it is missing."""
    from playlist2vec.online.download import fetch

    return {file.name: fetch(file, incoming) for file in room.files}


def list_dumps(dumps: str, raw: Path) -> str:
    """Check the dumps, too large to be copied, and write a list of them to `raw`; return what there is, in words."""
    from playlist2vec.sources.listenbrainz.dumps import find_dumps
    from playlist2vec.sources.placed import save_list

    found = find_dumps(dumps)
    empty(raw)
    save_list(found, raw / "dumps.tsv")
    checked = sum(dump.published for dump in found)
    return (
        f"{len(found):,} dumps with {sum(dump.size for dump in found):,} bytes in {dumps} listed, not copied; "
        f"{checked:,} agree with a published SHA-256, {len(found) - checked:,} have none beside them"
    )


def list_slices(slices: str, raw: Path) -> str:
    """Write a list of the slices, too large to be copied, to `raw`; return what there is, in words."""
    from playlist2vec.sources.spotify_mpd.slices import find_slices, save_list, with_crc

    found = [with_crc(each) for each in find_slices(slices)]
    empty(raw)
    save_list(found, raw / "slices.tsv")
    promised = sum(each.last + 1 - each.first for each in found)
    return (
        f"{len(found):,} slices with {sum(each.size for each in found):,} bytes in {slices} listed, not copied; "
        f"by their names they hold {promised:,} playlists"
    )


def list_crawl(crawl: str, raw: Path) -> str:
    """Write a list of the files of a crawl, which may be large, to `raw`; return what there is, in words."""
    from playlist2vec.sources.placed import find_files, save_list
    from playlist2vec.sources.soundcloud.crawls import SUFFIXES

    found = find_files(crawl, SUFFIXES, "crawl")
    empty(raw)
    save_list(found, raw / "files.tsv")
    return f"{len(found):,} files with {sum(each.size for each in found):,} bytes in {crawl} listed, not copied"


def empty(folder: Path) -> None:
    """Leave `folder` there with nothing in it."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


if __name__ == "__main__":
    run("source", main, "PARAMS", "SOURCE", "LOCAL_FILE", "DUMPS", "SLICES", "CRAWL", "INCOMING", "RAW")
