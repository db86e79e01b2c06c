"""The three names of a song as types, so that a type checker finds any mix-up.

A track id is text, as the source has it. A code is a row of the table of songs that belongs to a
file of playlists: of tracks.tsv, or from the stage `vocabulary` on of vocabulary.tsv. A row is a
place in the training vocabulary, where the most frequent song of the training playlists is 0; a
song without training plays has no row.
"""

from typing import NewType

import numpy as np
from numpy.typing import NDArray

Row = NewType("Row", int)
Rows = NewType("Rows", NDArray[np.int64])
"""Rows, int64, of any shape; -1 for no row."""
Codes = NewType("Codes", NDArray[np.int32])
"""Codes, int32 (songs,)."""
RowOfCode = NewType("RowOfCode", NDArray[np.int64])
"""The row of every code: int64 (codes,), -1 for a song without a row."""
