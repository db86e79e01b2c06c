"""A song's preview in memory: found, fetched, and requested again if useful."""

import time
from collections.abc import Callable
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.online.deezer.client import QUOTA, Deezer
from playlist2vec.online.deezer.previews import (
    GoneError,
    PreviewError,
    TooManyError,
    UnansweredError,
    is_at_deezer,
)
from playlist2vec.online.fetching.finding import Hit, Miss, Wanted, find

ATTEMPTS = 6
"""Tries of a request that meets the quota, a busy server or no connection; half a minute or more.
"""
BACKOFF = 1.0
"""Seconds of the first pause between two tries; every further pause doubles."""


class Sound(NamedTuple):
    """The bytes of a preview, and the way to the song's match."""

    content: bytes
    way: str


def hear(
    deezer: Deezer, wanted: Wanted, sleep: Callable[[float], object] = time.sleep
) -> Sound | Miss:
    """Return the preview of a song, or the reason for a missing preview.

    A preview that is gone is requested once more, at a new address. Raises UnreachableError if
    there is no answer, and DataError for an answer that is not Deezer's and for a preview that does
    not come; no error names the address of a preview.
    """
    found = find(deezer, wanted)
    if isinstance(found, Miss):
        return found
    try:
        return Sound(_fetch(deezer, found, sleep), found.way)
    except GoneError:
        anew = deezer.look_up(found.number)
    except PreviewError as error:
        return Miss("unreadable", error.why)
    if anew is None or not anew.preview or not is_at_deezer(anew.preview, deezer.address):
        return Miss("preview_gone", f"{found.way}: no new address")
    try:
        return Sound(_fetch(deezer, found._replace(preview=anew.preview), sleep), found.way)
    except PreviewError as error:
        return Miss("preview_gone" if isinstance(error, GoneError) else "unreadable", error.why)


def _fetch(deezer: Deezer, found: Hit, sleep: Callable[[float], object]) -> bytes:
    """Return a preview; retry failures that may pass."""
    why = ""
    for attempt in range(ATTEMPTS):
        try:
            return deezer.fetch(found.preview)
        except UnansweredError as error:
            why = error.why
            pause = QUOTA.seconds if isinstance(error, TooManyError) else 0.0
        if attempt + 1 < ATTEMPTS:
            sleep(BACKOFF * 2**attempt + pause)
    raise DataError(
        f"the preview of Deezer's track {found.number}: {why} in {ATTEMPTS} attempts: expected a "
        "sound"
    )
