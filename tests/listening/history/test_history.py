"""Histories: cuts, songs, questions, and files."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.listens import Listens
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.listening.history.cutting import HOUR, cut
from playlist2vec.listening.history.making import load_canonical, make_history
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.questions import choose_questions
from playlist2vec.listening.history.storage import History
from tests.builders.listens.histories import START, history_of, random_history

PARAMS = HistoryParams(
    validation=0.1,
    test=0.2,
    training_listens=10**6,
    min_count=1,
    questions=40,
    gap=30,
    listens_back=100,
    seed=1,
)
CODES = 30


def tracks() -> Tracks:
    names = [f"artist {code // 4}" for code in range(CODES)]
    titles = [f"song {code}" for code in range(CODES)]
    return Tracks([f"id{code:02}" for code in range(CODES)], names, names, titles, [""] * CODES)


def coded(
    seed: int, users: int = 25
) -> tuple[NDArray[np.int32], NDArray[np.uint32], NDArray[np.int64]]:
    found = random_history(users, 60, CODES, seed)
    return np.where(found.tracks < 0, 0, found.tracks).astype(np.int32), found.seconds, found.users


def test_the_latest_listens_are_for_the_test() -> None:
    seconds = (START + np.arange(1_000) * HOUR).astype(np.uint32)
    found = cut(seconds, PARAMS)
    assert np.count_nonzero(seconds < found.end) == 700
    assert np.count_nonzero((seconds >= found.end) & (seconds < found.test)) == 100
    assert found.first <= seconds[0] < found.first + HOUR
    few = cut(seconds, HistoryParams(**{**vars(PARAMS), "training_listens": 50}))
    assert np.count_nonzero((seconds >= few.first) & (seconds < few.end)) == 50


def test_too_few_listens_are_a_line() -> None:
    with pytest.raises(
        DataError,
        match=r"two_tower\.history: 3 listens, 3 to learn from, 0 for validation, 0 for .* in each",
    ):
        cut(np.array([START] * 3, np.uint32), PARAMS)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_history_is_that_of_a_slow_reading(seed: int, min_count: int) -> None:
    history = history_of_codes(seed)
    params = HistoryParams(**{**vars(PARAMS), "min_count": min_count})
    made, counts = make_history(history, tracks(), params)
    cuts, seconds, played = made.cuts, history.seconds.tolist(), history.tracks.tolist()
    training = [
        code
        for code, second in zip(played, seconds, strict=True)
        if cuts.first <= second < cuts.end
    ]
    often = {
        code: training.count(code) for code in set(training) if training.count(code) >= min_count
    }
    order = sorted(often, key=lambda code: (-often[code], code))
    assert made.songs.vocabulary.ids == [f"id{code:02}" for code in order]
    assert made.songs.vocabulary.counts.tolist() == [often[code] for code in order]
    first = {
        code: min(s for c, s in zip(played, seconds, strict=True) if c == code and s >= cuts.first)
        for code in order
    }
    assert made.songs.first_heard.tolist() == [first[code] for code in order]
    for row, code in enumerate(order):
        assert made.rows[code] == row
        alike = [other for other in order if other // 4 == code // 4]
        assert {int(made.songs.artists[order.index(other)]) for other in alike} == {
            int(made.songs.artists[row])
        }
    assert len({*made.rows.tolist()}) == CODES
    assert counts["training"]["listens"] == len(training)
    assert sum(counts[part]["listens"] for part in ("training", "validation", "test")) == len(
        played
    )


def history_of_codes(seed: int) -> Histories:

    return Histories(*coded(seed))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 200))
def test_listeners_are_asked_about_equally_often(seed: int, wanted: int) -> None:
    history = random_history(30, 40, CODES, seed)
    first, end = START + 10_000, START + 10**6
    chosen = choose_questions(history, first, end, wanted, seed=3)
    inside = np.flatnonzero((history.seconds >= first) & (history.seconds < end))
    assert set(chosen.tolist()) <= set(inside.tolist())
    assert chosen.tolist() == sorted(set(chosen.tolist()))
    assert len(chosen) <= wanted
    there = np.bincount(history.user_of(inside), minlength=30)
    asked = np.bincount(history.user_of(chosen), minlength=30)
    most = asked.max(initial=0)
    if most > 1:
        assert (asked >= np.minimum(there, most)).all()
        assert int(np.minimum(there, most + 1).sum()) > wanted or (asked == there).all()


def test_what_others_do_changes_no_question_of_a_listener() -> None:
    mine = [(START + 4_000 * n, n % CODES) for n in range(50)]
    one = choose_questions(history_of(mine, [(START, 1)] * 9), START, START + 10**9, 20, seed=1)
    other = choose_questions(
        history_of(mine, [(START + n, 2) for n in range(40)]), START, START + 10**9, 20, seed=1
    )
    assert len(one[one < 50])
    assert set(other[other < 50].tolist()) <= set(range(50))
    same = choose_questions(
        history_of(mine, [(START + 7, 3)] * 9), START, START + 10**9, 20, seed=1
    )
    assert one[one < 50].tolist() == same[same < 50].tolist()


def test_files_hold_no_listen_of_the_test(tmp_path: Path) -> None:
    history = history_of_codes(5)
    made, counts = make_history(history, tracks(), PARAMS)
    made.save(tmp_path / "validation", tmp_path / "test")
    validation, test = History.load(tmp_path / "validation"), History.load(tmp_path / "test")
    assert (validation.histories.seconds < made.cuts.test).all()
    assert len(test.histories) == len(history.tracks)
    assert test.histories.tracks.tolist() == made.rows[history.tracks].tolist()
    for found, first, end in (
        (validation, made.cuts.end, made.cuts.test),
        (test, made.cuts.test, 2**32),
    ):
        asked = found.histories.seconds[found.questions]
        assert ((asked >= first) & (asked < end)).all()
    before = np.flatnonzero(history.seconds < made.cuts.test)
    assert validation.histories.tracks.tolist() == made.rows[history.tracks[before]].tolist()
    assert validation.histories.users.tolist() == [
        int(np.count_nonzero(before < end)) for end in history.users
    ]
    assert len(validation.questions) == counts["validation"]["questions"]
    assert Tracks.load(tmp_path / "validation/tracks.tsv").ids == validation.songs.vocabulary.ids
    once = {path.name: path.read_bytes() for path in (tmp_path / "test").iterdir()}
    made.save(tmp_path / "validation", tmp_path / "test")
    assert {path.name: path.read_bytes() for path in (tmp_path / "test").iterdir()} == once


@pytest.mark.parametrize(
    "name", ["tracks.npy", "users.npy", "questions.npy", "history.json", "vocabulary.tsv"]
)
def test_damaged_histories_are_refused(tmp_path: Path, name: str) -> None:
    make_history(history_of_codes(5), tracks(), PARAMS)[0].save(tmp_path, tmp_path / "test")
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-9])
    with pytest.raises(DataError, match=name.replace(".", r"\.")):
        History.load(tmp_path)


def test_canonical_listens_are_read_and_others_refused(tmp_path: Path) -> None:
    played, seconds, users = coded(7)
    whole = len(played)
    lists = np.array([0, 2, whole + 2])
    before = np.array([3, 4], np.int32)
    Playlists(np.concatenate([before, played]), lists, np.zeros(2, np.uint64), np.arange(2)).save(
        tmp_path / "playlists.npz"
    )
    tracks().save(tmp_path / "tracks.tsv")
    with pytest.raises(
        DataError,
        match=r"listens\.npz: no such file: expected a data set that says who listened when",
    ):
        load_canonical(tmp_path)
    Listens(users + 2, seconds).save(tmp_path / "listens.npz")
    found, _ = load_canonical(tmp_path)
    assert found.tracks.tolist() == played.tolist()
    assert (found.users.tolist(), found.seconds.tolist()) == (users.tolist(), seconds.tolist())
    Listens(users + 3, seconds).save(tmp_path / "listens.npz")
    with pytest.raises(DataError, match=r"users of \d+ plays, where there are \d+"):
        load_canonical(tmp_path)
