"""audio_source: the songs and playlists of the collection that `audio.sounds` names."""

from collections import Counter
from pathlib import Path

import numpy as np
from tqdm import tqdm

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.joining.known_songs import playlists_of, restrict
from playlist2vec.cold_songs.joining.own_files import join_files
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sound.data_set.reading import PARTS, read_set
from playlist2vec.sound.fetched.table import rows_of, shard_path
from playlist2vec.sound.folder.params import SoundsParams
from playlist2vec.sound.folder.scanning import scan
from playlist2vec.sound.table.files import Sound, write_sounds
from playlist2vec.sound.table.rows import OK
from playlist2vec.sound.tones.params import TonesParams
from playlist2vec.sound.tones.writing import save_taste, write_tones
from stages import run


def main(params: str, folder: str) -> str:
    """Write tracks.tsv, files.tsv, playlists.npz, taste.npy and `sounds/` into `folder`.

    The last two are empty unless the collection is generated; other sounds stay in place.
    """
    given = read_section(params, SoundsParams)
    if given.sounds == "folder":
        return write_own(given, Path(folder))
    if given.sounds == "fetched":
        return write_fetched(given, Path(folder))
    if given.sounds == "data_set":
        return write_data_set(given, Path(folder))
    section = read_section(params, TonesParams)
    songs = section.genres * section.artists * section.songs
    with tqdm(total=songs, unit=" songs", desc="tones", mininterval=pause()) as bar:
        return write_tones(section, Path(folder), bar.update)


def write_own(given: SoundsParams, out: Path) -> str:
    """Join the user's music files with the songs of the playlist chain; write the collection."""
    tracks, playlists = of_chain(Path(given.playlists))
    with tqdm(unit=" files", desc="tags", mininterval=pause()) as bar:
        found = scan(given.folder, bar.update)
    joined = join_files(found.files, tracks, playlists)
    joined.tracks.save(out / "tracks.tsv")
    joined.playlists.save(out / "playlists.npz")
    pairs = zip(joined.tracks.ids, joined.files, strict=True)
    write_sounds(
        out / "files.tsv", (Sound(track, file.file, file.seconds) for track, file in pairs)
    )
    write_nothing_generated(out)
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in found.left_out.items())
    return (
        f"{len(found.files):,} music files: {joined.known:,} songs that the playlists know, "
        f"{len(joined.files) - joined.known:,} new ones, {joined.again:,} files of a song that has "
        f"one already; left out: {left_out}; {len(joined.playlists):,} playlists with "
        f"{len(joined.playlists.tracks):,} plays of these"
    )


def write_fetched(given: SoundsParams, out: Path) -> str:
    """Write a collection of the songs of the playlist chain with fetched mels."""
    rows = rows_of(given.fetched)
    place_of = {row.track: place for place, row in enumerate(rows) if row.status == OK}
    tracks, playlists = restrict(*of_chain(Path(given.playlists)), place_of)
    if not len(tracks):
        raise DataError(f"{given.fetched}: no mel of a song in {given.playlists}: expected some")
    tracks.save(out / "tracks.tsv")
    playlists.save(out / "playlists.npz")
    places = [place_of[track] for track in tracks.ids]
    sounds = (
        Sound(rows[each].track, shard_path(Path(), each).name, rows[each].seconds)
        for each in places
    )
    write_sounds(out / "files.tsv", sounds)
    write_nothing_generated(out)
    counts = Counter(row.status for row in rows if row.status != OK)
    without = ", ".join(
        f"{counts[reason]:,} {reason.replace('_', ' ')}" for reason in sorted(counts)
    )
    return (
        f"{len(rows):,} songs were asked about: {len(tracks):,} have a mel, "
        f"{len(place_of) - len(tracks):,} more that the playlists do not know; without: "
        f"{without or 'none'}; "
        f"{len(playlists):,} playlists with {len(playlists.tracks):,} plays of these"
    )


def write_data_set(given: SoundsParams, out: Path) -> str:
    """Write a collection of a data set of free music with playlists of the playlist chain."""
    tracks, playlists = of_chain(Path(given.playlists))
    songs = read_set(given.data_set)
    place = {track: code for code, track in enumerate(tracks.ids)}
    kept = playlists_of([song.track for song in songs], place, playlists)
    known = sum(song.track in place for song in songs)
    if not known:
        raise DataError(
            f"{given.data_set}: no song of {given.playlists}: expected playlists of the same tracks"
        )
    Tracks(
        [song.track for song in songs],
        [song.uploader for song in songs],
        [song.uploader_name for song in songs],
        [song.title for song in songs],
        [""] * len(songs),
    ).save(out / "tracks.tsv")
    kept.save(out / "playlists.npz")
    write_sounds(out / "files.tsv", (Sound(song.track, song.file, song.seconds) for song in songs))
    write_nothing_generated(out)
    parts = Counter(song.part for song in songs)
    split = ", ".join(f"{parts[part]:,} {part}" for part in PARTS)
    return (
        f"{len(songs):,} songs of the data set ({split}): {known:,} in playlists, "
        f"{len(songs) - known:,} in none; "
        f"{len(kept):,} playlists with {len(kept.tracks):,} plays of these"
    )


def of_chain(chain: Path) -> tuple[Tracks, Playlists]:
    """Read the songs and playlists of the playlist chain.

    Raises DataError for missing or damaged files.
    """
    for name in ("tracks.tsv", "playlists.npz"):
        if not (chain / name).is_file():
            raise DataError(
                f"{chain / name}: no such file: "
                "expected what `dvc repro` writes into data/canonical"
            )
    return Tracks.load(chain / "tracks.tsv"), Playlists.load(chain / "playlists.npz")


def write_nothing_generated(out: Path) -> None:
    """Write empty stand-ins for the files of the generated collection."""
    save_taste(out / "taste.npy", np.zeros((0, 0), np.int8))
    write_text(out / "sounds/README", "The files stay where they are.\n")


if __name__ == "__main__":
    run("audio.source", main, "PARAMS", "FOLDER")
