"""What songs are called where their ids are their names."""

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Row
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.songs.catalogue import Catalogue, is_name
from tests.recommend.test_recommender import planted

SHOWS = [
    "St. Stephen",
    "Dark Star",
    "Truckin'",
    "El Paso",
    "99 Years and One Day",
    "Eyes of the World",
]


def test_ids_that_are_names_are_found_by_what_is_like_them() -> None:
    catalogue = Catalogue.of(Vocabulary(SHOWS, np.arange(6, 0, -1)), None)
    assert catalogue.find("st stephen")[0] == (Row(0), 100.0)
    assert catalogue.find("drak star")[0].row == Row(1)
    assert catalogue.find("truckin")[0].row == Row(2)
    assert catalogue.told(Row(0)) == "St. Stephen"


def test_a_wrong_name_is_refused_with_the_nearest_ids() -> None:
    from dataclasses import replace

    recommender = planted()
    ids = [
        *SHOWS,
        *(f"Song of {letter}" for letter in ("Alder", "Birch", "Cedar", "Doubt", "Elm", "Fir")),
    ]
    nothing = [""] * 12
    catalogue = replace(
        recommender.catalogue,
        ids=ids,
        titles=nothing,
        artist_names=nothing,
        artists=nothing,
        files=[],
        isrcs=[],
    )
    recommender = replace(recommender, catalogue=catalogue)
    assert recommender.match_text("st stephen").note == "'st stephen' is taken for St. Stephen"
    with pytest.raises(
        DataError, match=r"^song 'song': may mean several songs: did you mean one of Song of \w+; "
    ):
        recommender.row("song")
    with pytest.raises(DataError, match=r"^song 'Paso Star': .*: did you mean one of .*Dark Star"):
        recommender.row("Paso Star")


@pytest.mark.parametrize("name", [*SHOWS, "Ænima", "花火", "abc"])
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "code",
    [
        *(
            "track_17",
            "12345",
            "USRC17607839",
            "4uLU6hMCjMI75M1A2tKUQC",
            "spotify:track:x",
            "",
            " ",
            "http://x/y",
        ),
        "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae",
    ],
)
def test_codes(code: str) -> None:
    assert not is_name(code)
