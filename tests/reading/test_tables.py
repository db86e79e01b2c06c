"""Tables in the dialects of spreadsheets and services."""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.tables import BEFORE, EMPTY, LONGEST_ROW, QUOTES, RAGGED, Table, named


def read(path: Path, text: str, *names: str) -> tuple[Table, list[tuple[int, list[str]]]]:
    path.write_text(text, "utf-8")
    table = Table(path, Notes(path), named(*(names or ("artist", "title"))), "a title")
    return table, [(line.number, line.cells) for line in table]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["csv", "tsv", "txt"])
def test_the_separator_is_found_whatever_the_name(
    tmp_path: Path, separator: str, ending: str
) -> None:
    table, rows = read(
        tmp_path / f"a.{ending}",
        f'Artist{separator}Title\n"Å, ;|\tb"{separator} c \n'.replace("\t\t", "\t"),
    )
    assert table.separator == separator
    assert table.columns == ["Artist", "Title"]
    assert rows[0][1][1] == "c"
    assert table.column("title") == 1


def test_a_first_line_may_say_the_separator(tmp_path: Path) -> None:
    table, rows = read(tmp_path / "a.csv", 'sep=;\nartist;title\n"a";b,c\n')
    assert rows == [(3, ["a", "b,c"])]
    assert list(table.notes) == []


def test_lines_before_the_header_are_counted(tmp_path: Path) -> None:
    table, rows = read(tmp_path / "a.csv", "# by a tool, of 2026\n\nartist,title\na,b\n")
    assert rows == [(4, ["a", "b"])]
    assert table.notes.counts == {BEFORE: 2}


def test_rows_of_another_width_and_empty_ones_are_left_out_and_named(tmp_path: Path) -> None:
    table, rows = read(tmp_path / "a.csv", "artist,title\na,b\nc\n,\n\nd,e,\nf,g,h\n")
    assert rows == [(2, ["a", "b"]), (6, ["d", "e"])]
    assert table.notes.counts == {RAGGED: 2, EMPTY: 2}
    assert f"2 {RAGGED} (line 3, line 7)" in next(iter(table.notes))


def test_a_quoted_cell_may_hold_lines_and_the_next_row_keeps_its_number(tmp_path: Path) -> None:
    _, rows = read(tmp_path / "a.csv", 'artist,title\n"a\nb","say ""c"""\nd,e\n')
    assert rows == [(2, ["a b", 'say "c"']), (4, ["d", "e"])]


def test_a_quote_that_nobody_closes_costs_one_row(tmp_path: Path) -> None:
    lines = [
        "artist,title",
        '"a,b',
        *(f"c{number},d" for number in range(2 * LONGEST_ROW)),
        '12" mix,e',
    ]
    table, rows = read(tmp_path / "a.csv", "\n".join(lines))
    assert len(rows) == 2 * LONGEST_ROW + 1
    assert rows[-1] == (len(lines), ['12" mix', "e"])
    assert table.notes.counts == {QUOTES: 1}


def test_many_such_quotes_are_all_left_out(tmp_path: Path) -> None:
    table, rows = read(tmp_path / "a.csv", "artist,title\n" + '"a,b\n' * 2001)
    assert rows == []
    assert table.notes.number(QUOTES) == 2001


def test_without_a_header_it_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no header with a title; its first line is 'a,b'"):
        read(tmp_path / "a.csv", "\na,b\nc,d\n")
    table, _ = read(tmp_path / "b.csv", "artist,title,Title\n")
    with pytest.raises(DataError, match="no column track: expected one among artist, title, Title"):
        table.column("track")
    assert table.column("Title") == 2
    with pytest.raises(DataError, match="2 columns TITLE"):
        table.column("TITLE")
