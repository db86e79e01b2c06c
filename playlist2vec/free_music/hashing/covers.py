"""The difference hash of a cover: 64 bits, each whether a cell of a grid is brighter than its left
neighbour.
"""

from pathlib import Path

import numpy as np

LARGEST = 50_000_000
"""Pixels of a picture that is read."""


def cover_hash(path: Path) -> str:
    """Return the hash of a picture, 16 hexadecimal digits; empty for a file that is no picture, or
    is missing.

    Difference hash (Krawetz, Kind of like that, hackerfactor.com 2013): the picture in grey, 9 by 8
    cells, row by row. Pictures that were made smaller or encoded anew have the same hash, or
    nearly.
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
