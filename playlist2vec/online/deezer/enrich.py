"""Names of songs without a title, requested from Deezer.

It is no stage: the network's answers change no score. The songs played most often come first; names
that were found are in data/incoming/names.csv, and the same command continues from there.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.online.deezer.client import QUOTA, Deezer, UnreachableError, deezer_id
from playlist2vec.songs.names import UNNAMED, SongName, SongNames

GIVE_UP = 5
"""Unusable answers in a row after which the network, not a song, is to blame."""
PER_SECOND = QUOTA.requests / QUOTA.seconds


def nameless(vocabulary: list[str], names: SongNames) -> tuple[list[str], int]:
    """Return the tracks to look up, in the order of `vocabulary`, and the number of other tracks.

    Both are tracks without a title that were not looked up before; the other tracks have no Deezer
    id.
    """
    unnamed = [track for track in vocabulary if track not in names.asked and not names[track].title]
    to_ask = [track for track in unnamed if deezer_id(track) is not None]
    return to_ask, len(unnamed) - len(to_ask)


def ask_names(deezer: Deezer, tracks: list[str], asked: dict[str, SongName]) -> Iterator[str]:
    """Look up tracks in order and put the answers into `asked`, UNNAMED for an unknown track.

    Yields after every track: '' or, for an unusable answer, the error text; the track is then
    looked up again another time. Raises UnreachableError, and DataError after GIVE_UP unusable
    answers in a row.
    """
    unusable = 0
    for track in tracks:
        try:
            song = deezer.track(deezer_id(track) or 0)
        except UnreachableError:
            raise
        except DataError as error:
            unusable += 1
            if unusable == GIVE_UP:
                raise
            yield str(error)
        else:
            unusable = 0
            asked[track] = SongName(song.artist, song.title) if song else UNNAMED
            yield ""


def save_names(names: dict[str, SongName], path: Path) -> None:
    """Write a table for `read_names`: UTF-8, the columns track_id, artist, title."""
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("track_id", *SongName._fields))
        writer.writerows((track, *name) for track, name in names.items())


def duration(seconds: float) -> str:
    """Return a time for people: `45 s`, `12 min`, `2 h 36 min`."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def time_left(songs: int, done: int, seconds: float) -> float:
    """Return the seconds for `songs` lookups, after `done` took `seconds`, within the quota."""
    return songs / min(PER_SECOND, done / max(seconds, 1e-9))
