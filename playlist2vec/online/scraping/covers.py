"""Covers of tracks: fetched, and checked to be whole pictures."""

import io
import re
from typing import Any, NamedTuple

from playlist2vec.free_music.hashing.covers import LARGEST
from playlist2vec.online.soundcloud.answers import SILENT, CallError
from playlist2vec.online.soundcloud.cdn import Cdn, DamagedError

ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
"""File extensions of pictures that are kept, by Pillow's name of the format."""
SMALL, USUAL = re.compile(r"-large(?=\.\w+$)"), "-t500x500"
"""The size in the API's addresses, 100 pixels, and the size that is fetched."""


class Cover(NamedTuple):
    """A picture; `kind`: for example `image/jpeg`; `ending`: file extension; sizes in pixels."""

    content: bytes
    kind: str
    ending: str
    width: int
    height: int


def fetch_cover(body: dict[str, Any], cdn: Cdn) -> Cover | None:
    """Return the cover of a track, None without a usable cover.

    Raises CallError if the CDN does not answer, and StoppedError, so that a short disturbance costs
    no cover.
    """
    address = body.get("artwork_url")
    if not isinstance(address, str) or not address:
        return None
    try:
        return cdn.get(SMALL.sub(USUAL, address), read_cover)
    except CallError as error:
        if error.kind == SILENT:
            raise
        return None


def read_cover(content: bytes) -> Cover:
    """Return a whole picture. Raises DamagedError."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=tuple(ENDINGS)) as picture:
            if picture.width * picture.height > LARGEST:
                raise DamagedError(f"a picture of {picture.width} x {picture.height} pixels")
            picture.load()
            form = str(picture.format)
            return Cover(content, Image.MIME[form], ENDINGS[form], picture.width, picture.height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DamagedError(f"no picture: {' '.join(str(error).split())[:80]}") from None
