"""The places of songs on the map of a run's page."""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 27
"""Bytes of a page that is read."""
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def places_of(page: str | Path, tracks: Sequence[str]) -> NDArray[np.float32] | None:
    """Return where songs stand on the map of a page: float32 (songs, 2), NaN for a song that is not
    on it.

    None where there is no page, no map of this form in it, or none of these songs on it. The page
    has 16 bits for a coordinate; the longer side of the map reaches from 0 to 1, and y goes up.
    """
    path = Path(page)
    if not path.is_file() or path.stat().st_size > LARGEST:
        return None
    found = _DATA.search(path.read_text("utf-8", errors="replace"))
    try:
        content = json.loads(found[1]) if found else None
        ids, points = _map_in(content)
        raw = np.frombuffer(base64.b64decode(points, validate=True), "<u2").reshape(len(ids), 2)
    except (ValueError, TypeError, AttributeError, StopIteration, RecursionError):
        return None
    place = {track: number for number, track in enumerate(ids)}
    places = np.full((len(tracks), 2), np.nan, np.float32)
    for row, track in enumerate(tracks):
        if track in place:
            places[row] = raw[place[track]]
    places /= np.iinfo(np.uint16).max
    places[:, 1] *= -1
    places[:, 1] -= np.nanmin(places[:, 1]) if len(place) and np.isfinite(places).any() else 0
    return places if np.isfinite(places).any() else None


def _map_in(content: Any) -> tuple[list[str], str]:
    """The ids and the places in the data of a page, at its top or in one of its parts."""
    parts = [content, *content.values()]
    found = next(
        each for each in parts if isinstance(each, dict) and {"ids", "places"} <= set(each)
    )
    return found["ids"], found["places"]
