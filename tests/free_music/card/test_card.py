import copy
import re
from typing import Any

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.card import card, figure
from playlist2vec.free_music.release.params import CardParams
from playlist2vec.free_music.selection.filters import REASONS

CARD = CardParams(
    "Free", "Invented.", "1.0.0", "2026-01-01", "https://example.org/free", "Write to us.", ""
)
HASHED = {"tracks": 1_300}
NUMBERS: dict[str, Any] = {
    "read": 1_300,
    "fates": {name: {"kept": 1_200, "copy": 60, "licence": 40}.get(name, 0) for name in REASONS},
    "parts": {
        "train": {"tracks": 1_000, "uploaders": 80, "hours": 50.5},
        "validation": {"tracks": 120, "uploaders": 9, "hours": 6.25},
        "test": {"tracks": 80, "uploaders": 11, "hours": 4.0},
    },
    "uploaders": 100,
    "genres": {"techno": 700, "r&b | soul": 500},
    "licences": {"CC BY 3.0": 1_200},
}


def test_the_card_says_all_numbers_and_the_limits() -> None:
    text = card.render(CARD, "audio", NUMBERS, HASHED)
    for row in (
        "| all | 1,200 | 100 | 60.75 |",
        "| **read** | 1,300 |",
        "| copies of another track | 60 |",
    ):
        assert row in text
    assert "| r&b \\| soul | 500 |" in text
    assert "3 % faster" in re.sub(r"\s+", " ", text)
    assert "permission" not in text


def test_a_stated_permission_is_quoted() -> None:
    allowed = CardParams(**(vars(CARD) | {"permission": "You may, for research."}))
    assert "“You may, for research.”" in card.render(allowed, "audio", NUMBERS, HASHED)


@pytest.mark.parametrize(
    "path",
    ["read", "fates.copy", "parts.test.tracks", "uploaders", "genres.techno", "licences.CC BY 3.0"],
)
def test_numbers_that_do_not_add_up_are_an_error(path: str) -> None:
    wrong = copy.deepcopy(NUMBERS)
    *above, last = path.split(".") if "BY" not in path else ["licences", "CC BY 3.0"]
    place = wrong
    for name in above:
        place = place[name]
    place[last] += 1
    with pytest.raises(DataError, match="do not add up"):
        card.render(CARD, "audio", wrong, HASHED)


def test_every_reason_has_words() -> None:
    assert {"kept", *card.FATES} == set(REASONS)
    assert [name for name in REASONS if name != "kept"] == list(card.FATES)


def test_the_figure_has_a_bar_a_genre() -> None:
    page = figure.render("Free", NUMBERS["genres"])
    assert "1,200 tracks in 2 genres" in page
    assert page.count('class="bar"') == 2
    assert "0.583" in page
    many = {f"genre {number}": 100 - number for number in range(70)}
    assert figure.render("Free", many).count('class="bar"') == figure.MOST + 1
    assert "0 tracks in 0 genres" in figure.render("Free", {})
