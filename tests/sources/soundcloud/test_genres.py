"""The table of genres, and what becomes of what people type."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.sources.soundcloud.genres import (
    IGNORED,
    NONE,
    TABLE,
    TYPED,
    Genre,
    Genres,
    letters,
    normal,
)
from tests.conftest import ROOT

PATH = ROOT / "data/sources/soundcloud/genres.tsv"
ROWS = [tuple(line.split("\t")) for line in PATH.read_text("utf-8").splitlines()[1:]]
GENRES = Genres.load(PATH)
TARGETS = sorted({genre for _, genre in ROWS} - {"-"})


@pytest.mark.parametrize("genre", TARGETS)
def test_every_genre_is_reached_by_itself_and_by_an_alias(genre: str) -> None:
    assert GENRES.of(genre) == Genre(genre, TABLE)
    aliases = [
        alias for alias, target in ROWS if target == genre and letters(alias) != letters(genre)
    ]
    assert aliases
    assert {GENRES.of(alias) for alias in aliases} == {Genre(genre, TABLE)}


def test_no_alias_leads_to_an_alias() -> None:
    leading_on = {
        letters(alias): genre for alias, genre in ROWS if letters(alias) != letters(genre)
    }
    assert [genre for genre in TARGETS if letters(genre) in leading_on] == []


def test_no_alias_stands_twice_or_is_ignored_and_mapped() -> None:
    found = [letters(alias) for alias, _ in ROWS]
    assert len(set(found)) == len(found)
    ignored = {letters(alias) for alias, genre in ROWS if genre == "-"}
    assert not ignored & set(map(letters, TARGETS))
    assert {GENRES.of(alias) for alias, genre in ROWS if genre == "-"} == {Genre("", IGNORED)}


def test_all_are_normal() -> None:
    for row in ROWS:
        assert [normal(each) if each != "-" else each for each in row] == list(row)
        assert row == tuple(each.lower() for each in row)


def test_the_table_is_ordered() -> None:
    assert sorted(ROWS, key=lambda row: (row[1] == "-", row[1], row[0])) == ROWS


@pytest.mark.parametrize(
    ("typed", "genre"),
    [
        ("DnB", "drum & bass"),
        ("Drum'n'Bass", "drum & bass"),
        ("drum and bass", "drum & bass"),
        ("drum\u00a0+ bass", "drum & bass"),
        ("Hip Hop", "hip-hop & rap"),
        ("HIP\u2013HOP", "hip-hop & rap"),
        ("hip_hop", "hip-hop & rap"),
        ("Hip-hop & Rap", "hip-hop & rap"),
        ("hiphoprap", "hip-hop & rap"),
        ("R&B", "r&b & soul"),
        ("\uff32\uff06\uff22", "r&b & soul"),
        ("#Techno!", "techno"),
        ("House Music", "house"),
        ("REGGAETÓN", "reggaeton"),
        ("Singer/Songwriter", "folk & singer-songwriter"),
        ("Dance & EDM", "dance & edm"),
    ],
)
def test_spellings_that_people_type(typed: str, genre: str) -> None:
    assert GENRES.of(typed) == Genre(genre, TABLE)


def test_of_several_the_first_known_one_counts() -> None:
    assert GENRES.of("Moon Core / House, techno") == Genre("house", TABLE)
    assert GENRES.of("remix; Moon Core") == Genre("moon core", TYPED)
    assert GENRES.of("Remix, free download") == Genre("", IGNORED)


def test_what_the_table_does_not_know_stays_as_typed_but_normal() -> None:
    assert GENRES.of("  «Moon   Core» ") == Genre("moon core", TYPED)
    assert GENRES.of("Русский Рэп") == Genre("русский рэп", TYPED)
    assert GENRES.of(" \n!!! 💀") == Genre("", NONE)


def test_what_says_nothing_of_music_is_ignored() -> None:
    assert [GENRES.of(each).how for each in ("podcast", "Remix", "FREE DOWNLOAD")] == [IGNORED] * 3


@given(st.text())
def test_normal_stays_normal(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert len(once.split("\n")) == 1
    found = GENRES.of(text)
    assert found.name == normal(found.name)
    assert (found.name == "") == (found.how in (IGNORED, NONE))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", ": line 1 is '': expected the columns alias and genre"),
        ("alias\tgenre\nx\n", ": line 2 has 1 fields: expected an alias, a tab and a genre"),
        ("alias\tgenre\nX\ty\n", ": line 2: alias = X: expected x, the normal form"),
        ("alias\tgenre\nx\ty \n", ": line 2: genre = y : expected y, the normal form"),
        ("alias\tgenre\n-\ty\n", ": line 2: alias = -: expected letters, the normal form"),
        (
            "alias\tgenre\nx\ty\nx\tz\n",
            ": line 3: x is z, and was 'y' before: expected one of the two",
        ),
        ("alias\tgenre\nx\ty\nx.\t-\n", ": line 3: alias = x.: expected x, the normal form"),
        (
            "alias\tgenre\nx\ty\ny\tz\n",
            ": y is a genre, and an alias of another: expected one of the two",
        ),
    ],
)
def test_wrong_tables(tmp_path: Path, content: str, text: str) -> None:
    (tmp_path / "g.tsv").write_text(content, "utf-8")
    with pytest.raises(DataError) as caught:
        Genres.load(tmp_path / "g.tsv")
    assert str(caught.value) == f"{tmp_path / 'g.tsv'}{text}"
