"""Sessions of listening, cut from scrobbles."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.reading.dates import read_dates
from playlist2vec.reading.notes import Notes
from playlist2vec.sources.lastfm.exports import scrobbles_in
from playlist2vec.sources.listening import SECOND, Log, SongIds

EARLIEST = 1033430400 * SECOND
"""2002-10-01; an earlier scrobble was sent without its time, as scrobbling did not exist yet."""


@dataclass
class Scrobbles:
    """The plays of all files, and the counts of dropped scrobbles, by reason.

    `read`, `kept`: scrobbles.
    """

    log: Log = field(default_factory=Log)
    ids: SongIds = field(default_factory=SongIds)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    read: int = 0
    kept: int = 0

    def add(self, path: Path) -> None:
        """Add the scrobbles of a file. Raises DataError for a file in no known format."""
        notes = Notes(path)
        found = list(scrobbles_in(path, notes))
        place = f"{path}: its dates"
        times = read_dates(
            [each.time for each in found], place, "", "local.dates, and dataset = local,"
        ).stamps
        for each, time in zip(found, times, strict=True):
            song = self.ids.of(each.artist, each.title)
            reason = _reason(song if each.artist else "", time)
            if reason or time is None:
                self.left_out[reason] += 1
                continue
            self.kept += 1
            self.log.name(song, each.artist, each.title)
            self.log.add(each.user or "lastfm", time, time, song)
        self.read += len(found)
        self.notes += list(notes)


def _reason(song: str, time: int | None) -> str:
    """Return the reason to drop a scrobble; empty for a scrobble to keep."""
    if not song:
        return "without artist and title"
    if time is None:
        return "without a date"
    return "before 2002-10-01" if time < EARLIEST else ""


def read_exports(paths: Sequence[Path]) -> Scrobbles:
    """Return the scrobbles of all files together; scrobbles without a user have the same user.

    Files in no known format are skipped and named. Raises DataError if no file is in a known
    format.
    """
    scrobbles, errors = Scrobbles(), list[DataError]()
    for path in paths:
        try:
            scrobbles.add(path)
        except DataError as error:
            errors.append(error)
    if len(errors) == len(paths):
        raise errors[0]
    scrobbles.notes += [f"left out, as it cannot be read: {error}" for error in errors]
    return scrobbles
