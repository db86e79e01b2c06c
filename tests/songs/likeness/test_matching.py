import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.songs.likeness.matching import (
    artist_nearness,
    artists_in,
    same_artist,
    same_title,
)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("The Slow Kites", "slow kites", True),
        ("Nell Oak feat. Tom Fir", "NELL OAK", True),
        ("Nell Oak & the Firs", "Nell Oak and the Firs", True),
        ("Tyler, The Baker", "Tyler The Baker", True),
        ("Tom Fir; Nell Oak", "Nell Oak", True),
        ("Nell Oak x Tom Fir", "Tom Fir, Nell Oak", True),
        ("Kites, The", "The Kites", True),
        ("N.O.K.", "NOK", True),
        ("Nell Oak (feat. Tom Fir)", "Tom Fir", True),
        ("Various Artists", "Various Artists", False),
        ("Nell Oak", "Nell Oakley", False),
        ("Slow", "Slow Kites", False),
        ("!!!", "???", False),
        ("", "Nell Oak", False),
        ("", "", False),
    ],
)
def test_artists(a: str, b: str, same: bool) -> None:
    assert same_artist(a, b) is same


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Night Ferry", "Night Ferry (Remastered)", True),
        ("Night Ferry", "Night Ferry - 2011 Version", True),
        ("(Take the) Night Ferry", "Night Ferry", True),
        ("Night Ferry (feat. Tom Fir)", "Night Ferry ft. Nell", True),
        ("Night & Ferry", "Night and Ferry", True),
        ("Night Ferry (Tom Fir Remix)", "Night Ferry (Acoustic)", True),
        ("Night Ferry - Part 1", "Night Ferry - Part 2", False),
        ("Night Ferry", "Night Ferries", False),
        ("(Intro)", "(Outro)", False),
        ("", "Night Ferry", False),
    ],
)
def test_titles(a: str, b: str, same: bool) -> None:
    assert same_title(a, b) is same


@given(st.text(), st.text())
def test_both_ways_alike_and_every_name_is_like_itself(a: str, b: str) -> None:
    assert same_artist(a, b) == same_artist(b, a)
    assert same_title(a, b) == same_title(b, a)
    assert same_title(a, a) == bool(a.strip())
    assert same_artist(a, a) == bool(artists_in(a))


def test_the_first_of_several_artists_is_nearest() -> None:
    wanted = artists_in("Nell Oak, Tom Fir feat. Kites")
    found = [
        artist_nearness(wanted, artists_in(name))
        for name in ("Nell Oak & Tom Fir & Kites", "Nell Oak", "Tom Fir")
    ]
    assert found == [0, 2, 3]
    assert artist_nearness(wanted, artists_in("Moss"), ("kites",)) == 4
    assert artist_nearness(wanted, artists_in("Moss")) is None
