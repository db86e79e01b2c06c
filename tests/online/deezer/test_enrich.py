"""Names asked of a server that answers like Deezer."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer
from playlist2vec.online.deezer.enrich import ask_names, duration, nameless, save_names, time_left
from playlist2vec.online.quota import Quota
from playlist2vec.songs.names import SongName, SongNames, read_names
from tests.builders.deezer_server import DeezerServer, deezer_server
from tests.conftest import ROOT


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeezerServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as running:
        running.add(
            *(Song(number, f"Title {number}", f"Artist, {number}", "", 200) for number in (2, 3, 4))
        )
        yield running


def test_many_unusable_answers_in_a_row_end_it(server: DeezerServer) -> None:
    tracks = [f"track_{number}" for number in range(1, 20)]
    server.script = [*["page"] * 4, "", *["page"] * 9]
    asked: dict[str, SongName] = {}
    deezer = Deezer(server.address, quota=Quota(50, 0))
    told: list[str] = []
    with pytest.raises(DataError, match="/track/10: answered 200 OK"):
        told.extend(ask_names(deezer, tracks, asked))
    assert list(asked) == ["track_5"]
    assert len(server.paths) == 10


def test_who_is_asked_about() -> None:
    names = SongNames(
        {"track_1": SongName("A", "")},
        {"track_2": SongName("", "T")},
        {"track_3": SongName("", "")},
    )
    assert nameless(["x", "track_3", "track_2", "track_1", "track_x"], names) == (["track_1"], 2)


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    names = {"track_1": SongName('"A", B', "T;\t"), "track_2": SongName("", "")}
    save_names(names, tmp_path / "n.csv")
    assert read_names(tmp_path / "n.csv") == names | {"track_1": ('"A", B', "T;")}


def test_time_left() -> None:
    assert time_left(100, done=50, seconds=1) == 100 / 10
    assert time_left(100, done=50, seconds=50) == 100
    assert [duration(seconds) for seconds in (0, 89, 90, 5369, 9360)] == [
        "0 s",
        "89 s",
        "2 min",
        "89 min",
        "2 h 36 min",
    ]


def test_git_keeps_nothing_of_it() -> None:
    for name in ("names.csv", "deezer.sqlite", "deezer.sqlite.damaged"):
        ignored = subprocess.run(
            ["git", "check-ignore", "-q", f"data/incoming/{name}"], cwd=ROOT, check=False
        )
        assert ignored.returncode == 0
