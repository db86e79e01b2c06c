"""One song under several ids."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.songs.same import same_codes, twins_of

SONGS = [
    ("Nell Oak", "Lull"),
    ("NELL OAK", "Lull (Live)"),
    ("Nell Oak, Tom Fir", "Lull - 2011 Remaster"),
    ("Nell Oak", "Lull (Part 1)"),
    ("Nell Oak", "Lull (Part 2)"),
    ("Tom Fir", "Lull"),
    ("", "Lull"),
    ("", "Lull"),
    ("Nell Oak", ""),
    ("Various Artists", "Lull"),
]


def test_codes_of_songs() -> None:
    artists, titles = zip(*SONGS, strict=True)
    assert same_codes(artists, titles).tolist() == [0, 0, 0, 1, 2, 3, -1, -1, -1, -1]


@given(st.lists(st.integers(-1, 5), max_size=30))
def test_twins_are_the_rows_of_one_code(codes: list[int]) -> None:
    twins = twins_of(np.array(codes, np.int64))
    for row, code in enumerate(codes):
        rows = [each for each, other in enumerate(codes) if other == code]
        assert twins.get(row) == (rows if code >= 0 and len(rows) > 1 else None)
