"""Invented names: enough of them, none twice."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.sources.sample.names import GENRES, TITLES, artist_name, title

genres = st.integers(0, len(GENRES) - 1)


@given(genres, st.integers(0, 10**9))
def test_as_many_titles_in_a_row_as_a_genre_has_all_differ(genre: int, start: int) -> None:
    assert len({title(genre, start + step) for step in range(TITLES)}) == TITLES == 1920


@pytest.mark.parametrize("shift", [0, 77, 10**6])
def test_no_two_artists_share_a_name_even_when_the_words_are_used_up(shift: int) -> None:
    names = [
        artist_name(genre, number, shift * genre)
        for genre in range(len(GENRES))
        for number in range(2500)
    ]
    assert len(set(names)) == len(names)
    assert any(name.endswith(" (3)") for name in names)
    assert not any("(1)" in name for name in names)


@pytest.mark.parametrize("shift", [0, 77, 10**6])
def test_a_small_catalogue_needs_no_namesakes(shift: int) -> None:
    assert not any(
        "(" in artist_name(genre, number, shift)
        for genre in range(len(GENRES))
        for number in range(1000)
    )


def test_soloists_of_all_genres_differ_when_every_surname_is_used() -> None:
    soloists = 48 * 40 * 6
    names = [
        artist_name(genre, 3 * number, 0)
        for genre in range(len(GENRES))
        for number in range(soloists)
    ]
    assert len(set(names)) == soloists * len(GENRES)
    assert not any("(" in name for name in names)


def test_another_shift_gives_other_names() -> None:
    assert all(artist_name(0, number, 1) != artist_name(0, number, 2) for number in range(1000))


def test_each_thing_belongs_to_one_genre() -> None:
    things = list(chain.from_iterable(genre.things for genre in GENRES))
    assert len(set(things)) == len(things) == len(GENRES) * 24


def test_names_put_writers_of_csv_to_the_test() -> None:
    titles = [title(genre, number) for genre in range(len(GENRES)) for number in range(TITLES)]
    artists = [
        artist_name(genre, number, 0) for genre in range(len(GENRES)) for number in range(300)
    ]
    assert any("," in each for each in titles)
    assert any("'" in each for each in titles)
    assert any("'" in each for each in artists)
    assert not all(each.isascii() for each in titles)
    assert not all(each.isascii() for each in artists)
    assert all(each == " ".join(each.split()) for each in titles + artists)
