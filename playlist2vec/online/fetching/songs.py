"""Songs of a data set to look up at Deezer, most frequent in playlists first, with known data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import count_plays
from playlist2vec.online.deezer.client import deezer_id
from playlist2vec.online.fetching.finding import Wanted
from playlist2vec.reading.addresses import ISRC
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.tables import Table

TRACK = ("track_id", "track id", "track", "id")
CODE = ("isrc",)
WRONG = "rows without an id of a song or a code of a recording: left out"


@dataclass(frozen=True, eq=False)
class Songs:
    """The songs of a table of tracks, in the order of the lookups.

    `isrcs`: ISRC by track id, preferred to a column `isrc` of the table. `deezer_ids`: True if
    `track_17` is Deezer's song 17 even without a known name.
    """

    tracks: Tracks
    order: list[int]
    isrcs: dict[str, str] = field(default_factory=dict)
    deezer_ids: bool = False

    @staticmethod
    def load(canonical: Path, isrcs: dict[str, str], deezer_ids: bool) -> "Songs":
        """Read the tables of a folder data/canonical.

        Without playlists the order is that of the table of tracks. Raises DataError for a missing
        or damaged table.
        """
        path = canonical / "tracks.tsv"
        if not path.is_file():
            raise DataError(
                f"{path}: no such file: expected what `dvc repro` writes into data/canonical"
            )
        tracks = Tracks.load(path)
        order = np.arange(len(tracks))
        if (canonical / "playlists.npz").is_file():
            counts = count_plays([Playlists.load(canonical / "playlists.npz")], len(tracks))
            order = np.argsort(-counts, kind="stable")
        return Songs(tracks, order.tolist(), isrcs, deezer_ids)

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[Wanted]:
        tracks = self.tracks
        none = [""] * len(tracks)
        durations, codes = tracks.more.get("duration", none), tracks.more.get("isrc", none)
        for place in self.order:
            track, artist, title = (
                tracks.ids[place],
                tracks.artist_names[place],
                tracks.titles[place],
            )
            number = deezer_id(track) if self.deezer_ids or artist or title else None
            code = self.isrcs.get(track, "") or as_isrc(codes[place])
            seconds = float(durations[place]) if durations[place].isdecimal() else 0.0
            yield Wanted(track, artist, title, seconds, number or 0, code)


def read_isrcs(path: str | Path, notes: Notes) -> dict[str, str]:
    """Return the ISRC of every track in a table with the columns track_id and isrc.

    The last code of a track counts. Rows without both values are counted in `notes`. Raises
    DataError for a missing file or column.
    """
    if not Path(path).is_file():
        raise DataError(
            f"{path}: no such file: expected a table with the columns track_id and isrc"
        )

    def is_header(cells: list[str]) -> bool:
        names = {cell.casefold() for cell in cells}
        return not names.isdisjoint(TRACK) and not names.isdisjoint(CODE)

    table = Table(path, notes, is_header, "the columns track_id and isrc")
    track, isrc = table.first_of(TRACK), table.first_of(CODE)
    codes = {}
    for line in table:
        code = as_isrc(line.cells[isrc])
        if code and line.cells[track]:
            codes[line.cells[track]] = code
        else:
            notes.count(WRONG, f"line {line.number}")
    return codes


def as_isrc(text: str) -> str:
    """Return an ISRC in Deezer's spelling, capital letters without dashes; '' for another text."""
    return text.upper().replace("-", "") if ISRC.bare.fullmatch(text) else ""
