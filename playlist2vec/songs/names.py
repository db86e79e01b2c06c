"""Artists and titles of songs by track id: from the user, from the data set's own table, and from
Deezer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.columns import by_names, plain
from playlist2vec.reading.formulas import without_apostrophe
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.tables import Table

DATASETS = ("deezer",)
"""The data sets whose track ids are Deezer's; `track_17` of another one is another song."""
EXPECTED = "columns for the track id, the artist and the title, such as track_id, artist and title"


class SongName(NamedTuple):
    """What people call a song; '' = unknown."""

    artist: str
    title: str


UNNAMED = SongName("", "")


@dataclass(frozen=True)
class SongNames:
    """Names by track id: `mine` from the user's table, `source` from the data set's, `asked` from
    Deezer.

    An artist or a title comes from the first of the three that knows it.
    """

    mine: dict[str, SongName]
    source: dict[str, SongName]
    asked: dict[str, SongName]

    def __getitem__(self, track: str) -> SongName:
        """The name of a track; empty where nothing is known, of a track that nobody has heard of
        too.
        """
        places = (self.mine, self.source, self.asked)
        artists, titles = zip(*(names.get(track, UNNAMED) for names in places), strict=True)
        return SongName(next(filter(None, artists), ""), next(filter(None, titles), ""))

    def shown(self, track: str) -> str:
        """A track as people read it: `artist - title`, or as much of it as is known, or the track
        id in brackets.
        """
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
        share = (
            f"all {total:,} songs have" if found == total else f"{found:,} of {total:,} songs have"
        )
        told = ", ".join(f"{number:,} from {place}" for place, number in known.items() if number)
        return f"{share} a title{f' ({told})' if told else ''}"


def load_names(
    data: str | Path, dataset: str, mine: str | Path | None = None, notes: Notes | None = None
) -> SongNames:
    """All names for the data set `dataset` below the folder `data`, and from the user's table
    `mine`.

    The data set's are in canonical/tracks.tsv, those that `enrich` got from Deezer in
    incoming/names.csv; either may be missing, and the latter is read only if the data set's track
    ids are Deezer's. `notes`: told how `mine` was read. Raises DataError for a table without the
    columns, and if `mine` is not there.
    """
    source, asked = Path(data) / "canonical/tracks.tsv", asked_path(data)
    return SongNames(
        mine={} if mine is None else read_names(mine, notes),
        source=_source_names(source) if source.exists() else {},
        asked=read_names(asked) if dataset in DATASETS and asked.exists() else {},
    )


def asked_path(data: str | Path) -> Path:
    """Where names from Deezer are kept: a table for `read_names`; a track without a title is
    unknown to Deezer.
    """
    return Path(data) / "incoming/names.csv"


def read_names(path: str | Path, notes: Notes | None = None) -> dict[str, SongName]:
    """Return the names in a table with columns for the track id, the artist and the title, by every
    spelling of the id.

    Columns are known by their names, as in playlists; of several for the id the surest counts. Of
    several rows for a track the first one counts. `notes`: told how the file was read, and which
    rows were left out. Raises DataError for a missing file or column.
    """
    if not Path(path).is_file():
        raise DataError(
            f"{path}: no such file: expected a table with the columns track_id, artist and title"
        )
    table = Table(path, notes or Notes(path), _is_header, EXPECTED)
    places = _places(table.columns)
    found: dict[str, SongName] = {}
    for line in table:
        track, artist, title = (without_apostrophe(line.cells[place]) for place in places)
        name = SongName(_line(artist), _line(title))
        for each in spellings(track, table.columns[places[0]]):
            found.setdefault(each, name)
    return found


def _source_names(path: Path) -> dict[str, SongName]:
    tracks = Tracks.load(path)
    rows = zip(tracks.ids, tracks.artist_names, tracks.titles, strict=True)
    return {track: SongName(artist, title) for track, artist, title in rows if artist or title}


def _is_header(cells: list[str]) -> bool:
    return bool(_places(cells))


def _places(header: list[str]) -> tuple[int, ...]:
    """The columns of the id, the artist and the title; none unless all are there."""
    columns, names = by_names(header), [plain(cell) for cell in header]
    # Tables of artists and their songs call the artist `name`.
    named = names.index("name") if "name" in names else -1
    artist = named if columns.artist < 0 and named != columns.title else columns.artist
    places = (*columns.ids[:1], artist, columns.title)
    return places if len(places) == 3 and min(places) >= 0 else ()


def _line(text: str) -> str:
    return " ".join(text.split())
