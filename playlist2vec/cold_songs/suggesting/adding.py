"""Vectors of the user's music files by the trained model of sound, without a new training."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.cold_songs.suggesting.own import OwnSong, OwnSongs
from playlist2vec.models.audio.hearing import WEIGHTS, vectors_of
from playlist2vec.models.audio.vectors import SongVectors
from playlist2vec.reading.songs import Wanted
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.meaning import meant
from playlist2vec.sound.folder.scanning import SUFFIXES, OwnFile, read_tags, scan
from playlist2vec.sound.mels.making import make_mels
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.storage import Mels
from playlist2vec.sound.table.files import Sound
from playlist2vec.sound.table.rows import OK, Row

NEW = "file:"
"""Prefix of the id of a song unknown to the model; the path of the file follows."""


@dataclass(frozen=True, eq=False)
class Added:
    """The result of adding files.

    `songs`: songs with vectors. `failed`: paths of files without usable sound, with rows of the
    table of mels. `known`: number of songs known to the model. `again`: number of files whose song
    has another file already.
    """

    songs: OwnSongs
    failed: list[tuple[str, Row]]
    known: int
    again: int


def files_at(
    places: Sequence[str], report: Callable[[int], object]
) -> tuple[dict[str, OwnFile], Counter[str]]:
    """Return music files with tags by absolute path, and counts of skipped files by reason.

    `places`: files, and folders read at any depth. Raises DataError for a missing file or folder.
    """
    found: dict[str, OwnFile] = {}
    left_out: Counter[str] = Counter()
    for place in map(Path, places):
        if place.is_dir():
            scanned = scan(place, report)
            found |= {str((place / file.file).resolve()): file for file in scanned.files}
            left_out.update(scanned.left_out)
        elif not place.is_file():
            raise DataError(
                f"{place}: no such file or folder: expected music files, {', '.join(SUFFIXES)}"
            )
        else:
            found[str(place.resolve())] = read_tags(place, place.name)
            report(1)
    return found, left_out


def add_files(
    files: dict[str, OwnFile],
    catalogue: Catalogue,
    tower: Path,
    params: MelParams,
    scratch: Path,
    report: Callable[[int], object],
) -> Added:
    """Decode files, and compute vectors by the model in the folder `tower`.

    `files`: by absolute path. A file with the names of a song known to the model gets the id of the
    song. `scratch`: keeps the results of a killed run. `report` is called with the number of files
    decoded.
    """
    chosen: dict[str, tuple[str, OwnFile]] = {}
    for path, file in files.items():
        match = meant(
            catalogue,
            Wanted(path, (file.isrc,) if file.isrc else (), file.artist, file.title, file.album),
        )
        chosen.setdefault(catalogue.ids[match.row] if match else f"{NEW}{path}", (path, file))
    sounds = [Sound(track, path, file.seconds) for track, (path, file) in chosen.items()]
    rows = make_mels(sounds, params, scratch / "batches", scratch / "mels", report)
    mels = Mels.load(scratch / "mels").all_songs()
    heard = [song for song, row in enumerate(rows) if row.status == OK]
    vectors = vectors_of(tower, [mels[song] for song in heard]) if heard else None
    named = []
    for track in (sounds[song].track for song in heard):
        path, file = chosen[track]
        named.append(OwnSong(track, file.artist, file.title, path))
    sound = SongVectors.nothing() if vectors is None else SongVectors.of_units(vectors)
    songs = OwnSongs(named, sound, fingerprint(tower))
    known = sum(not song.track.startswith(NEW) for song in named)
    return Added(
        songs,
        [(sound.path, row) for sound, row in zip(sounds, rows, strict=True) if row.status != OK],
        known,
        len(files) - len(chosen),
    )


def fingerprint(tower: Path) -> str:
    """Return the SHA-256 of a model of sound in hexadecimal. Raises DataError without a model."""
    path = tower / WEIGHTS
    if not path.is_file():
        raise DataError(f"{path}: no model of sound: expected `make audio` first")
    return hashlib.sha256(path.read_bytes()).hexdigest()
