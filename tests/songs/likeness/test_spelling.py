"""Texts without what people seldom write alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.songs.likeness.spelling import loose, plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Élan Vital! ", "elan vital"),
        ("Don't / Don\u2019t", "dont dont"),
        ("Straße", "strasse"),
        ("Blå Bjørn, Œuvre, ﬁn", "bla bjorn oeuvre fin"),
        ("!!!", "!!!"),
        ("Песня №1", "песня no1"),
        ("かき がき", "かき がき"),
        ("कि का", "कि का"),
        ("", ""),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The Kites", "Kites, The"),
        ("Simon & Fir", "Simon and Fir"),
        ("Simon + Fir", "simon und fir"),
        ("R.E.D.", "RED"),
        ("AB/CD", "AB CD"),
        ("Ne$t", "Nest"),
        ("P!ne", "Pine"),
    ],
)
def test_loose_letters_are_equal(a: str, b: str) -> None:
    assert loose(a) == loose(b)


def test_an_article_or_a_joint_alone_is_a_name() -> None:
    assert [loose(text) for text in ("The", "And", "The The", "And also")] == [
        "the",
        "and",
        "the",
        "andalso",
    ]


@given(st.text(), st.sampled_from([str.upper, str.lower, str.title, " {} ".format]))
def test_plain_text_stays_plain(text: str, change: object) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(f"  {text} ") == plain(text)
    assert bool(loose(text)) == bool(text.strip())


@given(st.text(st.sampled_from("aA theand!$&'-_9 ")))
def test_the_short_way_is_the_long_way(text: str) -> None:
    # An accent that goes away makes the text take the long way.
    assert loose(text) == loose(f"{text}\u0301") or not plain(text).replace(" ", "").isalnum()
