"""Names of songs without one, asked of Deezer.

It is no stage: the network's answers change no score. The songs played most often come first; what
was learned is in data/incoming/names.csv, and the same command goes on from there.
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
    """The tracks to ask Deezer about, in the order of `vocabulary`, and how many it cannot be asked
    about by their id.

    Neither has a title, and neither was asked about before.
    """
    unnamed = [track for track in vocabulary if track not in names.asked and not names[track].title]
    to_ask = [track for track in unnamed if deezer_id(track) is not None]
    return to_ask, len(unnamed) - len(to_ask)


def ask_names(deezer: Deezer, tracks: list[str], asked: dict[str, SongName]) -> Iterator[str]:
    """Ask about one track after the other and put the answers into `asked`, UNNAMED for a track
    unknown to Deezer.

    Yields after each: '' or, where the answer was unusable, the error's line; such a track will be
    asked about again. Raises UnreachableError, and DataError after GIVE_UP unusable answers in a
    row.
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
    """Write a table that `read_names` reads: UTF-8, the columns track_id, artist, title."""
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("track_id", *SongName._fields))
        writer.writerows((track, *name) for track, name in names.items())


def duration(seconds: float) -> str:
    """A time as people say it: `45 s`, `12 min`, `2 h 36 min`."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def time_left(songs: int, done: int, seconds: float) -> float:
    """Seconds until so many `songs` are asked about, after `done` took `seconds`; never less than
    the quota allows.
    """
    return songs / min(PER_SECOND, done / max(seconds, 1e-9))
