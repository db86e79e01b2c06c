"""The difference hash of a cover: 64 bits, set where a grid cell is brighter than the left cell."""

from pathlib import Path

import numpy as np

LARGEST = 50_000_000
"""Largest number of pixels of a picture."""


def cover_hash(path: Path) -> str:
    """Return 16 hexadecimal digits, empty for a file that is missing, unreadable or too large.

    Difference hash (Krawetz, Kind of like that, hackerfactor.com 2013): the picture in grey, 9 by 8
    cells, row by row. Scaled or re-encoded pictures have the same hash, or nearly.
    """
    from PIL import Image

    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
            if picture.width * picture.height > LARGEST:
                return ""
            cells = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.BOX), np.int16)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    return np.packbits(cells[:, 1:] > cells[:, :-1]).tobytes().hex()
