"""Suggestions: the same as evaluation's, within the wishes, with reasons that add up."""

import dataclasses
from itertools import islice, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.songs import Row, Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.next_song import load_ranks
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import query_vectors, scored_model
from playlist2vec.ranking.params import SIMILARITIES, Query
from playlist2vec.ranking.queries import Queries
from playlist2vec.recommend.constraints import Wishes
from playlist2vec.recommend.explanation import query_parts
from playlist2vec.recommend.loading import AS_A_RULE, files_at, load
from playlist2vec.recommend.radio import RadioParams
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.catalogue import Catalogue
from tests.conftest import Project


def planted(songs: int = 12, size: int = 4, seed: int = 1, spaces: int = 1) -> Recommender:
    """Random vectors; song i is by artist i // 3, the last three by nobody known; counts fall."""
    draws = np.random.default_rng(seed)
    ids = [f"track_{row}" for row in range(songs)]
    counts = np.arange(songs, 0, -1)
    vocabulary = Vocabulary(ids, counts)
    shape = (songs, size)
    model = Model(
        draws.normal(size=shape).astype(np.float32),
        draws.normal(size=shape).astype(np.float32),
        vocabulary,
        draws.normal(size=(spaces - 1, *shape)).astype(np.float32),
        0.75,
    )
    artists = [f"artist {row // 3}" if row < songs - 3 else "" for row in range(songs)]
    return Recommender(
        model,
        Catalogue(ids, artists, artists, [f"Title {row}" for row in range(songs)], counts),
        AS_A_RULE,
    )


def test_next_is_what_evaluation_ranks(finished: Project) -> None:
    recommender = load(finished.folder, ranker="word2vec")
    params = read_section(finished.folder / "params.yaml", Query)
    ids = Vocabulary.load(finished.folder / "data/vocabulary/vocabulary.tsv").ids
    pairs = Pairs.load(finished.folder / "data/split/validation.npz")
    ranks = load_ranks(finished.folder / "data/ranks/validation.npz")["ranks"]
    everything = Wishes(known=params.suggest_known)
    asked = 0
    for rank, history, target in zip(
        ranks.tolist(), pairs.histories(), pairs.targets.tolist(), strict=True
    ):
        known = recommender.catalogue.row_of
        if rank <= 20 and all(ids[song] in known for song in history.tolist()):
            rows = [known[ids[song]] for song in history.tolist()]
            found = [
                each.row
                for each in recommender.next(
                    rows, 30, dataclasses.replace(everything, banned=frozenset(rows[-1:]))
                )
            ]
            assert found.index(known[ids[target]]) + 1 == rank
            asked += 1
    assert asked >= 5


def test_a_batch_is_its_single_queries() -> None:
    recommender = planted()
    queries = [list(map(Row, songs)) for songs in ([0], [3, 1], [], [5, 5, 2])]
    for query in ("last", "history"):
        asking = dataclasses.replace(
            recommender, params=dataclasses.replace(AS_A_RULE, query=query)
        )
        assert asking.next_of_each(queries, 5) == [asking.next(each, 5) for each in queries]
    assert recommender.next([], 5) == []


def test_similar_by_hand() -> None:
    recommender = planted(3, 2)
    vectors = np.array([[1, 0], [2, 2], [0, 3]], np.float32)
    recommender = dataclasses.replace(
        recommender, model=dataclasses.replace(recommender.model, input=vectors)
    )
    assert [(each.row, round(each.score, 6)) for each in recommender.similar(Row(0))] == [
        (1, round(1 / 2**0.5, 6)),
        (2, 0.0),
    ]


@given(
    st.integers(0, 5),
    st.frozensets(st.integers(0, 11), max_size=4),
    st.integers(0, 3),
    st.sampled_from([0, 3]),
    st.sampled_from([0, 9]),
    st.sampled_from([0.0, 0.5, 1.0]),
)
@settings(max_examples=60, deadline=None)
def test_wishes_are_kept(
    song: int, banned: frozenset[int], an_artist: int, least: int, most: int, diversity: float
) -> None:
    recommender = planted()
    found = recommender.next(
        [Row(song)], 12, Wishes(banned, False, an_artist, least, most, diversity)
    )
    rows = [each.row for each in found]
    counts = recommender.catalogue.counts[rows]
    assert song not in rows
    assert len(set(rows)) == len(rows)
    assert banned.isdisjoint(rows)
    assert (counts >= least).all()
    assert not most or (counts <= most).all()
    artists = [row // 3 for row in rows if row < 9]
    assert not an_artist or all(artists.count(artist) <= an_artist for artist in artists)
    if not an_artist and not diversity:
        expected = 12 - len(
            banned
            | {song}
            | set(range(12 - least + 1, 12))
            | (set(range(12 - most)) if most else set())
        )
        assert len(rows) == expected


def with_twins() -> Recommender:
    """The planted songs, of which 0, 4 and 8 are one song under three ids, and 5 and 6 another."""
    recommender = planted()
    artists, titles = list(recommender.catalogue.artist_names), list(recommender.catalogue.titles)
    for row, first in ((4, 0), (8, 0), (6, 5)):
        artists[row], titles[row] = artists[first], f"{titles[first]} (2011 Remaster)"
    catalogue = dataclasses.replace(recommender.catalogue, artist_names=artists, titles=titles)
    return dataclasses.replace(recommender, catalogue=catalogue)


def songs_of(recommender: Recommender) -> NDArray[np.int64]:
    """The song of each row; a row without an artist is a song of its own."""
    same = recommender.catalogue.same
    return np.where(same < 0, 100 + np.arange(len(same)), same)


@given(
    st.sampled_from(["next", "complete", "similar"]),
    st.integers(0, 11),
    st.integers(1, 12),
    st.booleans(),
    st.sampled_from([0, 2]),
    st.sampled_from([0.0, 0.5]),
)
@settings(max_examples=100, deadline=None)
def test_a_song_under_several_ids_is_one_song(
    ask: str, song: int, k: int, known: bool, an_artist: int, diversity: float
) -> None:
    recommender, without = with_twins(), planted()
    of = songs_of(recommender)
    wishes = Wishes(frozenset({5}), known, an_artist, diversity=diversity)
    asked = Row(song) if ask == "similar" else [Row(song)]
    rows = [each.row for each in getattr(recommender, ask)(asked, k, wishes)]
    assert len(set(of[rows].tolist())) == len(rows)
    assert of[5] not in of[rows]
    assert known or of[song] not in of[rows]
    if not an_artist and not diversity:
        expected: dict[int, int] = {}
        for row, _ in getattr(without, ask)(asked, 12, wishes):
            if of[row] != of[5] and (known or of[row] != of[song]):
                expected.setdefault(int(of[row]), row)
        assert rows == list(expected.values())[:k]


def test_a_batch_with_twins_is_its_single_queries() -> None:
    recommender = with_twins()
    queries = [list(map(Row, songs)) for songs in ([0], [3, 1], [], [5, 8])]
    assert recommender.next_of_each(queries, 5) == [recommender.next(each, 5) for each in queries]


def test_the_radio_and_the_path_play_a_song_under_one_id() -> None:
    recommender = with_twins()
    of = songs_of(recommender)
    played = [step.row for step in islice(recommender.radio(Row(0), RadioParams(cool_down=1)), 9)]
    assert len(set(of[played].tolist())) == 9
    walked = recommender.path(Row(0), Row(5), 9)
    assert len(set(of[walked].tolist())) == 9
    assert len(recommender.path(Row(0), Row(5), 12)) == 12


def test_an_artist_is_limited_even_when_all_near_songs_are_his() -> None:
    recommender = planted(400)
    artists = ["one"] * 390 + [f"other {row}" for row in range(10)]
    recommender.model.input[:390] = recommender.model.input[0]
    recommender = dataclasses.replace(
        recommender, catalogue=dataclasses.replace(recommender.catalogue, artists=artists)
    )
    found = [each.row for each in recommender.similar(Row(0), 8, Wishes(an_artist=1))]
    assert len(found) == 8
    assert found[0] == 1
    assert all(row >= 390 for row in found[1:])


def test_songs_of_nobody_known_are_no_songs_of_one_artist() -> None:
    found = [each.row for each in planted().next([Row(0)], 12, Wishes(an_artist=1))]
    assert sorted(row for row in found if row >= 9) == [9, 10, 11]
    assert sorted(row // 3 for row in found if row < 9) == [0, 1, 2]


@pytest.mark.parametrize(
    ("similarity", "spaces"), [*product(SIMILARITIES[:4], (1, 3)), ("log_odds_symmetric", 1)]
)
def test_reasons_add_up_to_the_score(similarity: str, spaces: int) -> None:
    recommender = planted(spaces=spaces)
    params = dataclasses.replace(AS_A_RULE, similarity=similarity, query="history")
    recommender = dataclasses.replace(recommender, params=params)
    songs = [Row(song) for song in (4, 7, 7, 1)]
    for suggestion in recommender.next(songs, 3):
        reasons = recommender.why(songs, suggestion.row)
        own = recommender.by_itself(suggestion.row)
        assert [reason.part for reason in reasons] == sorted(
            (reason.part for reason in reasons), reverse=True
        )
        assert sum(reason.part for reason in reasons) + own == pytest.approx(suggestion.score)
    queries = Queries(
        Rows(np.array(songs)), np.array([0.512, 0.64, 0.8, 1.0]), np.array([0, 4]), np.array([-1])
    )
    scored = scored_model(recommender.model, similarity)
    all_spaces = [scored.input, *scored.earlier]
    whole = query_vectors(all_spaces, queries, similarity)[0]
    assert query_parts(all_spaces, queries, similarity).sum(axis=0) == pytest.approx(whole)


def test_a_song_by_its_names() -> None:
    recommender = planted()
    titles = ["Smoky Staircases", "Two Grooves", "Orchids (live)", "Two Grooves", *["x"] * 8]
    catalogue = dataclasses.replace(
        recommender.catalogue, titles=titles, artist_names=["Zoë", "Ada", "Ivo", *["Bo"] * 9]
    )
    recommender = dataclasses.replace(recommender, catalogue=catalogue)
    assert recommender.row("track_7") == 7
    assert recommender.row("two grooves") == 1
    assert recommender.row("Bo – Two Grooves") == 3
    assert recommender.row("zoe - smoky staircases") == 0
    assert recommender.row("smoky staircase") == 0
    with pytest.raises(
        DataError, match=r"song 'groovy': .*: did you mean one of .*Two Grooves \(track_1\)"
    ):
        recommender.row("groovy")
    with pytest.raises(
        DataError,
        match=r"song '%%%': .* none like it: expected a track id or a name; 12 of 12 have one",
    ):
        recommender.row("%%%")
    assert [hit.row for hit in catalogue.find("stairs smoky")][:1] == [0]
    assert catalogue.find("") == []
    assert catalogue.find("\x00\ud800"[:1]) == []
    assert catalogue.artist_rows("ZOE").tolist() == [0]


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"an_artist": -1}, "an_artist = -1: expected 0 (no limit) or more"),
        ({"diversity": 2.0}, "diversity = 2.0: expected a number from 0 to 1"),
    ],
)
def test_wrong_wishes(wishes: dict[str, float], error: str) -> None:
    with pytest.raises(DataError) as caught:
        Wishes(**wishes)  # type: ignore[arg-type]
    assert str(caught.value) == error


def test_wrong_questions() -> None:
    recommender = planted()
    with pytest.raises(DataError, match="song 12: expected rows from 0 to 11"):
        recommender.next([Row(12)])
    with pytest.raises(DataError, match="k = 0: expected 1 or more"):
        recommender.next([Row(1)], 0)


def test_a_model_from_a_folder_and_from_git(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = load(project.folder)
    bare = load(project.folder / "data/model")
    assert bare.catalogue.titles == checkout.catalogue.titles
    assert bare.params.similarity == "log_odds"
    assert load(project.folder / "data/model", similarity="dot").params.similarity == "dot"
    project.dvc("remote", "add", "--default", "store", str(tmp_path / "store"))
    project.dvc("push")
    project.git("commit", "--quiet", "--all", "--message", "remote")
    pulled = load(str(project.folder), "HEAD")
    assert pulled.catalogue.titles == checkout.catalogue.titles
    assert pulled.next([Row(0), Row(1)]) == checkout.next([Row(0), Row(1)])
    assert pulled.mixture
    (next((tmp_path / "cache").rglob("train.npz"))).unlink()
    project.git("rm", "--quiet", "--cached", "metrics/blend_weights.json")
    project.git("commit", "--quiet", "--message", "without weights")
    without = load(str(project.folder), "HEAD")
    assert without.without_blend.endswith(
        ": no metrics/blend_weights.json: Word2Vec alone suggests, not the blend"
    )
    assert without.next([Row(0)]) == load(project.folder, ranker="word2vec").next([Row(0)])
    assert load(str(project.folder), "HEAD~1").next([Row(0), Row(1)]) == checkout.next(
        [Row(0), Row(1)]
    )
    with pytest.raises(
        DataError,
        match=r"at nowhere: unknown Git revision 'nowhere': expected a Git repository with ",
    ):
        load(str(project.folder), "nowhere")
    with pytest.raises(
        DataError,
        match=r"no model: expected data/model \(`make repro` makes it\), or a folder with ",
    ):
        load(tmp_path)
    with pytest.raises(
        DataError, match="similarity = l2: expected one of cosine, euclidean, dot, log_odds"
    ):
        load(project.folder, similarity="l2")


def test_own_names_go_before_the_sources(project: Project, tmp_path: Path) -> None:
    ids = load(project.folder).catalogue.ids
    (tmp_path / "names.csv").write_text(
        f"track_id,artist,title\n{ids[3]},Somebody,Something\n", "utf-8"
    )
    named = load(project.folder, names=tmp_path / "names.csv")
    assert named.catalogue.label(Row(3)) == "Somebody – Something"
    assert named.row("something") == 3


def test_files_of_songs_lie_below_what_local_file_names(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    params = tmp_path / "params.yaml"
    params.write_text("dataset: local\nlocal:\n  file: lists\n", "utf-8")
    files = ["../music/a.mp3", "", "/mnt/b.mp3", "C:\\c.mp3"]
    assert files_at(params, files) == [f"{tmp_path}/music/a.mp3", "", "/mnt/b.mp3", "C:\\c.mp3"]
    params.write_text("local:\n  file: lists/one.m3u\n", "utf-8")
    assert files_at(params, ["x.mp3"]) == [f"{tmp_path}/lists/x.mp3"]
    assert files_at(params, ["", ""]) == files_at(tmp_path / "none.yaml", files) == []
    params.write_text("local: 3\n", "utf-8")
    assert files_at(params, ["x.mp3"]) == [f"{tmp_path}/x.mp3"]
