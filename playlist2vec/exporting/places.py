"""Map coordinates of songs, read from the page of a run."""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 27
"""Bytes of the largest page that is read."""
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def places_of(page: str | Path, tracks: Sequence[str]) -> NDArray[np.float32] | None:
    """Return the map coordinates of songs on a page: float32 (songs, 2), NaN for a missing song.

    None if the page is missing or larger than LARGEST, has no readable map, or shows none of the
    songs. The page stores 16 bits for a coordinate. The longer side of the map spans 0 to 1, and y
    points up.
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
    """Return ids and encoded coordinates from the data of a page, at the top or a level below."""
    parts = [content, *content.values()]
    found = next(
        each for each in parts if isinstance(each, dict) and {"ids", "places"} <= set(each)
    )
    return found["ids"], found["places"]
