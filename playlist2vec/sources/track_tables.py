"""Titles and names of tracks, from a table of their own."""

from pathlib import Path
from typing import NamedTuple

from playlist2vec.formats.tables import Table


class TrackDetails(NamedTuple):
    """The names of a track for people; empty where nothing is known. `preview`: an address, as the
    source has it.
    """

    artist_name: str
    title: str
    preview: str


NO_DETAILS = TrackDetails("", "", "")
"""Those of a track of which nothing is known."""


def read_track_table(path: str | Path) -> dict[str, TrackDetails]:
    """Details of tracks by track id, from a table with the columns track_id, title, name and, if it
    has it, preview.

    `name` is the artist's. Of several rows for a track the first one counts. Raises DataError for a
    column that is not there and for a row of another width; quotes need not be doubled in such a
    table, which no score depends on.
    """
    table = Table(path, strict=False)
    track, title, name = (table.column(wanted) for wanted in ("track_id", "title", "name"))
    preview = table.column("preview") if "preview" in table.columns else None
    details: dict[str, TrackDetails] = {}
    for row in table:
        address = "" if preview is None else row[preview].strip()
        details.setdefault(
            row[track].strip(), TrackDetails(row[name].strip(), row[title].strip(), address)
        )
    return details
