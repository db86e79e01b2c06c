"""Artists and titles of songs by track id: from the user, from the data set, and from Deezer."""

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
"""The data sets with track ids of Deezer; in any other data set `track_17` is another song."""
EXPECTED = "columns for the track id, the artist and the title, such as track_id, artist and title"


class SongName(NamedTuple):
    """The artist and title of a song; '' = unknown."""

    artist: str
    title: str


UNNAMED = SongName("", "")


@dataclass(frozen=True)
class SongNames:
    """Names by track id from three sources.

    `mine`: from the user's table. `source`: from the data set. `asked`: from Deezer. An artist or a
    title comes from the first of the three sources that knows it.
    """

    mine: dict[str, SongName]
    source: dict[str, SongName]
    asked: dict[str, SongName]

    def __getitem__(self, track: str) -> SongName:
        """Return the name of a track; empty where nothing is known, also for an unknown id."""
        places = (self.mine, self.source, self.asked)
        artists, titles = zip(*(names.get(track, UNNAMED) for names in places), strict=True)
        return SongName(next(filter(None, artists), ""), next(filter(None, titles), ""))

    def shown(self, track: str) -> str:
        """Return `artist - title` for display, or without a title the artist and `[track id]`."""
        name = self[track]
        known = " - ".join(part for part in name if part)
        return known if name.title else f"{known} [{track}]".strip()

    def summary(self, tracks: Iterable[str]) -> str:
        """Return a summary of the number of tracks with a title, by source, on one line."""
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
    """Return the names for `dataset` from the folder `data` and from the user's table `mine`.

    Names of the data set come from canonical/tracks.tsv, and names that `enrich` fetched from
    Deezer from incoming/names.csv. Both files are optional; the second is read only if the data set
    has track ids of Deezer. `notes`: gets remarks on the reading of `mine`. Raises DataError for a
    table without the columns, and if `mine` does not exist.
    """
    source, asked = Path(data) / "canonical/tracks.tsv", asked_path(data)
    return SongNames(
        mine={} if mine is None else read_names(mine, notes),
        source=_source_names(source) if source.exists() else {},
        asked=read_names(asked) if dataset in DATASETS and asked.exists() else {},
    )


def asked_path(data: str | Path) -> Path:
    """Return the path of the table of names from Deezer, in the format of `read_names`.

    A track without a title in the table is unknown to Deezer.
    """
    return Path(data) / "incoming/names.csv"


def read_names(path: str | Path, notes: Notes | None = None) -> dict[str, SongName]:
    """Return the names in a table by every spelling of the track id.

    The columns of track id, artist and title are found by their names, as in playlists; of several
    columns of ids the most reliable counts. The first of several rows for a track counts. `notes`:
    gets remarks on the reading and the rejected rows. Raises DataError for a missing file or
    column.
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
    """Return the columns of the id, the artist and the title; empty unless all three exist."""
    columns, names = by_names(header), [plain(cell) for cell in header]
    # In tables of songs by artist the column of the artist may be called `name`.
    named = names.index("name") if "name" in names else -1
    artist = named if columns.artist < 0 and named != columns.title else columns.artist
    places = (*columns.ids[:1], artist, columns.title)
    return places if len(places) == 3 and min(places) >= 0 else ()


def _line(text: str) -> str:
    return " ".join(text.split())
