"""Listens in dumps, read into playlists: planted sessions, every form of dump, and what is left
out.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.engine.local import Engine, Item, LocalEngine, Result, open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.sources.listenbrainz import parts, pieces, work
from playlist2vec.sources.listenbrainz.dumps import find_dumps
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.sessions import Listening, ingest_dumps, left_out
from playlist2vec.sources.placed import path_of
from tests.builders.listen_files import (
    START,
    Planted,
    Row,
    Song,
    catalogue,
    lines,
    months,
    plant,
    row_of,
    tar,
    write,
    write_lines,
    write_parquet,
)

Read = tuple[Listening, Playlists, Tracks]
FILES = ("playlists.npz", "tracks.tsv", "listens.npz")


def params(
    track: str = "recording_mbid",
    gap: int = 30,
    min_listens: int = 1,
    max_share: float = 1,
    keep_users: bool = False,
) -> ListenBrainzParams:
    return ListenBrainzParams("unused", track, gap, min_listens, max_share, keep_users)


def ingest(
    folder: Path,
    place: Path,
    wanted: ListenBrainzParams | None = None,
    *,
    backwards: bool = False,
    engine: Engine | None = None,
    turns: int = 1,
) -> Read:
    """The canonical form of dumps, made in `folder`, which must be new."""
    paths = [path_of(place, dump) for dump in find_dumps(place)]
    summary = ingest_dumps(
        paths[::-1] if backwards else paths,
        wanted or params(),
        engine or LocalEngine(1),
        folder / "playlists.npz",
        folder / "tracks.tsv",
        folder / "scratch",
        turns,
    )
    return summary, Playlists.load(folder / "playlists.npz"), Tracks.load(folder / "tracks.tsv")


def ingest_rows(folder: Path, rows: list[Row], wanted: ListenBrainzParams | None = None) -> Read:
    return ingest(folder / "out", write(folder / "1.listens", lines(rows)), wanted)


def found_sessions(read: Read) -> Counter[tuple[tuple[str, ...], int]]:
    _, playlists, tracks = read
    assert playlists.times is not None
    return Counter(
        (tuple(tracks.ids[code] for code in codes), time)
        for codes, time in zip(playlists, playlists.times.tolist(), strict=True)
    )


def planted_sessions(
    planted: Planted, *, by_mbid: bool = True
) -> Counter[tuple[tuple[str, ...], int]]:
    return Counter(
        (tuple(song.id(by_mbid=by_mbid) for song in songs), time)
        for _, songs, time in planted.sessions
    )


def reasons(summary: Listening) -> dict[str, int]:
    return {
        **{name: value for name, value in vars(summary.rejected).items() if name != "read"},
        "duplicates": summary.duplicates,
        "few": summary.few,
        "surplus": summary.surplus,
    }


def adds_up(summary: Listening) -> bool:
    return summary.rejected.read == summary.kept + sum(reasons(summary).values())


@pytest.mark.parametrize("track", ["recording_mbid", "recording_msid"])
def test_planted_sessions_are_the_playlists(tmp_path: Path, track: str) -> None:
    planted = plant()
    read = ingest_rows(tmp_path, planted.rows, params(track=track))
    summary = read[0]
    assert found_sessions(read) == planted_sessions(planted, by_mbid=track == "recording_mbid")
    assert {name: count for name, count in reasons(summary).items() if count} == planted.spoilt
    assert adds_up(summary)
    assert (summary.users, summary.playlists, summary.kept) == (
        6,
        30,
        sum(len(songs) for _, songs, _ in planted.sessions),
    )
    assert left_out(summary) == (
        "left out 3 without a user, 3 without a time, 3 without a recording, 3 without names, "
        "3 before 2002-10-01, 3 duplicates, 0 of users with too few, "
        "0 beyond a user's share of a track"
    )


@pytest.mark.parametrize("form", [write_lines, write_parquet])
def test_every_form_and_order_of_files_gives_the_same_bytes(
    tmp_path: Path, form: Callable[[Path, list[Row]], dict[str, Path]]
) -> None:
    wanted = params(max_share=0.4, min_listens=5, keep_users=True)
    rows = plant().rows
    found = {}
    for name, place in (write_lines(tmp_path, rows) | form(tmp_path, rows)).items():
        for backwards in (False, True):
            summary, _, _ = ingest(
                tmp_path / name / f"{backwards}", place, wanted, backwards=backwards
            )
            files = [(tmp_path / name / f"{backwards}" / file).read_bytes() for file in FILES]
            found[name, backwards] = (reasons(summary), files)
    assert len(found) == (8 if form is write_lines else 14)
    first = found["plain", False]
    assert first[0]["surplus"] > 0
    assert [name for name, each in found.items() if each != first] == []


class TwiceEngine:
    """Does everything twice, as an engine may that has lost a worker."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        for item in items:
            function(item)
            yield function(item)

    def close(self) -> None:
        pass


@pytest.fixture
def several_dumps(tmp_path: Path) -> Path:
    """A folder of dumps in many forms; each listen is in two of them or more."""
    rows = plant(users=12, sessions=8, songs=100).rows
    write_lines(tmp_path / "dumps", rows)
    return tmp_path / "dumps"


def test_any_number_of_workers_and_parts_gives_the_same_bytes(
    tmp_path: Path, several_dumps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = params(max_share=0.4, min_listens=5, keep_users=True)
    whole = ingest(tmp_path / "whole", several_dumps, wanted)[0]
    assert whole.surplus > 0
    monkeypatch.setattr(parts, "PART", 1)
    monkeypatch.setattr(work, "SPAN", 40)
    found_parts = parts.parts_of(
        [path_of(several_dumps, dump) for dump in find_dumps(several_dumps)], 3
    )
    assert len(found_parts) == 1 + 3 + 2 + 3  # .tar.xz, turns of .tar.zst, lines, members of .tar
    summary = {"twice": ingest(tmp_path / "twice", several_dumps, wanted, engine=TwiceEngine())[0]}
    for workers, turns in ((1, 1), (2, 3), (3, 2)):
        name = f"{workers}"
        with open_engine(EngineParams("local", "", workers)) as engine:
            summary[name] = ingest(
                tmp_path / name, several_dumps, wanted, engine=engine, turns=turns
            )[0]
    for name, found in summary.items():
        assert found == whole
        for file in FILES:
            assert (tmp_path / name / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()


def test_a_broken_dump_is_told_in_the_same_line_by_any_number_of_workers(
    tmp_path: Path, several_dumps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(several_dumps / "b.listens", b"{}\n{]\n")
    write(several_dumps / "c.listens", b"{]\n")
    monkeypatch.setattr(parts, "PART", 1)
    said = set()
    for workers in (1, 2):
        with (
            open_engine(EngineParams("local", "", workers)) as engine,
            pytest.raises(DataError) as caught,
        ):
            ingest(tmp_path / f"{workers}", several_dumps, engine=engine)
        assert not (tmp_path / f"{workers}/tracks.tsv").exists()
        said.add(str(caught.value))
    (text,) = said
    assert text.startswith(f"{several_dumps / 'b.listens'}: line 2 is not JSON (")


def test_full_and_incremental_dumps_merge_into_what_one_dump_of_all_gives(tmp_path: Path) -> None:
    rows = plant(users=8, spoil=0).rows
    random.Random(2).shuffle(rows)
    files = {"full.tar.zst": rows[:90], "1.tar.xz": rows[70:120], "deeper/2.listens": rows[115:]}
    for name, part in files.items():
        content = lines(part) if name.endswith("listens") else tar(months(part))
        write(tmp_path / "several" / name, content)
    whole, several = ingest_rows(tmp_path, rows), ingest(tmp_path / "merged", tmp_path / "several")
    assert several[0].duplicates == 20 + 5
    assert adds_up(several[0])
    for name in FILES:
        assert (tmp_path / "merged" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    assert whole[0].duplicates == 0


def test_small_pieces_in_memory_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = plant(users=9, songs=60).rows
    first, second = tmp_path / "first", tmp_path / "second"
    ingest_rows(first, rows)
    for name in ("HELD", "REMEMBERED"):
        monkeypatch.setattr(pieces, name, 7)
    ingest_rows(second, rows)
    for name in FILES:
        assert (first / "out" / name).read_bytes() == (second / "out" / name).read_bytes()


def test_a_session_keeps_its_key_when_listens_are_added_after_it(tmp_path: Path) -> None:
    songs = catalogue(4)
    rows = [row_of(7, START + second, songs[second % 4]) for second in (0, 60, 120)]
    first = ingest_rows(tmp_path / "a", rows)[1]
    later = [
        row_of(7, START + 180, songs[3]),
        row_of(7, START + 10_000, songs[0]),
        row_of(8, START, songs[0]),
    ]
    assert first.keys[0] in ingest_rows(tmp_path / "b", rows + later)[1].keys
    user, start = (mix(np.array([number], np.uint64)) for number in (7, START))
    assert first.keys.tolist() == mix(user + start).tolist()


def test_a_track_has_the_names_of_its_earliest_listen(tmp_path: Path) -> None:
    song = catalogue(2)[1]
    said = [
        (30, "A", "late"),
        (10, "C", "early"),
        (10, "B", "early\tand\nfirst"),
        (20, "A", "middle"),
    ]
    rows = [
        Row(1, START + second, song.msid, song.mbid, artist, title)
        for second, artist, title in said
    ]
    _, _, tracks = ingest_rows(tmp_path, rows)
    assert (tracks.ids, tracks.artists, tracks.artist_names) == ([song.mbid], ["B"], ["B"])
    assert (tracks.titles, tracks.previews) == (["early and first"], [""])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"user_id": None, "user_name": None}, "user"),
        ({"user_id": True}, "user"),
        ({"user_id": -1}, "user"),
        ({"user_id": [1]}, "user"),
        ({"user_id": 1.0}, "user"),
        ({"user_id": None, "user_name": " "}, "user"),
        ({"user_id": None, "user_name": "x" * 101}, "user"),
        ({"timestamp": "1600000000"}, "time"),
        ({"timestamp": 1.6e9}, "time"),
        ({"timestamp": 1_600_000_000_000}, "time"),
        ({"timestamp": 10**30}, "time"),
        ({"timestamp": -5}, "early"),
        ({"timestamp": 0}, "early"),
        ({"recording_msid": ""}, "recording"),
        ({"recording_msid": {}}, "recording"),
        ({"recording_msid": "a\tb"}, "recording"),
        ({"recording_msid": "a" * 101}, "recording"),
        ({"track_metadata": None}, "names"),
        ({"track_metadata": []}, "names"),
        ({"track_metadata": {"artist_name": "A", "track_name": 5}}, "names"),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_under_its_reason(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    song = catalogue(1)[0]
    good = lines([row_of(1, START, song)])
    bad = json.dumps(json.loads(good) | changes).encode()
    place = write(tmp_path / "1.listens", good + b"\n" + bad)
    summary, playlists, _ = ingest(tmp_path / "out", place)
    assert {name: count for name, count in reasons(summary).items() if count} == {reason: 1}
    assert (summary.rejected.read, summary.kept, len(playlists)) == (2, 1, 1)


def test_users_by_name_and_recordings_wherever_they_stand(tmp_path: Path) -> None:
    upper = "ABCDEF00-0000-4000-8000-0123456789AB"
    summary, playlists, tracks = ingest(
        tmp_path / "out",
        write(
            tmp_path / "1.listens",
            b'{"user_name":"An\xc3\xadbal","listened_at":1600000000,"recording_msid":"m1","track_metadata":'
            b'{"track_name":"T","artist_name":"A","mbid_mapping":{"recording_mbid":"%s"},'
            b'"additional_info":{"recording_mbid":"other"}}}\r\n'
            b'{"user_name":"An\xc3\xadbal","timestamp":1600000060,"track_metadata":'
            b'{"track_name":"T","artist_name":"A","additional_info":{"recording_mbid":"","recording_msid":"m2"}}}'
            % upper.encode(),
        ),
    )
    assert summary.kept == 2
    assert tracks.ids == [upper.lower(), "m2"]
    user, start = (
        np.array([key_of_name("Aníbal")], np.uint64),
        mix(np.array([1_600_000_000], np.uint64)),
    )
    assert playlists.keys.tolist() == mix(user + start).tolist()


def test_users_with_too_few_listens_go(tmp_path: Path) -> None:
    songs = catalogue(3)
    rows = [
        row_of(user, START + 60 * number, songs[number])
        for user in (1, 2, 3)
        for number in range(user)
    ]
    summary, playlists, _ = ingest_rows(tmp_path, [*rows, rows[0], rows[1]], params(min_listens=2))
    assert (summary.duplicates, summary.few, summary.users, summary.kept) == (2, 1, 2, 5)
    assert sorted(playlists.lengths.tolist()) == [2, 3]


def test_the_share_of_one_user_keeps_the_earliest_listens(tmp_path: Path) -> None:
    hit, other = catalogue(2)
    # One user made 9 of 12 listens of a track: at most half may stay, as many as the others made.
    rows = [row_of(1, START + 60 * number, hit) for number in range(9)]
    rows += [row_of(user, START, hit) for user in (2, 3, 4)]
    rows += [row_of(2, START + 60, other)]
    summary, playlists, tracks = ingest_rows(tmp_path, rows, params(max_share=0.5))
    assert (summary.surplus, summary.kept, tracks.ids) == (6 + 1, 6, [hit.msid])
    assert sorted(playlists.lengths.tolist()) == [1, 1, 1, 3]
    assert playlists.times is not None
    assert max(playlists.times.tolist()) == START + 120


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 5000), st.integers(0, 3)),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([0.2, 1 / 3, 0.5, 0.9, 1.0]),
    st.integers(1, 4),
    st.integers(1, 40),
)
def test_what_holds_for_any_listens(
    tmp_path_factory: pytest.TempPathFactory,
    plays: list[tuple[int, int, int]],
    max_share: float,
    min_listens: int,
    gap: int,
) -> None:
    songs = catalogue(4)
    rows = [row_of(user, START + second, songs[song]) for user, second, song in plays]
    folder = tmp_path_factory.mktemp("any")
    try:
        summary, playlists, tracks = ingest_rows(
            folder, rows, params("recording_mbid", gap, min_listens, max_share)
        )
    except DataError as error:
        assert str(error).startswith(  # noqa: PT017
            f"none of {len(rows):,} listens is left, expected one at least: left out "
        )
        return
    distinct = set(plays)
    by_user = Counter(user for user, _, _ in distinct)
    assert summary.duplicates == len(plays) - len(distinct)
    assert summary.few == sum(count for count in by_user.values() if count < min_listens)
    assert adds_up(summary)
    assert summary.kept == len(playlists.tracks) == playlists.offsets[-1]
    assert max_share < 1 or summary.surplus == 0
    assert (
        sorted(set(playlists.tracks.tolist()))
        == list(range(len(tracks)))
        == list(range(summary.tracks))
    )
    assert tracks.ids == sorted(tracks.ids)


def test_no_listen_left_is_an_error(tmp_path: Path) -> None:
    rows = [row_of(1, 5, song) for song in catalogue(2)]
    with pytest.raises(DataError) as caught:
        ingest_rows(tmp_path, rows)
    assert str(caught.value).startswith(
        "none of 2 listens is left, expected one at least: left out 0 without a user, "
    )
    assert ", 2 before 2002-10-01, " in str(caught.value)
    assert not (tmp_path / "out/tracks.tsv").exists()


def test_two_tracks_with_one_key_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "key_of_name", lambda name: 5)
    songs = [Song("m1", None, "A", "T"), Song("m2", None, "A", "T")]
    with pytest.raises(
        DataError, match=r"^the tracks m1 and m2 have the same key: expected only one of the two$"
    ):
        ingest_rows(tmp_path, [row_of(1, START, song) for song in songs])
