"""One song under several ids."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.songs.likeness.matching import artists_in
from playlist2vec.songs.likeness.same import same_codes, twins_of
from playlist2vec.songs.likeness.titles import parsed

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
    codes = same_codes(artists, titles)
    assert codes.tolist() == [0, 0, 0, 1, 2, 3, -1, -1, -1, -1]


TITLES = st.sampled_from(
    ["Lull", "(Lull)", "The Lull", "L", "Lu", "It's", "Its", "Élan", "Elan", "And so", "A - B", "!"]
)
MORE = st.sampled_from(["", " (Live)", " - 2011 Remaster", " [Part 1]", " feat. Moss"])
NAMES = st.sampled_from(
    ["Nell Oak", "Nell Oak & Tom", "THE KITES", "Kites", "Moss x Dew", "Moss", "Zoë", "Zoe", ""]
)


@given(st.lists(st.tuples(NAMES, st.builds(str.__add__, TITLES, MORE)), max_size=12))
def test_two_rows_are_one_song_if_artist_and_title_are_equal(songs: list[tuple[str, str]]) -> None:
    artists, titles = [song[0] for song in songs], [song[1] for song in songs]
    whole = [((artists_in(artist) * 2)[1:2], *parsed(title)[1:3]) for artist, title in songs]
    codes = same_codes(artists, titles).tolist()
    for code, song in zip(codes, whole, strict=True):
        assert (code == -1) == (not song[0])
        if code >= 0:
            assert [other == code for other in codes] == [other == song for other in whole]


@given(st.lists(st.integers(-1, 5), max_size=30))
def test_twins_are_the_rows_of_one_code(codes: list[int]) -> None:
    twins = twins_of(np.array(codes, np.int64))
    for row, code in enumerate(codes):
        rows = [each for each, other in enumerate(codes) if other == code]
        assert twins.get(row) == (rows if code >= 0 and len(rows) > 1 else None)
