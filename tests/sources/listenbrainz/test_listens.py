"""Users and times of the listens in dumps, against a slow reading of the same rows."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.listens import EPOCH, Listens
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.engine.local import LocalEngine
from playlist2vec.sources.listenbrainz import work
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.sessions import ingest_dumps
from tests.builders.listen_files import START, Row, catalogue, lines, plant, row_of, write
from tests.builders.listens.canonical import Heard, heard_in, listens_in


def ingest(
    folder: Path,
    rows: list[Row],
    max_share: float = 1,
    min_listens: int = 1,
    *,
    keep_users: bool = True,
) -> Path:
    path = write(folder / "1.listens", lines(rows))
    params = ListenBrainzParams("unused", "recording_mbid", 30, min_listens, max_share, keep_users)
    out = folder / "playlists.npz", folder / "tracks.tsv", folder / "scratch"
    ingest_dumps([path], params, LocalEngine(1), *out)
    return folder


def heard_by_key(folder: Path) -> dict[int, Heard]:
    """What each user listened to as the files say, by the user's key."""
    listens = listens_in(folder)
    assert listens.keys is not None
    assert listens.users[0] == 0
    assert len(Playlists.load(folder / "playlists.npz").tracks) == listens.users[-1]
    return dict(zip(listens.keys.tolist(), heard_in(folder), strict=True))


def heard_of(rows: list[Row]) -> dict[int, Heard]:
    """What each user listened to as the rows say, by the user's key; by id within a second."""
    heard = defaultdict[int, set[tuple[int, str]]](set)
    for row in rows:
        recording = row.mbid or row.msid
        if row.user is None or row.time is None or not recording or not row.artist or not row.title:
            continue
        if row.time >= EPOCH:
            heard[int(mix(np.array([row.user], np.uint64))[0])].add((row.time, recording))
    return {user: sorted(each) for user, each in heard.items()}


def in_order(heard: dict[int, Heard]) -> dict[int, Heard]:
    """The same with the tracks of one second by id, which dumps put in an order of their own."""
    return {user: sorted(each) for user, each in heard.items()}


def test_the_listens_of_a_user_come_back_with_their_times(tmp_path: Path) -> None:
    rows = plant().rows
    found = heard_by_key(ingest(tmp_path, rows))
    assert in_order(found) == heard_of(rows)
    assert len(found) == 6
    assert list(found) == sorted(found)


PLAYS = st.tuples(st.integers(1, 4), st.integers(0, 5000), st.integers(0, 3))


@settings(max_examples=30)
@given(
    st.lists(PLAYS, min_size=1, max_size=60),
    st.integers(1, 2**31),
)
def test_any_listens_come_back(
    tmp_path_factory: pytest.TempPathFactory, plays: list[tuple[int, int, int]], start: int
) -> None:
    songs = catalogue(4)
    rows = [row_of(user, EPOCH + start + second, songs[song]) for user, second, song in plays]
    folder = ingest(tmp_path_factory.mktemp("any"), rows)
    assert in_order(heard_by_key(folder)) == heard_of(rows)


def test_without_keep_users_nothing_but_the_keys_is_missing(tmp_path: Path) -> None:
    rows = plant().rows
    kept = ingest(tmp_path / "kept", rows)
    anonymous = ingest(tmp_path / "anonymous", rows, keep_users=False)
    for name in ("playlists.npz", "tracks.tsv"):
        assert (kept / name).read_bytes() == (anonymous / name).read_bytes()
    named, nameless = (Listens.load(folder / "listens.npz") for folder in (kept, anonymous))
    assert nameless.keys is None
    assert named.users.tolist() == nameless.users.tolist()
    assert named.seconds.tolist() == nameless.seconds.tolist()


def test_listens_that_are_left_out_leave_no_time_behind(tmp_path: Path) -> None:
    hit, other = catalogue(2)
    rows = [row_of(1, START + 60 * number, hit) for number in range(9)]
    rows += [row_of(user, START + user, song) for user in (2, 3, 4) for song in (hit, other)]
    rows += [row_of(9, START, other)]
    found = heard_by_key(ingest(tmp_path, rows, max_share=0.5, min_listens=2))
    # At most half of the listens of a track may be one user's: 3 of 6.
    expected = heard_of([*rows[:3], *rows[9:-1]])
    assert in_order(found) == expected


def test_listens_in_many_spans_are_the_same_bytes_and_leave_no_seconds_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = plant(users=20).rows
    one = ingest(tmp_path / "one", rows)
    monkeypatch.setattr(work, "SPAN", 10)
    many = ingest(tmp_path / "many", rows)
    assert (many / "listens.npz").read_bytes() == (one / "listens.npz").read_bytes()
    assert len(list((many / "scratch").glob("users-*"))) > 5
    assert list((many / "scratch").glob("seconds-*")) == []


def test_a_listen_takes_four_bytes(tmp_path: Path) -> None:
    songs = catalogue(3)
    sizes = []
    for count in (1000, 3000):
        rows = [row_of(1, START + 60 * number, songs[number % 3]) for number in range(count)]
        sizes.append((ingest(tmp_path / f"{count}", rows) / "listens.npz").stat().st_size)
    assert sizes[1] - sizes[0] == 4 * 2000
