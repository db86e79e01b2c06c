"""What is handed on: the source reads what was crawled, and finds nobody who likes or lists."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.engine.local import LocalEngine
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.export import export, read_ids
from playlist2vec.online.crawling.removal import read_removed, remove
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.sources.soundcloud.params import SoundCloudParams
from playlist2vec.sources.soundcloud.playlists import ingest_crawl
from tests.builders.soundcloud.server import SoundCloudServer, soundcloud_server
from tests.online.crawling.small import CATALOGUE, GENRES, begun, client, crawled

ALL = SoundCloudParams("unused", "any", 0, 0, 0, 0, "", "unless_filtered")


@pytest.fixture(scope="module")
def server() -> Iterator[SoundCloudServer]:
    with pytest.MonkeyPatch.context() as patch, soundcloud_server(CATALOGUE) as running:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield running


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def ids(state: CrawlState, table: str) -> list[int]:
    return [row[0] for row in state.rows(f"SELECT id FROM {table} ORDER BY id")]


def test_the_source_reads_what_was_crawled(server: SoundCloudServer, tmp_path: Path) -> None:
    state = crawled(begun(), client(server).ask, 8)
    done = export(state, tmp_path / "export", Removals())
    assert (done.tracks, done.playlists) == (
        len(ids(state, "tracks")),
        len(ids(state, "playlists")),
    )
    (tmp_path / "scratch").mkdir()
    engine = LocalEngine(1)
    files = sorted((tmp_path / "export").iterdir())
    summary = ingest_crawl(
        files, ALL, GENRES, engine, tmp_path / "p.npz", tmp_path / "t.tsv", tmp_path / "scratch"
    )
    engine.close()
    tracks = Tracks.load(tmp_path / "t.tsv")
    found = sorted(
        [int(tracks.ids[code]) for code in codes] for codes in Playlists.load(tmp_path / "p.npz")
    )
    songs = CATALOGUE.songs
    heard = [
        [song for song in CATALOGUE.playlists[number].songs if songs[song].policy != "BLOCK"]
        for number in ids(state, "playlists")
    ]
    assert found == sorted(heard)
    assert summary.known == len(
        {song for number in ids(state, "playlists") for song in CATALOGUE.playlists[number].songs}
        | set(ids(state, "tracks"))
    )
    full = {row[0] for row in state.rows("SELECT id FROM tracks")}
    names = dict(zip(tracks.ids, tracks.titles, strict=True))
    for number in {song for list_ in heard for song in list_} & full:
        assert names[f"{number}"] == f"Söng {number}"
    assert summary.stubs == len({song for list_ in heard for song in list_} - full)


def test_only_the_tracks_of_a_table_are_handed_on(server: SoundCloudServer, tmp_path: Path) -> None:
    state = crawled(begun(), client(server).ask, 8)
    whole = export(state, tmp_path / "whole", Removals())
    chosen = set(ids(state, "tracks")[::3])
    table = tmp_path / "attribution.tsv"
    table.write_text(
        "id\ttitle\n" + "".join(f"{each}\tSong\n" for each in sorted(chosen)), encoding="utf-8"
    )
    assert read_ids(table) == chosen
    done = export(state, tmp_path / "some", Removals(), read_ids(table))
    assert (done.tracks, done.playlists, done.removed) == (len(chosen), whole.playlists, 0)
    entries = [
        [track["id"] for track in each["tracks"] if track]
        for each in lines(tmp_path / "whole/playlists.jsonl")
    ]
    kept = [
        [track["id"] for track in each["tracks"] if track]
        for each in lines(tmp_path / "some/playlists.jsonl")
    ]
    assert kept == [[track for track in each if track in chosen] for each in entries]
    assert done.others == sum(map(len, entries)) - sum(map(len, kept)) > 0
    assert {each["id"] for each in lines(tmp_path / "some/tracks.jsonl")} == chosen
    assert str(done).endswith(f"0 of their entries removed and {done.others:,} not in the list")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\n2\n", "line 1 begins with '1'"),
        ("id\n1\n-2\n", "line 3 begins with '-2'"),
        ("id\ttitle\n", "no track"),
        ("id\n1", "line 2 has no end"),
    ],
)
def test_a_table_of_no_ids_is_one_line(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "a.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=expected):
        read_ids(tmp_path / "a.tsv")


def test_nobody_who_likes_or_lists_is_in_it(server: SoundCloudServer, tmp_path: Path) -> None:
    state = crawled(begun(), client(server).ask, 12)
    people = CATALOGUE.private_people
    assert state.rows("SELECT count(*) FROM calls WHERE kind = 'likes'")[0][0] > 5
    export(state, tmp_path, Removals())
    for name in ("tracks.jsonl", "playlists.jsonl"):
        text = (tmp_path / name).read_text("utf-8")
        for person in people:
            assert f"User {person}" not in text
            assert f"user-{person}" not in text
    assert all(
        not {"user", "user_id", "title", "permalink_url"} & each.keys()
        for each in lines(tmp_path / "playlists.jsonl")
    )
    assert not {each["user"]["id"] for each in lines(tmp_path / "tracks.jsonl")} & people
    assert "track_authorization" not in (tmp_path / "tracks.jsonl").read_text("utf-8")


def test_what_is_removed_is_neither_kept_nor_asked_for_nor_handed_on(
    server: SoundCloudServer, tmp_path: Path
) -> None:
    ask = client(server).ask
    state = crawled(begun(), ask, 6)
    tracks, playlists = ids(state, "tracks"), ids(state, "playlists")
    track, page, playlist = tracks[3], tracks[20], playlists[1]
    uploader = CATALOGUE.songs[tracks[-1]].uploader
    (tmp_path / "remove.txt").write_text(
        f"# asked for by mail\nsoundcloud:tracks:{track}\nsoundcloud:users:{uploader}\n\n"
        f"soundcloud:playlists:{playlist}\n"
        f"https://soundcloud.com/user-{CATALOGUE.songs[page].uploader}/track-{page}\n",
        encoding="utf-8",
    )
    gone = {
        track,
        page,
        *(song.id for song in CATALOGUE.songs.values() if song.uploader == uploader),
    }
    assert remove(state, read_removed(tmp_path)) == len(gone & set(tracks)) + 1
    before = len(server.paths)
    # The file is read again, as by a command of another day: the page of a deleted track still
    # stands for it.
    removed = read_removed(tmp_path)
    remove(state, removed)
    crawled(state, ask, 8, removed=removed)
    assert not gone & set(ids(state, "tracks"))
    assert playlist not in ids(state, "playlists")
    for path in server.paths[before:]:
        assert f"/users/{uploader}/" not in path
        assert not any(f"/tracks/{each}/" in path for each in (track, page))
    done = export(state, tmp_path / "export", removed)
    exported = lines(tmp_path / "export/playlists.jsonl")
    entries = [entry["id"] for each in exported for entry in each["tracks"] if entry]
    assert not {track, page} & set(entries)
    assert done.removed == sum(entry is None for each in exported for entry in each["tracks"]) > 0
    kept = state.rows("SELECT genre, count(*) FROM tracks WHERE counts GROUP BY genre")
    assert {genre: number for genre, number in state.genres().items() if number and genre} == dict(
        kept
    )


def test_a_line_that_names_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "remove.txt").write_text("# one\nsoundcloud:tracks:x\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_removed(tmp_path)
    assert str(caught.value).startswith(
        f"{tmp_path}/remove.txt: line 2 is 'soundcloud:tracks:x': expected the id of a"
    )


def test_every_form_of_a_line_is_for_a_crawl_too(server: SoundCloudServer, tmp_path: Path) -> None:
    state = crawled(begun(), client(server).ask, 6)
    bare, page = ids(state, "tracks")[3], ids(state, "tracks")[-1]
    uploader = CATALOGUE.songs[page].uploader
    (tmp_path / "remove.txt").write_text(
        f"{bare}\nhttp://www.soundcloud.com/User-{uploader}/", encoding="utf-8"
    )
    gone = {bare, *(song.id for song in CATALOGUE.songs.values() if song.uploader == uploader)}
    there = set(ids(state, "tracks"))
    assert remove(state, read_removed(tmp_path)) == len(gone & there) > 1
    assert set(ids(state, "tracks")) == there - gone
