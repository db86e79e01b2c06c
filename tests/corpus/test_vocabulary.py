from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.preparation.counts.order import build_vocabulary
from tests.builders.examples import lists_of, playlists_of, some_playlists

IDS = ["a", "b", "c", "d", "e", "f", "g", "h"]


def test_the_most_frequent_comes_first_and_ties_stand_in_the_order_of_their_ids() -> None:
    vocabulary, coded = build_vocabulary(playlists_of([[2, 1, 2], [0, 1]]), IDS)
    assert vocabulary.ids == ["b", "c", "a"]
    assert vocabulary.counts.tolist() == [2, 2, 1]
    assert lists_of(coded) == [[1, 0, 1], [2, 0]]


@given(some_playlists(min_size=1).filter(lambda playlists: len(playlists.tracks) > 0))
def test_rewritten_playlists_hold_the_same_songs(playlists: Playlists) -> None:
    vocabulary, coded = build_vocabulary(playlists, IDS)
    back = [[vocabulary.ids[index] for index in tracks] for tracks in lists_of(coded)]
    assert back == [[IDS[track] for track in tracks] for tracks in lists_of(playlists)]
    assert vocabulary.counts.tolist() == np.bincount(coded.tracks).tolist()
    ranking = [
        (-count, track)
        for count, track in zip(vocabulary.counts.tolist(), vocabulary.ids, strict=True)
    ]
    assert ranking == sorted(ranking)


def test_no_song_left_is_an_error_that_says_what_to_change() -> None:
    with pytest.raises(
        DataError,
        match=r"^the vocabulary is empty: .* smaller filter.min_count or filter.min_length$",
    ):
        build_vocabulary(playlists_of([]), IDS)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n\r"), min_size=1),
        unique=True,
    )
)
def test_a_written_vocabulary_reads_back(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str]
) -> None:
    path = tmp_path_factory.mktemp("vocabulary") / "vocabulary.tsv"
    Vocabulary(ids, np.arange(len(ids), 0, -1)).save(path)
    back = Vocabulary.load(path)
    assert back.ids == ids
    assert back.counts.tolist() == list(range(len(ids), 0, -1))


def test_a_damaged_vocabulary_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.tsv"
    path.write_text("index\ttrack\tcount\n0\ta\t3\n2\tb\t1\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        Vocabulary.load(path)
    assert str(error.value) == f"{path}: line 3 is '2\\tb\\t1': expected 1, a track and a count"
