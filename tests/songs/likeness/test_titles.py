"""Titles taken apart."""

import pytest

from playlist2vec.songs.likeness.titles import Title, nearness, parsed


def test_a_title_in_its_parts() -> None:
    assert parsed("Night Ferry (feat. Tom Fir) [Live in Bonn] - 2011 Remaster") == Title(
        whole="nightferryliveinbonn2011remaster",
        core="nightferry",
        versions=frozenset({"live"}),
        marks=frozenset({"liveinbonn"}),
        guests=("Tom Fir",),
    )
    assert parsed("Night Ferry ft. Tom Fir & Nell").guests == ("Tom Fir & Nell",)
    assert parsed("(Intro)").core == "intro"
    assert parsed("Ferry (Live (Remastered))").core == "ferry"


@pytest.mark.parametrize(
    ("title", "near"),
    [
        ("night ferry", 0),
        ("Night Ferry (Remastered 2011)", 0),
        ("Night Ferry - Remaster", 0),
        ("Night Ferry [Bonus Track]", 0),
        ("Night Ferry - Radio Edit", 0),
        ("Night Ferry (Official Video)", 0),
        ('Night Ferry - From "Moss"', 0),
        ("Night Ferry featuring Tom Fir", 0),
        ("Night Ferry (with Tom Fir)", 0),
        ("Night Ferry (Live)", 3),
        ("Night Ferry - Acoustic", 3),
        ("Night Ferry (Tom Fir Remix)", 3),
        ("Night Ferry [Instrumental]", 3),
        ("Night Ferry (Part 2)", 4),
        ("Night Ferry II", None),
        ("Ferry", None),
    ],
)
def test_how_near_a_title_is(title: str, near: int | None) -> None:
    assert nearness(parsed("Night Ferry"), parsed(title)) == near
    assert nearness(parsed(title), parsed("Night Ferry")) == near


def test_two_versions_and_two_parts() -> None:
    remix = parsed("Ferry (Tom Fir Remix)")
    assert nearness(remix, parsed("Ferry - Tom Fir Remix")) == 0
    assert nearness(remix, parsed("Ferry (Nell Remix)")) == 2
    assert nearness(remix, parsed("Ferry (Live)")) == 3
    assert nearness(parsed("Ferry, Pier (Part 1)"), parsed("Ferry, Pier (Part 2)")) is None
    assert nearness(parsed("(Take the) Ferry"), parsed("Take the Ferry")) == 1
