"""Names of songs in lines of text."""

import pytest

from playlist2vec.reading.names import Name, name_in, unnumbered


@pytest.mark.parametrize(
    "line",
    [
        *(
            "1. A - B",
            "3) A - B",
            "[01] A - B",
            "(7) A - B",
            "#12. A - B",
            "01.A - B",
            "1: A - B",
            "12.\tA - B",
        ),
        *(
            "• A - B",
            "* A - B",
            "- A - B",
            "♪ A - B",
            "– A - B",
            "•A - B",
            "[ ] A - B",
            "- [x] A - B",
        ),
        *(
            "00:00 A - B",
            "1:02:03 A - B",
            "[00:00] A - B",
            "(12:30) A - B",
            "00:00 - A - B",
            "00:00 | A - B",
        ),
        *(
            "1. 00:00 A - B",
            "00:00 1. A - B",
            "• 1) A - B",
            "01 - A - B",
            "12 - A - B",
            "007 - A - B",
        ),
    ],
)
def test_what_stands_before_a_song_in_a_list_is_taken_off(line: str) -> None:
    assert unnumbered(line) == "A - B"


@pytest.mark.parametrize(
    "line",
    [
        "1979 - A",
        "50 Miles - A",
        "99 Lamps",
        "7.5 Miles - A",
        "A - B",
        "24:00",
        "1.",
        "4 x 4 - A",
        "-5 - A",
    ],
)
def test_numbers_that_are_part_of_a_name_stay(line: str) -> None:
    assert unnumbered(line) == line


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A - B", Name("A", "B")),
        ("A – B", Name("A", "B")),
        ("A — B", Name("A", "B")),
        ("A—B", Name("A", "B")),
        ("A - B - live", Name("A", "B - live")),
        ("A-ha", Name("", "A-ha")),
        ("AB", Name("", "AB")),
        ('"A" - "B"', Name("A", "B")),
        ('"A - B"', Name("A", "B")),
        ("A – „B“", Name("A", "B")),
        ("«A» – «B»", Name("A", "B")),
        ('"B" by A', Name("A", "B")),
        ('A - "B" (live)', Name("A", '"B" (live)')),
        (" - B", Name("", "- B")),
    ],
)
def test_artist_and_title(text: str, name: Name) -> None:
    assert name_in(text) == name
