"""Candidates, their features and their order."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.listening.ordering.candidates import SIZES, Candidates, gather
from playlist2vec.listening.ordering.features import NAMES, NEVER
from playlist2vec.listening.ordering.model import Order
from playlist2vec.listening.ordering.ranker import Ordered, Retrieval
from playlist2vec.listening.ordering.storage import ListenModel
from playlist2vec.models.histories.tables import SongTables
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_at, heard_songs
from tests.builders.listens.histories import (
    random_history,
    random_order,
    random_songs,
    random_tower,
)

SONGS = 300
VOCABULARY = Vocabulary([f"s{row:03}" for row in range(SONGS)], np.arange(SONGS, 0, -1))
TRAINING = random_history(40, 90, SONGS, seed=1)
TABLES = SongTables.of(TRAINING.sessions(30), SONGS, 20)
RETRIEVAL = Retrieval(
    random_songs(VOCABULARY, 2), random_tower(VOCABULARY, "recent", 3), TABLES, 30
)


def test_candidates_are_what_each_ranker_brings() -> None:
    queries = asked_at(TRAINING, np.arange(20, 60), 50)
    found = gather(RETRIEVAL.rankers, queries, Exclusions.none(40))
    lists = {
        name: RETRIEVAL.rankers[name].suggest(queries, Exclusions.none(40), size)
        for name, size in SIZES.items()
    }
    for number in range(40):
        songs = found.songs[found.offsets[number] : found.offsets[number + 1]].tolist()
        assert songs == sorted(
            {row for rows in lists.values() for row in rows[number].tolist() if row >= 0}
        )
    fresh = gather(RETRIEVAL.rankers, queries, heard_songs(queries))
    assert not set(zip(fresh.query.tolist(), fresh.songs.tolist(), strict=True)) & set(
        zip(np.repeat(np.arange(40), queries.lengths).tolist(), queries.songs.tolist(), strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60))
def test_features_are_those_of_a_loop(seed: int, back: int) -> None:
    history = random_history(3, 60, SONGS, seed)
    if len(history) < 2:
        return
    place = np.array([seed % len(history)])
    queries = asked_at(history, place, back)
    candidates, features = RETRIEVAL.candidates(queries, Exclusions.none(1))
    assert np.isfinite(features).all()
    times = queries.listened
    heard = list(
        zip(queries.songs.tolist(), times.seconds.tolist(), times.ages.tolist(), strict=True)
    )
    now, last = int(times.now[0]), int(times.last[0])
    artists, first = RETRIEVAL.songs.artists.tolist(), RETRIEVAL.songs.first_heard.tolist()
    pause = NEVER if last < 0 else (now - last) / 60
    going = set[int]()
    following = now
    for number in range(len(heard) - 1, -1, -1):
        if following - heard[number][1] > 1_800:
            break
        going.add(number)
        following = heard[number][1]
    for number, song in enumerate(candidates.songs.tolist()):
        own = [(second, age) for each, second, age in heard if each == song]
        by = [age for each, _, age in heard if artists[each] == artists[song]]
        hours = [abs(now // 3_600 % 24 - second // 3_600 % 24) for second, _ in own]
        expected = {
            "base_level": sum(1 / age for _, age in own),
            "listens_ago": np.log(own[-1][1] if own else NEVER),
            "hours_ago": np.log1p((now - own[-1][0]) / 3_600 if own else NEVER),
            "times": len(own),
            "times_this_hour": sum(min(hour, 24 - hour) <= 2 for hour in hours),
            "times_this_session": sum(heard[each][0] == song for each in going),
            "times_last_week": sum(now - second <= 7 * 86_400 for second, _ in own),
            "never_heard": not own,
            "artist_times": np.log1p(len(by)),
            "artist_base_level": sum(1 / age for age in by),
            "artist_listens_ago": np.log(by[-1] if by else NEVER),
            "artist_of_last": bool(heard) and artists[heard[-1][0]] == artists[song],
            "popularity": np.log(SONGS - song),
            "days_known": (now - first[song]) / 86_400,
            "pause": np.log1p(max(pause, 0)),
            "session_start": pause > 30,
            "hour": now // 3_600 % 24,
            "history": np.log1p(len(heard)),
        }
        for name, value in expected.items():
            assert features[number, NAMES.index(name)] == pytest.approx(
                float(value), rel=1e-9, abs=1e-9
            ), name
    tower = RETRIEVAL.tower.score(queries, Rows(candidates.songs[None]))[0]
    assert features[:, 0].tolist() == tower.tolist()
    best = RETRIEVAL.tower.score(queries, Rows(np.arange(SONGS)[None])).max()
    assert features[:, 1].tolist() == (best - tower).tolist()


def test_a_score_does_not_depend_on_what_else_is_asked_about() -> None:
    ranker, queries = Ordered(RETRIEVAL, random_order(4)), asked_at(TRAINING, np.arange(20, 60), 50)
    listed = Rows(
        np.random.default_rng(5).permuted(np.tile(np.arange(SONGS), (40, 1)), axis=1)[:, :60]
    )
    whole = ranker.score(queries, listed)
    assert ranker.score(queries, Rows(listed[:, 3:7])).tolist() == whole[:, 3:7].tolist()
    suggested = ranker.suggest(queries, Exclusions.none(40), 30)
    scores = ranker.score(queries, suggested)
    assert (np.diff(scores, axis=1) <= 0).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_what_comes_later_changes_no_candidate_and_no_feature(seed: int) -> None:
    history = random_history(4, 40, SONGS, seed)
    places = np.arange(0, len(history), 5)
    for place in places.tolist():
        cut = history.tracks.copy()
        cut[place:] = (cut[place:] + 7) % SONGS
        other = type(history)(cut, history.seconds, history.users)
        one = RETRIEVAL.candidates(asked_at(history, np.array([place]), 30), Exclusions.none(1))
        two = RETRIEVAL.candidates(asked_at(other, np.array([place]), 30), Exclusions.none(1))
        assert one[0].songs.tobytes() == two[0].songs.tobytes()
        assert one[1].tobytes() == two[1].tobytes()


def test_a_model_comes_back_from_its_folder(tmp_path: Path) -> None:
    tracks = Tracks(
        VOCABULARY.ids, [""] * SONGS, ["somebody"] * SONGS, VOCABULARY.ids, [""] * SONGS
    )
    model = ListenModel(Ordered(RETRIEVAL, random_order(4)), tracks, 50)
    model.save(tmp_path)
    again = ListenModel.load(tmp_path)
    queries = asked_at(TRAINING, np.arange(0, 90, 7), 50)
    none = Exclusions.none(len(queries))
    assert (
        again.ranker.suggest(queries, none, 30).tolist()
        == model.ranker.suggest(queries, none, 30).tolist()
    )
    assert (again.back, again.tracks.titles) == (50, VOCABULARY.ids)
    Order(np.zeros(3), random_order(4).trees).save(tmp_path / "order.npz")
    with pytest.raises(DataError, match="trees or weights that do not fit 23 features"):
        ListenModel.load(tmp_path)
    (tmp_path / "order.npz").unlink()
    with pytest.raises(
        DataError, match=r"no order\.npz: expected a model as pipelines/two_tower writes it"
    ):
        ListenModel.load(tmp_path)


def test_trees_that_go_round_are_refused(tmp_path: Path) -> None:
    order = random_order(4)
    order.trees.left[0] = 0
    order.save(tmp_path / "order.npz")
    with pytest.raises(DataError, match="trees or weights that do not fit"):
        Order.load(tmp_path / "order.npz")


def test_candidates_count_their_queries() -> None:
    assert Candidates(np.array([4, 5, 1]), np.array([0, 2, 2, 3])).query.tolist() == [0, 0, 2]
