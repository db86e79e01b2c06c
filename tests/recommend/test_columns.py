"""Tables of columns: aligned by the cells of a terminal, whole in a file, cut to a width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.recommend.columns import GAP, NARROWEST, as_columns, cell_width, clipped, fitted

TEXT = st.text(
    st.characters(codec="utf-8", categories=["L", "Mn", "N", "P", "S", "Zs"]), max_size=30
)
HEADER = ("", "artist", "title", "plays")
ROWS = st.lists(st.tuples(TEXT, TEXT, st.integers(0, 10**6)), min_size=1, max_size=6)


def cells(rows: list[tuple[str, str, int]]) -> list[list[str]]:
    return [
        [f"{place}", artist, title, f"{plays}"]
        for place, (artist, title, plays) in enumerate(rows, start=1)
    ]


@given(ROWS, st.integers(40, 120))
def test_a_table_fits_its_width_and_keeps_its_numbers(
    rows: list[tuple[str, str, int]], width: int
) -> None:
    lines = as_columns(HEADER, cells(rows), numbers=("", "plays"), width=width).splitlines()
    assert len(lines) == len(rows) + 1
    assert all(cell_width(line) <= width for line in lines)
    assert len({cell_width(line) for line in lines}) == 1, "numbers end where the header ends"
    for place, (line, (*_, plays)) in enumerate(zip(lines[1:], rows, strict=True), start=1):
        assert line.startswith(f"{place}{GAP}")
        assert line.endswith(f"{plays}")


@given(ROWS)
def test_nothing_is_cut_without_a_width(rows: list[tuple[str, str, int]]) -> None:
    whole = as_columns(HEADER, cells(rows), numbers=("", "plays"))
    for artist, title, plays in rows:
        assert artist in whole or not artist.isprintable()
        assert title in whole or not title.isprintable()
        assert f"{plays}" in whole


@given(TEXT, st.integers(1, 40), st.booleans())
def test_a_cell_has_exactly_its_width(text: str, width: int, right: bool) -> None:
    assert cell_width(fitted(text, width, right)) == width
    assert cell_width(clipped(text, width)) <= width
    if cell_width(text) <= width:
        assert fitted(text, width, right).strip() == text.strip()
        assert clipped(text, width) == text


def test_wide_signs_and_combining_marks_count_as_a_terminal_shows_them() -> None:
    decomposed = "Zoe\N{COMBINING DIAERESIS}"
    rows = [["ゴジラ", "1"], [decomposed, "22"], ["ゴジラ対ヘドラの逆襲", "3"]]
    assert as_columns(["artist", "plays"], rows, numbers=["plays"], width=14).splitlines() == [
        "artist   plays",
        "ゴジラ       1",
        f"{decomposed}         22",
        "ゴジラ…      3",
    ]


@pytest.mark.parametrize(("width", "left"), [(100, 4), (43, 4), (42, 3), (33, 3), (32, 2)])
def test_spare_columns_leave_whole_before_names_are_cut_short(width: int, left: int) -> None:
    header, row = ["artist", "title", "track", "plays"], ["A" * 30, "B" * 30, "track_17", "5"]
    shown, cut = as_columns(
        header, [row], numbers=["plays"], width=width, spare=("track", "plays")
    ).splitlines()
    assert len(shown.split()) == left
    assert min(len(each) for each in cut.split()[:2]) >= NARROWEST
    assert "track_17" in cut or "track" not in shown
