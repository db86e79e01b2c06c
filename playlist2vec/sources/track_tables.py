"""Titles and names of tracks from a table."""

from pathlib import Path
from typing import NamedTuple

from playlist2vec.formats.tables import Table


class TrackDetails(NamedTuple):
    """The names of a track for display, empty if unknown. `preview`: an address from the source."""

    artist_name: str
    title: str
    preview: str


NO_DETAILS = TrackDetails("", "", "")
"""The details of an unknown track."""


def read_track_table(path: str | Path) -> dict[str, TrackDetails]:
    """Return the details of tracks by track id, from a table.

    The table has the columns track_id, title, name, which is the artist's name, and optionally
    preview. The first of several rows for a track counts. Raises DataError for a missing column and
    for a row of another width. Quotes need not be doubled in the table, as no score depends on the
    names.
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
