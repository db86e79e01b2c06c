"""Tables with a column of times: sessions of users, and who listened when."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.listens import EPOCH
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.reading.notes import Notes
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.local.plays import Plays
from playlist2vec.sources.local.sessions import sessions_of
from stages import ingest, source
from tests.builders.listens.canonical import heard_in, listens_in
from tests.builders.params import all_params, write_params

CANONICAL = Path("data/canonical")
COLUMNS = {"playlist_column": "", "user_column": "who", "time_column": "when", "pause": 30}
TIMES = LocalParams(
    *("own", "", "track", "", "ascending", "", 30, "", "", 0, "who", "when"), keep_users=False
)


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data/sources/local").mkdir(parents=True)
    card = {"kind": "local", "format": "table", "licence": "mine"}
    Path("data/sources/local/source.yaml").write_text(yaml.safe_dump(card))


def run(content: str = "", file: str = "log.csv", **local: Any) -> str:
    if content:
        Path(file).write_text(content)
    params = all_params(dataset="local", local={"file": file, **COLUMNS, **local})
    write_params(Path("params.yaml"), params)
    card = "data/sources/local/source.yaml"
    source.main("params.yaml", card, "data/incoming", "data/raw")
    return ingest.main("params.yaml", card, "data/raw", "data/canonical")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


LOG = """who,when,track
bo,2024-03-01 10:00,x
al,2024-01-01 12:00,c
al,2024-01-01 10:05,b
bo,2024-03-01 10:00,w
al,2024-01-01 10:00,a
al,2024-01-01 10:05,b
al,,d
,2024-01-01 10:00,d
al,soon,d
al,2001-01-01 10:00,d
"""
HEARD = [
    [(at("2024-03-01 10:00"), "w"), (at("2024-03-01 10:00"), "x")],
    [
        (at("2024-01-01 10:00"), "a"),
        (at("2024-01-01 10:05"), "b"),
        (at("2024-01-01 12:00"), "c"),
    ],
]


def test_rows_of_two_users_in_any_order_become_sessions_and_listens() -> None:
    said = run(LOG)
    assert heard_in(CANONICAL) == HEARD
    playlists = Playlists.load(CANONICAL / "playlists.npz")
    assert playlists.times is not None
    ends = [at("2024-03-01 10:00"), at("2024-01-01 10:05"), at("2024-01-01 12:00")]
    assert (playlists.lengths.tolist(), playlists.times.tolist()) == ([2, 2, 1], ends)
    assert playlists.keys[1] == key_of_name(f"al@{at('2024-01-01 10:00')}")
    assert listens_in(CANONICAL).keys is None
    assert "1 rows with nothing in the column when: left out (line 8)" in said
    assert "1 rows with nothing in the column who: left out (line 9)" in said
    assert "1 rows without a date in the column when: left out ('soon')" in said
    assert "1 rows before October 2002 or after 2138 in the column when: left out ('2001" in said
    assert "1 rows with user, time and song of another row: left out" in said


def test_keys_of_users_are_kept_only_where_asked_for() -> None:
    run(LOG)
    before = (CANONICAL / "playlists.npz").read_bytes()
    run(keep_users=True)
    keys = listens_in(CANONICAL).keys
    assert keys is not None
    assert keys.tolist() == [key_of_name("bo"), key_of_name("al")]
    assert (CANONICAL / "playlists.npz").read_bytes() == before


def test_without_a_column_of_users_all_rows_are_of_one() -> None:
    run(LOG, user_column="")
    (heard,) = heard_in(CANONICAL)
    # The row without a user counts here: 2024-01-01 10:00, d.
    assert heard == sorted([*HEARD[0], *HEARD[1], (at("2024-01-01 10:00"), "d")])


def test_a_pause_of_0_is_a_playlist_a_user_and_pieces_are_cut_from_it() -> None:
    run(LOG, pause=0)
    playlists = Playlists.load(CANONICAL / "playlists.npz")
    assert playlists.lengths.tolist() == [2, 3]
    run(pause=0, piece=2)
    playlists = Playlists.load(CANONICAL / "playlists.npz")
    assert playlists.times is not None
    last = [at("2024-03-01 10:00")] + 2 * [at("2024-01-01 12:00")]
    assert (playlists.lengths.tolist(), playlists.times.tolist()) == ([2, 2, 1], last)
    name = f"al@{at('2024-01-01 10:00')}"
    assert playlists.keys[1:].tolist() == [key_of_name(f"{name}#1"), key_of_name(f"{name}#2")]
    assert heard_in(CANONICAL) == HEARD


def test_playlist_files_beside_a_log_are_nobodys_and_come_last() -> None:
    Path("own").mkdir()
    Path("own/log.csv").write_text(LOG)
    Path("own/a.m3u").write_text("#EXTM3U\n#EXTINF:1,A - B\nx.mp3\n#EXTINF:1,C - D\ny.mp3\n")
    run(file="own")
    assert heard_in(CANONICAL) == HEARD
    playlists = Playlists.load(CANONICAL / "playlists.npz")
    assert playlists.lengths.tolist() == [2, 2, 1, 2]
    assert playlists.times is None


def test_listens_of_the_data_set_before_do_not_stay() -> None:
    run(LOG)
    assert (CANONICAL / "listens.npz").exists()
    run(playlist_column="who", user_column="", time_column="", order_column="when")
    assert not (CANONICAL / "listens.npz").exists()


def test_dates_that_can_be_read_in_two_ways_are_refused_with_both() -> None:
    rows = "who,when,track\nal,08/03/2022 10:00,a\nal,09/03/2022 10:00,b\n"
    with pytest.raises(DataError) as caught:
        run(rows)
    assert str(caught.value) == (
        "log.csv: column when: '08/03/2022 10:00' can be 8 March 2022 (day_first) or "
        "3 August 2022 (month_first), and no date in it decides: "
        "expected local.dates = day_first or month_first"
    )
    run(dates="day_first")
    days = [(at("2022-03-08 10:00"), "a"), (at("2022-03-09 10:00"), "b")]
    assert heard_in(CANONICAL) == [days]


def test_a_column_without_dates_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        run("who,when,track\nal,first,a\nal,second,b\n", pause=0)
    assert str(caught.value) == (
        "log.csv: column when: 'first' is no date: expected dates, as local.time_column = when"
    )


@pytest.mark.parametrize(
    ("local", "text"),
    [
        (
            {"playlist_column": "list"},
            "local.playlist_column = list: expected '' with local.time_column, "
            "whose times cut and order the playlists",
        ),
        (
            {"order_column": "n"},
            "local.order_column = n: expected '' with local.time_column, "
            "whose times cut and order the playlists",
        ),
        (
            {"time_column": "", "pause": 0},
            "local.user_column = who: expected '' without local.time_column",
        ),
        (
            {"user_column": "", "keep_users": True},
            "local.keep_users = true: expected false without local.user_column",
        ),
    ],
)
def test_columns_that_exclude_each_other(local: dict[str, Any], text: str) -> None:
    with pytest.raises(DataError) as caught:
        run(LOG, **local)
    assert str(caught.value) == f"params.yaml: {text}"


ROWS = st.tuples(st.sampled_from("ab"), st.integers(0, 20_000), st.sampled_from("xyz"))


@settings(max_examples=50)
@given(st.lists(ROWS, min_size=1, max_size=40), st.sampled_from([0, 1, 30]))
def test_any_rows_come_back_with_their_times(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, str]], pause: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "log.csv"
    content = "".join(f"{who},{EPOCH + second},{track}\n" for who, second, track in rows)
    path.write_text("who,when,track\n" + content)
    plays = Plays(LocalParams(**vars(TIMES) | {"pause": pause}))
    plays.add_table(path, Notes(path))
    found = sessions_of(plays, Notes(path))
    heard = defaultdict[str, set[tuple[int, str]]](set)
    for who, second, track in rows:
        heard[who].add((second, track))
    tracks = [track for playlist in found.playlists for track in playlist.tracks]
    expected = [each for user in heard.values() for each in sorted(user)]
    assert list(zip(found.listens.seconds.tolist(), tracks, strict=True)) == expected
    assert found.listens.lengths.tolist() == [len(user) for user in heard.values()]
    pauses = [
        second - before > 60 * pause
        for user in map(sorted, heard.values())
        for (before, _), (second, _) in pairwise(user)
    ]
    assert len(found.playlists) == len(heard) + (sum(pauses) if pause else 0)
