"""audio_source: the songs and playlists of the collection that `audio.sounds` names."""

import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.joining.own_files import join_files
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sound.folder.params import SoundsParams
from playlist2vec.sound.folder.scanning import scan
from playlist2vec.sound.table.files import Sound, write_sounds
from playlist2vec.sound.tones.params import TonesParams
from playlist2vec.sound.tones.writing import save_taste, write_tones
from stages import run

PAUSE = 0.1 if sys.stderr.isatty() else 10
"""Seconds from one line of progress to the next: few where nobody watches."""


def main(params: str, folder: str) -> str:
    """Write tracks.tsv, files.tsv, playlists.npz, taste.npy and `sounds/` into `folder`.

    The last two are empty for a folder of one's own, whose files stay where they are.
    """
    given = read_section(params, SoundsParams)
    if given.sounds == "folder":
        return write_own(given, Path(folder))
    section = read_section(params, TonesParams)
    songs = section.genres * section.artists * section.songs
    with tqdm(total=songs, unit=" songs", desc="tones", mininterval=PAUSE) as bar:
        return write_tones(section, Path(folder), bar.update)


def write_own(given: SoundsParams, out: Path) -> str:
    """Join the files of the user's folder with the songs of the playlist chain, and write the collection."""
    chain = Path(given.playlists)
    for name in ("tracks.tsv", "playlists.npz"):
        if not (chain / name).is_file():
            raise DataError(f"{chain / name}: no such file: expected what `dvc repro` writes into data/canonical")
    with tqdm(unit=" files", desc="tags", mininterval=PAUSE) as bar:
        found = scan(given.folder, bar.update)
    joined = join_files(found.files, Tracks.load(chain / "tracks.tsv"), Playlists.load(chain / "playlists.npz"))
    joined.tracks.save(out / "tracks.tsv")
    joined.playlists.save(out / "playlists.npz")
    pairs = zip(joined.tracks.ids, joined.files, strict=True)
    write_sounds(out / "files.tsv", (Sound(track, file.file, file.seconds) for track, file in pairs))
    save_taste(out / "taste.npy", np.zeros((0, 0), np.int8))
    write_text(out / "sounds/README", "The files stay where they are.\n")
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in found.left_out.items())
    return (
        f"{len(found.files):,} music files: {joined.known:,} songs that the playlists know, "
        f"{len(joined.files) - joined.known:,} new ones, {joined.again:,} files of a song that has one already; left "
        f"out: {left_out}; {len(joined.playlists):,} playlists with {len(joined.playlists.tracks):,} plays of these"
    )


if __name__ == "__main__":
    run("audio.source", main, "PARAMS", "FOLDER")
