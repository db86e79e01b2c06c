"""Crawls of SoundCloud in their canonical form: what was planted is found, counted, and the same in
any shape.
"""

import json
import random
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.engine.local import LocalEngine
from playlist2vec.formats import json_streams
from playlist2vec.sources.soundcloud import judging, pieces, playlists
from playlist2vec.sources.soundcloud.crawls import PassedOver, read_items
from playlist2vec.sources.soundcloud.genres import Genres
from playlist2vec.sources.soundcloud.params import SoundCloudParams
from playlist2vec.sources.soundcloud.playlists import ingest_crawl
from playlist2vec.sources.soundcloud.summary import Crawl, in_words
from tests.builders.soundcloud_files import (
    LICENCES,
    NAMES,
    Planted,
    Song,
    as_lines,
    plant,
    playlist,
    stub,
    track,
    write,
    write_forms,
)
from tests.conftest import ROOT

ALL = SoundCloudParams("unused", "any", 0, 0, 0, 0, "", "unless_filtered")
GENRES = Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")
SONG = Song(3005)
numbers = count()


class Read(NamedTuple):
    summary: Crawl
    playlists: Playlists
    tracks: Tracks
    content: tuple[bytes, bytes]

    def lists(self) -> list[list[str]]:
        return [[self.tracks.ids[code] for code in codes] for codes in self.playlists]

    def row(self, track: int) -> dict[str, str]:
        place = self.tracks.ids.index(f"{track}")
        return {name: column[place] for name, column in self.tracks.more.items()}


def read(folder: Path, files: list[Path], params: SoundCloudParams = ALL, workers: int = 1) -> Read:
    out = folder / f"out-{next(numbers)}"
    (out / "scratch").mkdir(parents=True)
    engine = LocalEngine(workers)
    try:
        summary = ingest_crawl(
            files, params, GENRES, engine, out / "p.npz", out / "t.tsv", out / "scratch"
        )
    finally:
        engine.close()
    content = (out / "p.npz").read_bytes(), (out / "t.tsv").read_bytes()
    return Read(summary, Playlists.load(out / "p.npz"), Tracks.load(out / "t.tsv"), content)


def read_bodies(folder: Path, bodies: list[Any], params: SoundCloudParams = ALL) -> Read:
    return read(folder, [write(folder / f"bodies-{next(numbers)}.jsonl", as_lines(bodies))], params)


def in_key_order(lists: dict[int, list[str]]) -> list[list[str]]:
    ids = np.array(sorted(lists), np.uint64)
    return [lists[number] for number in ids[np.argsort(mix(ids))].tolist()]


@pytest.fixture(scope="module")
def planted() -> Planted:
    return plant()


def test_what_was_planted_is_found_and_counted(planted: Planted, tmp_path: Path) -> None:
    found = read_bodies(tmp_path, planted.bodies)
    assert found.lists() == in_key_order(planted.kept())
    assert found.playlists.rows.tolist() == list(range(len(planted.played)))
    summary, songs = (
        found.summary,
        [song for each in planted.played.values() for song in each if song],
    )
    assert planted.counts == {
        "further copies": summary.copies,
        "without their tracks": summary.without_tracks,
        "private": summary.private,
        "made by SoundCloud": summary.seen.system,
        "without an id": summary.seen.nameless_playlists,
        "tracks without an id": summary.seen.nameless_tracks,
        "deleted": summary.entries["deleted"],
        "users": summary.passed.users,
        "others": summary.passed.others,
    }
    assert summary.entries["blocked"] == sum(song.policy == "BLOCK" for song in songs)
    assert summary.entries["private"] == sum(
        song.private and song.policy != "BLOCK" for song in songs
    )
    heard = [song for song in songs if song.policy != "BLOCK" and not song.private]
    assert summary.stub_entries == sum(not song.hydrated for song in heard)
    assert summary.stubs == len({song for song in heard if not song.hydrated})
    assert summary.tracks == len(found.tracks) == len(set(heard))


def test_what_was_read_is_what_was_kept_and_every_reason(planted: Planted, tmp_path: Path) -> None:
    params = SoundCloudParams("x", "to_share", 100, 600, 20, 100, "dnb, techno", "unless_filtered")
    for summary in (
        read_bodies(tmp_path, planted.bodies).summary,
        read_bodies(tmp_path, planted.bodies, params).summary,
    ):
        seen = summary.seen
        reasons = (
            summary.copies
            + summary.without_tracks
            + summary.private
            + seen.system
            + seen.nameless_playlists
        )
        assert seen.playlists == summary.kept + reasons == len(planted.playlists)
        assert sum(summary.entries.values()) == sum(map(len, planted.played.values()))
        assert summary.tracks == summary.stubs + sum(summary.genres.values())


def test_the_summary_names_every_reason(tmp_path: Path) -> None:
    bodies = [
        playlist(1, [Song(2), Song(3, hydrated=False), None, Song(4, policy="BLOCK")]),
        playlist(1, [Song(2)], last_modified=None),
        playlist(2, [Song(2)], public=False),
        {"kind": "user", "id": 5},
    ]
    assert in_words(read_bodies(tmp_path, bodies).summary) == (
        "1 files read, 0 of them without a playlist or a track; "
        "3 playlists, 1 kept, left out 1 further copies, 0 without their tracks, 1 private, "
        "0 made by SoundCloud, 0 without an id; "
        "4 entries in those kept, 2 kept (1 of stubs), left out 1 deleted, 1 blocked, 0 private, "
        "0 without metadata, 0 licence, 0 duration, 0 likes, 0 plays, 0 genre; "
        "2 distinct tracks of 3 known, 1 of them stubs; genres 1 by the table, 0 as typed, "
        "0 ignored, 0 none; passed over 1 users, 0 nulls, 0 ids alone, "
        "0 tracks without an id, 0 others"
    )


def test_every_form_has_the_same_bytes(planted: Planted, tmp_path: Path) -> None:
    forms = write_forms(tmp_path, planted)
    whole = read_bodies(tmp_path, planted.bodies)
    for files in forms.values():
        assert read(tmp_path, files).content == whole.content
        assert read(tmp_path, files[::-1]).content == whole.content
    everything = [path for files in forms.values() for path in files]
    together = read(tmp_path, everything)
    assert together.content == whole.content
    assert together.summary.copies == whole.summary.copies + 3 * (
        whole.summary.copies + whole.summary.kept + 2 * 2
    )


def test_order_spread_groups_pieces_and_workers_change_nothing(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read_bodies(tmp_path, planted.bodies).content
    bodies = planted.bodies
    for seed, size in ((1, 1), (2, 7), (3, 30)):
        random.Random(seed).shuffle(bodies)
        cut = [as_lines(bodies[start : start + size]) for start in range(0, len(bodies), size)]
        files = [
            write(tmp_path / f"{seed}/{number}.ndjson", content)
            for number, content in enumerate(cut)
        ]
        monkeypatch.setattr(playlists, "GROUP", 10_000 * seed)
        monkeypatch.setattr(pieces, "HELD", 500 * seed)
        monkeypatch.setattr(pieces, "REMEMBERED", seed)
        monkeypatch.setattr(pieces, "BITS", seed)
        assert read(tmp_path, files).content == whole
    monkeypatch.undo()
    monkeypatch.setattr(playlists, "GROUP", 10_000)
    assert read(tmp_path, files, workers=2).content == whole


def test_a_file_larger_than_memory_gives_the_same_items(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        path
        for form in write_forms(tmp_path, planted).values()
        for path in form
        if "state" in path.name
    ]
    small = [list(read_items(path)) for path in files]
    monkeypatch.setattr(json_streams, "LARGEST", 20_000)
    monkeypatch.setattr(json_streams, "CHUNK", 1000)
    assert [list(read_items(path)) for path in files] == small
    monkeypatch.setattr(json_streams, "LARGEST", 2_000)
    with pytest.raises(
        DataError, match=r"state\.json: byte [0-9]+: .*: expected a playlist of at most 2000 bytes$"
    ):
        list(read_items(files[0]))


@pytest.mark.parametrize("backwards", [False, True])
def test_which_copy_of_a_track_counts(tmp_path: Path, backwards: bool) -> None:
    def title_of(*copies: dict[str, Any]) -> str:
        bodies = [playlist(1, [Song(2)] * 3, tracks=[2, 2, 2]), *copies]
        return read_bodies(tmp_path, bodies[::-1] if backwards else bodies).tracks.titles[0]

    old = track(Song(2), title="old", last_modified="2020-01-01T00:00:00Z")
    new = track(Song(2), title="new", last_modified="2021/01/01 00:00:00 +0000")
    assert title_of(stub(Song(2)), old) == "old"
    assert title_of(old, new, stub(Song(2))) == "new"
    assert title_of(track(Song(2), title="a"), track(Song(2), title="b")) == "b"
    assert title_of(stub(Song(2))) == ""


@pytest.mark.parametrize("backwards", [False, True])
def test_which_copy_of_a_playlist_counts(tmp_path: Path, backwards: bool) -> None:
    def songs_of(*copies: dict[str, Any]) -> list[list[str]]:
        return read_bodies(tmp_path, list(copies[::-1] if backwards else copies)).lists()

    old = playlist(1, [Song(2)] * 3, last_modified="2020-01-01T00:00:00Z")
    new = playlist(1, [Song(3)], last_modified="2020-01-01T00:00:01Z")
    latest = {key: value for key, value in new.items() if key != "tracks"} | {
        "last_modified": "2022-01-01T00:00:00Z"
    }
    assert songs_of(old, new, latest) == [["3"]]
    assert songs_of(old, old | {"tracks": [2, 3]}) == [["2", "2", "2"]]
    assert songs_of(old | {"tracks": [4, 3, 2]}, old) == [["4", "3", "2"]]


def test_the_key_of_a_playlist_comes_from_its_id_and_its_tracks_keep_their_order(
    tmp_path: Path,
) -> None:
    songs = [Song(number) for number in (30, 4, 100, 4, 4, 30)]
    found = read_bodies(tmp_path, [playlist(77, songs), playlist(78, [])])
    assert sorted(found.playlists.keys.tolist()) == sorted(
        mix(np.array([77, 78], np.uint64)).tolist()
    )
    assert sorted(found.lists()) == [[], ["30", "4", "100", "4", "4", "30"]]
    assert found.tracks.ids == ["100", "30", "4"]


def test_the_table_says_what_is_known(tmp_path: Path) -> None:
    songs = [Song(3000 + number) for number in range(9)]
    found = read_bodies(tmp_path, [playlist(1, songs), [track(song) for song in songs[:8]]])
    song = songs[3]
    assert found.tracks.more.keys() == {
        "genre",
        "licence",
        "duration",
        "likes",
        "plays",
        "artwork",
        "address",
    }
    assert found.row(song.id) == {
        "genre": NAMES.get(song.genre, song.genre.lower()),
        "licence": song.licence,
        "duration": f"{song.duration // 1000}",
        "likes": f"{song.likes}",
        "plays": f"{song.plays}",
        "artwork": f"https://i1.example.org/artworks-{song.id}-large.jpg" if song.id % 3 else "",
        "address": f"https://example.org/someone/track-{song.id}",
    }
    place = found.tracks.ids.index(f"{song.id}")
    assert (found.tracks.artists[place], found.tracks.artist_names[place]) == (
        f"{song.user}",
        f"Maker {song.user}",
    )
    assert set(found.row(3008).values()) == {""}
    assert found.summary.genres == Counter(GENRES.of(each.genre).how for each in songs[:8])


def filtered(folder: Path, **changes: Any) -> tuple[set[int], Counter[str]]:
    """The tracks that stay of 200 in full, and of a stub, and how the others are counted."""
    songs = [Song(4000 + number) for number in range(200)]
    bodies = [playlist(1, [*songs, SONG]), [track(song) for song in songs]]
    found = read_bodies(folder, bodies, replace(ALL, **changes))
    return {int(each) for each in found.tracks.ids}, found.summary.entries


@pytest.mark.parametrize(
    ("changes", "reason", "stays"),
    [
        ({"min_duration": 90}, "duration", lambda song: song.duration >= 90_000),
        ({"max_duration": 90}, "duration", lambda song: song.duration <= 90_000),
        ({"min_likes": 50}, "likes", lambda song: song.likes >= 50),
        ({"min_plays": 500}, "plays", lambda song: song.plays >= 500),
        (
            {"genres": "D&B, hip hop"},
            "genre",
            lambda song: song.genre in ("DnB", "Drum & Bass", "Hip Hop", "hiphop"),
        ),
        ({"genres": "MOON-core"}, "genre", lambda song: song.genre == "nothing"),
        ({"licence": "to_share"}, "licence", lambda song: song.licence != "all-rights-reserved"),
        (
            {"licence": "to_use_commercially"},
            "licence",
            lambda song: song.licence in ("cc-by", "cc-by-nd", "no-rights-reserved", "cc-by-sa"),
        ),
        (
            {"licence": "to_modify_commercially"},
            "licence",
            lambda song: song.licence in ("cc-by", "no-rights-reserved", "cc-by-sa"),
        ),
    ],
)
def test_filters(tmp_path: Path, changes: dict[str, Any], reason: str, stays: Any) -> None:
    songs = [Song(4000 + number) for number in range(200)]
    expected = {song.id for song in songs if stays(song)}
    for stubs in ("unless_filtered", "never", "always"):
        if not expected and stubs != "always":
            with pytest.raises(
                DataError,
                match="no track in a playlist is left, expected one at least: 1 files read",
            ):
                filtered(tmp_path, **changes, stubs=stubs)
            continue
        kept = expected | {SONG.id} if stubs == "always" else expected
        counts = {
            "kept": len(kept),
            reason: 200 - len(expected),
            "without metadata": int(stubs != "always"),
        }
        found, entries = filtered(tmp_path, **changes, stubs=stubs)
        assert found == kept
        assert +entries == +Counter(counts)


def test_stubs_may_go_although_nothing_is_filtered(tmp_path: Path) -> None:
    assert filtered(tmp_path)[1] == filtered(tmp_path)[1] | Counter(kept=201)
    assert +filtered(tmp_path, stubs="never")[1] == Counter({"kept": 200, "without metadata": 1})


def test_a_filter_on_what_is_no_genre_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"^soundcloud\.genres = techno, free download: expected genres with commas"
    ):
        filtered(tmp_path, genres="techno, free download")


def test_unknown_counts_are_within_no_limits(tmp_path: Path) -> None:
    odd = [
        track(SONG, likes_count=None),
        track(SONG, likes_count="7"),
        track(SONG, likes_count=-1),
        track(SONG, likes_count=10**30),
        track(SONG, likes_count=7.0),
    ]
    for body in odd:
        bodies = [playlist(1, [Song(2)], tracks=[SONG.id, body])]
        assert read_bodies(tmp_path, bodies).row(SONG.id)["likes"] == ""
        with pytest.raises(DataError, match=r"left out .* 2 likes"):
            read_bodies(tmp_path, bodies, replace(ALL, min_likes=1))
    older = {key: value for key, value in track(SONG).items() if key != "likes_count"} | {
        "favoritings_count": 9
    }
    assert read_bodies(tmp_path, [playlist(1, [], tracks=[older])]).row(SONG.id)["likes"] == "9"


def test_the_whole_duration_of_a_track_that_is_cut_counts(tmp_path: Path) -> None:
    body = track(SONG, duration=30_000, full_duration=200_500, policy="SNIP")
    assert read_bodies(tmp_path, [playlist(1, [], tracks=[body])]).row(SONG.id)["duration"] == "201"


@pytest.mark.parametrize(
    "body",
    [
        track(SONG),
        {"created_at": "2020", "kind": "like", "track": track(SONG)},
        {"type": "track-repost", "user": {"id": 1}, "track": track(SONG)},
        [[track(SONG)]],
        {"collection": [None, {"score": 0.5, "track": track(SONG)}, 17, "x"], "next_href": None},
        {"hydratable": "sound", "data": track(SONG)},
        {
            "tracks": {
                f"{SONG.id}": {
                    key: value for key, value in track(SONG).items() if key not in ("id", "urn")
                }
            }
        },
        {"tracks": [{key: value for key, value in track(SONG).items() if key != "kind"}]},
        {"candidates": {"track": {f"{SONG.id}": [0.3, track(SONG)]}}},
        {key: value for key, value in track(SONG).items() if key not in ("kind", "id")},
        track(SONG, id=f"{SONG.id}"),
        track(SONG, id=f"soundcloud:tracks:{SONG.id}"),
    ],
)
def test_where_a_track_may_stand(tmp_path: Path, body: Any) -> None:
    found = read_bodies(tmp_path, [playlist(1, [], tracks=[SONG.id]), body])
    assert found.tracks.titles == [f"Söng {SONG.id}"]


@pytest.mark.parametrize(
    "body",
    [
        playlist(9, [SONG]),
        {"created_at": "2020", "kind": "like", "playlist": playlist(9, [SONG])},
        {"collection": [{"type": "playlist", "playlist": playlist(9, [SONG])}]},
        {"playlists": {"9": {"tracks": [stub(SONG)]}}},
        {"candidate_playlists": {"9": playlist(9, [SONG], id="9"), "10": 0.25}},
        {"playlists": [{"id": 9, "tracks": [SONG.id]}]},
        {
            "state": None,
            "candidates": {
                "playlist": {"9": playlist(9, [SONG], urn="soundcloud:playlists:9", id=None)}
            },
        },
    ],
)
def test_where_a_playlist_may_stand(tmp_path: Path, body: Any) -> None:
    found = read_bodies(tmp_path, [body])
    assert found.lists() == [[f"{SONG.id}"]]
    assert found.playlists.keys.tolist() == mix(np.array([9], np.uint64)).tolist()


def test_what_is_no_item_is_counted(tmp_path: Path) -> None:
    bodies: list[Any] = [
        None,
        5,
        "x",
        {},
        {"errors": []},
        {"kind": "user", "id": 3},
        {"id": 3, "username": "x"},
        [None, [7]],
    ]
    state = {
        "visited_tracks": [1, 2, 3],
        "visited": {"user": [1]},
        "queue": [],
        "max": 3,
        "playlists": {"4": 0.5},
    }
    found = read_bodies(tmp_path, [*bodies, state, playlist(1, [SONG])])
    assert found.summary.passed == PassedOver(users=2, nulls=2, ids=7, others=4)
    path = write(tmp_path / "none.json", json.dumps(bodies).encode())
    both = read(
        tmp_path, [path, write(tmp_path / "one.json", json.dumps(playlist(1, [SONG])).encode())]
    )
    assert (both.summary.files, both.summary.empty) == (2, 1)


def test_a_large_playlist_that_is_taken_to_pieces_would_be_lost_and_is_refused(
    tmp_path: Path,
) -> None:
    body = playlist(1, []) | {
        "tracks": [track(Song(number), description="x" * 40_000) for number in range(500)]
    }
    path = write(tmp_path / "large.json", json.dumps(body).encode())
    with pytest.raises(
        DataError,
        match=r"large\.json: byte [0-9]+: .*: expected a playlist of at most 16777216 bytes$",
    ):
        read(tmp_path, [path])


@given(st.lists(st.lists(st.integers(1, 50), max_size=8), min_size=1, max_size=6), st.randoms())
def test_any_playlists_come_back(lists: list[list[int]], draw: random.Random) -> None:
    if not any(lists):
        return
    from tempfile import TemporaryDirectory

    planted = {number: [f"{song}" for song in songs] for number, songs in enumerate(lists, start=1)}
    bodies = [playlist(number, [Song(song, hydrated=song % 2 == 0) for song in songs])
              for number, songs in enumerate(lists, start=1)]  # fmt: skip
    draw.shuffle(bodies)
    with TemporaryDirectory() as folder:
        found = read_bodies(Path(folder), bodies)
    assert found.lists() == in_key_order(planted)
    assert found.tracks.ids == sorted({song for songs in planted.values() for song in songs})


def test_every_licence_of_the_api_is_known() -> None:
    assert set(LICENCES) - {"all-rights-reserved"} < judging.SHARED
    assert len(judging.SHARED) == 7
