"""What calls promise: from invented answers, as arithmetic."""

import json
import math
from typing import Any

import pytest

from playlist2vec.online.crawling.absorbing import MIXED
from playlist2vec.online.crawling.arms import ALL
from playlist2vec.online.crawling.settings import SCORES
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.soundcloud.answers import MISSING, CallError, Reply
from playlist2vec.online.soundcloud.calls import PLAYLIST, RESOLVE, TRACKS, Call
from tests.online.crawling.small import GENRES, begun, crawled

LIKED = 480
"""Sixteen times the likes from which on a track counts."""


def track(number: int, *, free: bool = True, likes: int = LIKED) -> dict[str, Any]:
    return {
        "id": number,
        "kind": "track",
        "title": f"Track {number}",
        "license": "cc-by" if free else "all-rights-reserved",
        "genre": "Techno",
        "likes_count": likes,
        "playback_count": 999,
        "artwork_url": "https://example.org/a.jpg",
        "media": {"transcodings": [{}]},
        "user_id": 7000 + number,
    }


def playlist(number: int, tracks: list[dict[str, Any]], count: int) -> dict[str, Any]:
    return {"id": number, "kind": "playlist", "track_count": count, "tracks": tracks}


def promise(state: CrawlState, kind: str, subject: int) -> float:
    ((found,),) = state.rows(
        "SELECT promise FROM calls WHERE kind = ? AND subject = ? AND state = 0", (kind, subject)
    )
    return float(found)


def first_round(body: dict[str, Any], **settings: Any) -> CrawlState:
    return crawled(begun(**settings), lambda call: Reply([], [body], []), 1)


def test_what_a_playlist_shows_is_what_the_rest_of_it_promises() -> None:
    shown = [track(1), track(2, free=False), track(3), track(4, free=False)]
    state = first_round(playlist(9, [*shown, {"id": 5, "kind": "track"}], 5))
    assert promise(state, TRACKS, 5) == (2 + 0.25) / (4 + 1)
    # Half of what is shown counts; the need of a genre of which there was nothing is 1; sixteen
    # times the likes, four times the lists.
    assert promise(state, "playlists", 1) == pytest.approx((2 / 4 + MIXED) * math.sqrt(LIKED / 30))
    assert promise(state, "likers", 1) == pytest.approx(2 / 4 + MIXED)
    assert promise(state, "uploads", 7001) == 1
    assert promise(state, "playlists", 2) < 0.01


@pytest.mark.parametrize(("likes", "times"), [(30, 1), (30 * 4, 2), (30 * 10**6, 10)])
def test_fame_raises_the_promise_of_playlists_up_to_ten_times(likes: int, times: float) -> None:
    state = first_round(playlist(9, [track(1, likes=likes)], 1))
    assert promise(state, "playlists", 1) == pytest.approx((1 + MIXED) * times)


def test_a_playlist_that_lists_no_more_than_it_shows_is_asked_for() -> None:
    asked: list[Call] = []
    whole = playlist(
        9, [track(1), track(2), *({"id": each, "kind": "track"} for each in range(3, 43))], 42
    )

    def ask(call: Call) -> Reply:
        asked.append(call)
        if call.kind == RESOLVE:
            return Reply([], [whole | {"tracks": whole["tracks"][:2]}], [])
        if call.kind == PLAYLIST:
            return Reply([], [whole], [])
        raise CallError(MISSING, "no")

    state = crawled(begun(explore=0, round=1), ask, 1)
    assert promise(state, PLAYLIST, 9) == pytest.approx((2 + 0.25) / (2 + 1) * 40 / 50)
    crawled(state, ask)
    assert [call.path for call in asked].count("/playlists/9") == 1
    ((entries,),) = state.rows("SELECT entries FROM playlists WHERE id = 9")
    assert json.loads(entries) == list(range(1, 43))
    assert {
        int(each) for call in asked if call.kind == TRACKS for each in call.subject.split(",")
    } == set(range(3, 43))
    assert state.counts()["playlists"] == 1


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("gone", [True, False])
def test_each_score_asks_for_such_a_playlist_once(score: str, gone: bool) -> None:
    asked: list[str] = []

    def ask(call: Call) -> Reply:
        asked.append(call.path)
        if call.kind == RESOLVE:
            return Reply([], [playlist(9, [track(1)], 3)], [])
        if call.kind == PLAYLIST and not gone:
            return Reply([], [playlist(9, [track(1), {"id": 2}, {"id": 3}], 3)], [])
        raise CallError(MISSING, "no")

    state = crawled(begun(score=score), ask)
    assert asked.count("/playlists/9") == 1
    assert ("/tracks/2" in asked) is (score == "seed" and not gone)
    assert not state.rows("SELECT 1 FROM calls WHERE kind = ? AND state = 0", (PLAYLIST,))


def test_a_playlist_with_two_tracks_that_count_has_a_worth() -> None:
    def gain(shown: list[dict[str, Any]]) -> float:
        state = first_round(playlist(9, shown, len(shown)), playlist=0.5)
        (arm,) = state.arms([RESOLVE])
        return arm.gain

    assert gain([track(1), track(2)]) == 2 + 0.5
    assert gain([track(1), track(2, free=False)]) == 1


def test_tracks_that_are_opened_add_to_the_gain_of_a_kind_and_not_to_that_of_all() -> None:
    shown = [track(1), *({"id": each, "kind": "track"} for each in range(2, 12))]
    state = first_round(playlist(9, shown, 11), prior=10)
    kind, every = state.arms([RESOLVE, ALL])
    # No call was made before, so none gains less than another: ten ids, of a call's fifty, promise
    # 1.25 / 2 each.
    assert kind.gain == pytest.approx(1 + 10 * 10 * (1.25 / 2) / 50)
    assert every.gain == 1


def test_the_need_of_a_genre_is_in_the_promise_of_an_id_once() -> None:
    def ask(call: Call) -> Reply:
        if call.kind == RESOLVE:
            return Reply([], [playlist(9, [track(1), track(2), {"id": 3, "kind": "track"}], 3)], [])
        if call.kind == TRACKS:
            return Reply([track(3)], [], [])
        raise CallError(MISSING, "no")

    state = crawled(begun(round=20, balance=2), ask, 2)
    mean = 2 / len({genre for genre in GENRES.genre_of.values() if genre})
    need = (1 / (1 + 2 / (1 + mean))) ** 2
    # The id was entered when there was nothing of the genre: its promise is of a need of 1.
    near = (2 + 0.25) / (2 + 1) + need * MIXED
    assert promise(state, "likers", 3) == pytest.approx(near)
    assert promise(state, "playlists", 3) == pytest.approx(near * math.sqrt(LIKED / 30))


def test_a_liker_of_two_tracks_promises_more() -> None:
    def ask(call: Call) -> Reply:
        if call.kind == RESOLVE:
            return Reply([], [playlist(9, [track(1), track(2)], 2)], [])
        if call.kind == "likers":
            return Reply([], [], [50, 60] if call.subject == "1" else [50])
        raise CallError(MISSING, "no")

    state = crawled(begun(explore=1, round=6), ask, 2)
    assert {
        row[0]
        for row in state.rows("SELECT subject FROM calls WHERE kind = 'likers' AND state = 1")
    } == {1, 2}
    assert promise(state, "likes", 50) == pytest.approx(2 * promise(state, "likes", 60))
