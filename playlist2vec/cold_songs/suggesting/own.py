"""The user's music files added after a training: songs and vectors in data/audio/own."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, reading, whole_file, write_json
from playlist2vec.models.audio.vectors import SongVectors


class OwnSong(NamedTuple):
    """A song with names, empty where unknown, and the path of the file, empty without a file."""

    track: str
    artist: str
    title: str
    file: str


@dataclass(frozen=True, eq=False)
class OwnSongs:
    """Songs with vectors of sound.

    `model`: hash of the model of sound, empty where irrelevant.
    """

    songs: list[OwnSong]
    sound: SongVectors
    model: str = ""

    def save(self, folder: Path) -> None:
        """Write songs.tsv, vectors.npz and about.json into `folder`, created if missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self.sound.save(folder / "vectors.npz")
        write_json(folder / "about.json", {"model": self.model})
        path = folder / "songs.tsv"
        with (
            whole_file(path) as unfinished,
            open(unfinished, "w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, dialect="excel-tab", lineterminator="\n")
            writer.writerow(OwnSong._fields)
            writer.writerows(self.songs)

    def with_more(self, more: "OwnSongs") -> "OwnSongs":
        """Return the union with `more`, of the same model; `more` wins where ids are equal."""
        new = {song.track for song in more.songs}
        kept = [place for place, song in enumerate(self.songs) if song.track not in new]
        query = np.vstack([self.sound.query[kept], more.sound.query])
        found = np.vstack([self.sound.found[kept], more.sound.found])
        return OwnSongs(
            [*(self.songs[place] for place in kept), *more.songs],
            SongVectors(query, found),
            more.model,
        )


def load_own(folder: Path) -> OwnSongs | None:
    """Read a folder written by `OwnSongs.save`; None if missing. Raises DataError for damage."""
    path = folder / "songs.tsv"
    if not path.is_file():
        return None
    expected = f"a table with the columns {' '.join(OwnSong._fields)}"
    with reading(path, expected), open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file, dialect="excel-tab")
        songs = []
        for number, row in enumerate(lines, start=1):
            if len(row) != len(OwnSong._fields) or (number == 1 and tuple(row) != OwnSong._fields):
                raise DataError(f"{path}: line {number}: expected {' '.join(OwnSong._fields)}")
            songs.append(OwnSong(*row))
    sound = SongVectors.load(folder / "vectors.npz")
    if len(sound.found) != len(songs) - 1:
        raise DataError(
            f"{folder}/vectors.npz: {len(sound.found):,} songs, songs.tsv has {len(songs) - 1:,}"
        )
    return OwnSongs(songs[1:], sound, str(read_json(folder / "about.json").get("model")))
