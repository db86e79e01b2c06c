"""Artists and titles of songs by track id: from the user, from the data set's own table, and from Deezer."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.formats.tables import Table

DATASETS = ("deezer",)
"""The data sets whose track ids are Deezer's; `track_17` of another one is another song."""
COLUMNS = {"track": ("track_id", "id", "track"), "artist": ("artist", "artist_name", "name"), "title": ("title",)}
"""The names that a column of a table of names may have; where a table has several of them, the first one counts."""


class SongName(NamedTuple):
    """What people call a song; '' = unknown."""

    artist: str
    title: str


UNNAMED = SongName("", "")


@dataclass(frozen=True)
class SongNames:
    """Names by track id: `mine` from the user's table, `source` from the data set's, `asked` from Deezer.

    An artist or a title comes from the first of the three that knows it.
    """

    mine: dict[str, SongName]
    source: dict[str, SongName]
    asked: dict[str, SongName]

    def __getitem__(self, track: str) -> SongName:
        """The name of a track; empty where nothing is known, of a track that nobody has heard of too."""
        places = (self.mine, self.source, self.asked)
        artists, titles = zip(*(names.get(track, UNNAMED) for names in places), strict=True)
        return SongName(next(filter(None, artists), ""), next(filter(None, titles), ""))

    def shown(self, track: str) -> str:
        """A track as people read it: `artist - title`, or as much of it as is known, or the track id in brackets."""
        name = self[track]
        known = " - ".join(part for part in name if part)
        return known if name.title else f"{known} [{track}]".strip()

    def summary(self, tracks: Iterable[str]) -> str:
        """One line: how many of these tracks have a title, and who knew it."""
        total, known = 0, {"your table": 0, "the data set": 0, "Deezer": 0}
        for track in tracks:
            total += 1
            for place, names in zip(known, (self.mine, self.source, self.asked), strict=True):
                if names.get(track, UNNAMED).title:
                    known[place] += 1
                    break
        found = sum(known.values())
        share = f"all {total:,} songs have" if found == total else f"{found:,} of {total:,} songs have"
        told = ", ".join(f"{number:,} from {place}" for place, number in known.items() if number)
        return f"{share} a title{f' ({told})' if told else ''}"


def load_names(data: str | Path, dataset: str, mine: str | Path | None = None) -> SongNames:
    """All names for the data set `dataset` below the folder `data`, and from the user's table `mine`.

    The data set's are in canonical/tracks.tsv, those that `enrich` got from Deezer in incoming/names.csv; either may be
    missing, and the latter is read only if the data set's track ids are Deezer's. Raises DataError for a table that is
    of another form, and if `mine` is not there.
    """
    source, asked = Path(data) / "canonical/tracks.tsv", asked_path(data)
    return SongNames(
        mine={} if mine is None else read_names(mine),
        source=_source_names(source) if source.exists() else {},
        asked=read_names(asked) if dataset in DATASETS and asked.exists() else {},
    )


def asked_path(data: str | Path) -> Path:
    """Where names from Deezer are kept: a table for `read_names`; a track without a title is unknown to Deezer."""
    return Path(data) / "incoming/names.csv"


def read_names(path: str | Path) -> dict[str, SongName]:
    """The names in a CSV or TSV file, `.gz` allowed, with columns for the track id, the artist and the title: COLUMNS.

    Of several rows for a track the first one counts. Raises DataError for a missing file or column and for a row of
    another width.
    """
    if not Path(path).is_file():
        raise DataError(f"{path}: no such file: expected a table with the columns track_id, artist and title")
    table = Table(path)
    track, artist, title = (_column(table, names) for names in COLUMNS.values())
    found: dict[str, SongName] = {}
    for row in table:
        found.setdefault(row[track].strip(), SongName(_line(row[artist]), _line(row[title])))
    return found


def _source_names(path: Path) -> dict[str, SongName]:
    tracks = Tracks.load(path)
    rows = zip(tracks.ids, tracks.artist_names, tracks.titles, strict=True)
    return {track: SongName(artist, title) for track, artist, title in rows if artist or title}


def _column(table: Table, names: tuple[str, ...]) -> int:
    for name in names:
        if name in table.columns:
            return table.column(name)
    wanted, there = " or ".join(names), ", ".join(table.columns)
    raise DataError(f"{table.path}: no column {wanted}: expected one among {there}")


def _line(text: str) -> str:
    return " ".join(text.split())
