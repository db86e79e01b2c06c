import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.songs.matching import plain, same_artist, same_title


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Élan Vital! ", "elan vital"),
        ("Don't / Don\u2019t", "dont dont"),
        ("Straße", "strasse"),
        ("!!!", "!!!"),
        ("Песня №1", "песня no1"),
        ("", ""),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("The Slow Kites", "slow kites", True),
        ("Nell Oak feat. Tom Fir", "NELL OAK", True),
        ("Nell Oak & the Firs", "Nell Oak and the Firs", True),
        ("Tyler, The Baker", "Tyler The Baker", True),
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
    assert same_title(a, a) == same_artist(a, a) == bool(a.strip())
