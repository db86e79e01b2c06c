"""`playlist2vec listen`: files of listens, and what is suggested from them."""

import json
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.cli.command_line import main
from playlist2vec.corpus.listens import EPOCH
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.listening.ordering.ranker import Ordered, Retrieval
from playlist2vec.listening.ordering.storage import ListenModel
from playlist2vec.listening.serving.files import plays_of, read_plays
from playlist2vec.listening.serving.suggesting import Listener, Wanted
from playlist2vec.models.histories.tables import SongTables
from tests.builders.listens.histories import (
    random_history,
    random_order,
    random_songs,
    random_tower,
)

SONGS = 40
IDS = [f"0000000a-0000-4000-8000-{row:012x}" for row in range(SONGS)]
ARTISTS = [f"Ärtist {row // 4}" for row in range(SONGS)]
TITLES = [f"Song Number {row}" for row in range(SONGS)]
NOON = 1_700_000_000


def model() -> ListenModel:
    vocabulary = Vocabulary(IDS, np.arange(SONGS, 0, -1))
    sessions = random_history(30, 60, SONGS, seed=1).sessions(30)
    songs = random_songs(vocabulary, 2)
    tower = random_tower(vocabulary, "recent", 3)
    retrieval = Retrieval(songs, tower, SongTables.of(sessions, SONGS, 9), 30)
    tracks = Tracks(IDS, ARTISTS, ARTISTS, TITLES, [""] * SONGS)
    return ListenModel(Ordered(retrieval, random_order(4)), tracks, 50)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model().save(tmp_path / "model")
    return tmp_path


def scrobbles(path: Path, rows: list[tuple[int, int]]) -> Path:
    lines = [f'{second},"{ARTISTS[row].upper()}","{TITLES[row]}"' for second, row in rows]
    path.write_text("\n".join(["uts,artist,track", *lines]) + "\n", "utf-8")
    return path


def listenbrainz(path: Path, rows: list[tuple[str, int, int]]) -> Path:
    lines = [
        {
            "user_name": user,
            "timestamp": second,
            "track_metadata": {
                "track_name": TITLES[row],
                "artist_name": ARTISTS[row],
                "additional_info": {"recording_mbid": IDS[row].upper()},
            },
        }
        for user, second, row in rows
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_listens_of_three_services_are_the_same(tmp_path: Path) -> None:
    rows = [(NOON + 300 * number, number * 7 % SONGS) for number in range(12)]
    ours = read_plays(scrobbles(tmp_path / "s.csv", rows[::-1]))
    theirs = read_plays(listenbrainz(tmp_path / "1.listens", [("me", *row) for row in rows]))
    history = [
        {
            "ts": f"2023-11-14T22:{13 + number // 2:02}:20Z",
            "ms_played": 60_000,
            "master_metadata_track_name": TITLES[row],
            "master_metadata_album_artist_name": ARTISTS[row],
            "spotify_track_uri": f"spotify:track:{row:022}",
        }
        for number, (_, row) in enumerate(rows[:2])
    ]
    (tmp_path / "Streaming_History_Audio_2023_0.json").write_text(json.dumps(history), "utf-8")
    played = read_plays(tmp_path / "Streaming_History_Audio_2023_0.json")
    seconds = [second - EPOCH for second, _ in rows]
    for found in (ours, theirs):
        (plays,) = found.of.values()
        assert [play.second for play in plays] == seconds
        assert Listener(model(), plays).rows == [row for _, row in rows]
    assert Listener(model(), next(iter(played.of.values()))).rows == [row for _, row in rows[:2]]


def test_of_several_people_one_is_named(tmp_path: Path) -> None:
    path = listenbrainz(
        tmp_path / "1.listens", [("ann", NOON, 1), ("bob", NOON, 2), ("bob", NOON + 9, 3)]
    )
    found = read_plays(path)
    assert len(plays_of(found, path, "bob")) == 2
    with pytest.raises(DataError, match="listens of 2 people: expected one, or --listener NAME"):
        plays_of(found, path, None)
    with pytest.raises(
        DataError, match="no listen of --listener 'eve': expected the name of one of 2 people"
    ):
        plays_of(found, path, "eve")


def test_a_listen_that_stands_twice_counts_once(tmp_path: Path) -> None:
    rows = [
        ("ann", NOON, 1),
        ("ann", NOON + 300, 1),
        ("ann", NOON, 1),
        ("bob", NOON, 1),
        ("ann", NOON, 2),
    ]
    found = read_plays(listenbrainz(tmp_path / "1.listens", rows))
    assert sorted(map(len, found.of.values())) == [1, 3]
    assert found.left_out["duplicates"] == 1
    path = scrobbles(tmp_path / "s.csv", [row[1:] for row in rows])
    assert len(plays_of(read_plays(path), path, None)) == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.pdf", "", r"x\.pdf: a name that ends in \.pdf: expected a ListenBrainz export"),
        ("x.csv", "uts,artist,track\n", r"x\.csv: no listen in it"),
        ("x.jsonl", '{"listened_at": 5}\n', r"x\.jsonl: no listen in it \(1 without names\)"),
    ],
)
def test_what_holds_no_listens_is_a_line(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(DataError, match=said):
        read_plays(tmp_path / name)
    with pytest.raises(DataError, match="no such file"):
        read_plays(tmp_path / "nothing.csv")


def test_wishes_are_kept(tmp_path: Path) -> None:
    rows = [(NOON + 300 * number, number % 10) for number in range(30)]
    plays = next(iter(read_plays(scrobbles(tmp_path / "s.csv", rows)).of.values()))
    listener, now = Listener(model(), plays), NOON + 10**6 - EPOCH
    every = listener.suggest(now, Wanted(SONGS + 5, new_only=False, per_artist=0))
    assert sorted(each.row for each in every) == list(range(SONGS))
    assert {each.row: each.heard for each in every if each.heard} == dict.fromkeys(range(10), 3)
    assert {int(each.row): each.last for each in every}[7] == NOON + 300 * 27 - EPOCH
    fresh = listener.suggest(now, Wanted(SONGS, new_only=True, per_artist=0))
    assert sorted(each.row for each in fresh) == list(range(10, SONGS))
    artists = listener.model.ranker.retrieval.songs.artists
    one = listener.suggest(now, Wanted(SONGS, new_only=False, per_artist=1))
    assert len({int(artists[each.row]) for each in one}) == len(one) == len(set(artists.tolist()))
    early = listener.suggest(NOON - EPOCH, Wanted(SONGS, new_only=True, per_artist=0))
    assert len(early) == SONGS
    few = listener.suggest(now, Wanted(3, new_only=False, per_artist=0))
    assert few == every[:3]


def test_what_was_heard_long_ago_is_not_new(tmp_path: Path) -> None:
    # The model looks at 50 listens; song 39 was heard before these.
    rows = [(NOON, 39), *((NOON + 300 * (number + 1), number % 10) for number in range(60))]
    plays = next(iter(read_plays(scrobbles(tmp_path / "s.csv", rows)).of.values()))
    listener, now = Listener(model(), plays), NOON + 10**6 - EPOCH
    assert 39 not in listener.query(now).songs
    fresh = listener.suggest(now, Wanted(SONGS, new_only=True, per_artist=0))
    assert sorted(each.row for each in fresh) == list(range(10, 39))
    every = listener.suggest(now, Wanted(SONGS, new_only=False, per_artist=0))
    assert {int(each.row): (each.heard, each.last) for each in every}[39] == (1, NOON - EPOCH)


def test_the_command_says_what_it_read_and_writes_lists(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = scrobbles(folder / "s.csv", [(NOON + 300 * number, number % 10) for number in range(30)])
    words = ["listen", "--listens", str(path), "--model", str(folder / "model")]
    main([*words, "-n", "4"])
    out = capsys.readouterr()
    assert (
        "30 listens before 2023-11-15T00:38:21Z, 30 of them to songs that the model knows"
        in out.err
    )
    assert len(out.out.splitlines()) == 5
    main([*words, "-n", "4", "--json", "--new-only", "--at", "2023-11-14T22:30:00"])
    found = json.loads(capsys.readouterr().out)
    assert found["at"] == "2023-11-14T22:30:00Z"
    assert [each["heard"] for each in found["tracks"]] == [0] * 4
    main([*words, "--output", str(folder / "out.m3u8")])
    assert (folder / "out.m3u8").read_text("utf-8").count("#EXTINF") == 10
    capsys.readouterr()
    for more, said in (
        (["--at", "yesterday"], "--at 'yesterday': expected a date from 2002-10-01 on"),
        (["--per-artist", "-1"], "--per-artist -1: expected 0 (any number) or more"),
        (["-n", "0"], "--count 0: expected 1 or more"),
        (
            ["--model", str(folder)],
            "no model.json: expected a model as pipelines/two_tower writes it",
        ),
    ):
        with pytest.raises(SystemExit, match=r"^listen: ") as ended:
            main([*words, *more])
        assert said in str(ended.value)
