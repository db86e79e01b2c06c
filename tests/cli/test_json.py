"""The one shape of what commands write with --json, as docs/json.md has it: all commands, as people
type them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playlist2vec.cli.commands import COMMANDS, parser
from playlist2vec.recommend.loading import load
from tests.conftest import ROOT, Project, needed_package
from tests.listening.serving.test_serving import NOON, model, scrobbles

PROGRAM = (sys.executable, "-m", "playlist2vec")
SONG = {"track": str, "artist": str, "title": str, "plays": int}
"""What every song has, and of which type."""
ALSO = {
    "genre": str,
    "file": str,
    "score": float | None,
    "likeness": float,
    "part": float,
    "by": str,
    "note": str,
    "heard": int,
    "last": str | None,
    "parts": list,
    "why": dict,
}
"""What a song has in some commands."""
WITH_SONGS = {
    "find": ["{label}"],
    "similar": ["{song}", "--names", "{names}"],
    "next": ["{song}", "{other}", "--why", "--ranker", "word2vec"],
    "complete": ["{list}", "--why", "--whole"],
    "path": ["{song}", "{other}"],
    "radio": ["{song}", "--steps", "4"],
}
OTHERS: dict[str, list[str]] = {
    "compare": ["HEAD", "workspace"],
    "runs": [],
    "doctor": [],
}
"""Commands without songs in what they say."""


def songs_in(content: object, key: str = "") -> Iterator[dict[str, Any]]:
    """Yield every song; a list of songs is only under `tracks`, and nothing else is there."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from songs_in(value, name)
    elif isinstance(content, list):
        for each in content:
            assert (key == "tracks") == (isinstance(each, dict) and "track" in each), key
            if key == "tracks":
                yield each
            yield from songs_in(each)


def check_song(song: dict[str, Any]) -> None:
    assert list(song)[: len(SONG)] == list(SONG) or {"genre", "file"} & song.keys()
    for name, value in song.items():
        assert isinstance(value, (SONG | ALSO)[name]), name
    assert song.keys() >= SONG.keys()


def test_every_command_with_json_is_tried_here() -> None:
    known = [name for name in COMMANDS if "--json" in parser(name).commands[name].options()]
    assert sorted(known) == sorted([*WITH_SONGS, *OTHERS, "listen"])


@pytest.fixture(scope="module")
def given(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Words for the commands: songs of the model, a playlist, a table of names."""
    folder, catalogue = tmp_path_factory.mktemp("given"), load(finished.folder).catalogue
    song, other = catalogue.ids[3], catalogue.ids[5]
    (folder / "names.csv").write_text(
        f"track_id,artist,title\n{song},Ann,A \x1b[31m song\n", "utf-8"
    )
    (folder / "list.txt").write_text(f"{song}\n{other}\nNobody – Nothing\n", "utf-8")
    files = {"names": str(folder / "names.csv"), "list": str(folder / "list.txt")}
    return {"song": song, "other": other, "label": catalogue.label(catalogue.row_of[song]), **files}


@pytest.mark.parametrize("command", WITH_SONGS)
def test_a_song_is_the_same_object_everywhere(
    finished: Project, given: dict[str, str], command: str
) -> None:
    words = [word.format(**given) for word in WITH_SONGS[command]]
    done = subprocess.run(
        [*PROGRAM, command, *words, "--json"],
        cwd=finished.folder,
        env=finished.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines() if command == "radio" else [done.stdout]
    said = [json.loads(line) for line in lines]
    songs = said if command == "radio" else list(songs_in(said[0]))
    assert len(songs) >= 4 if command != "find" else songs
    for song in songs:
        check_song(song)
    if command != "radio":
        assert "tracks" in said[0]


@pytest.mark.parametrize("command", OTHERS)
def test_other_commands_say_an_object(finished: Project, command: str) -> None:
    done = subprocess.run(
        [*PROGRAM, command, *OTHERS[command], "--json"],
        cwd=finished.folder,
        env=finished.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(done.stdout)
    assert isinstance(said, dict)
    assert list(songs_in(said)) == []


@pytest.mark.extra
def test_listens_have_the_same_songs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needed_package("lightgbm")
    from playlist2vec.cli.command_line import main

    model().save(tmp_path / "model")
    listens = scrobbles(
        tmp_path / "s.csv", [(NOON + 300 * number, number % 10) for number in range(30)]
    )
    main(["listen", "--listens", str(listens), "--model", str(tmp_path / "model"), "--json"])
    said = json.loads(capsys.readouterr().out)
    songs = list(songs_in(said))
    assert len(songs) == 10
    for song in songs:
        check_song(song)
        assert {"score", "heard", "last"} <= song.keys()


def test_the_shape_is_written_down() -> None:
    text = (ROOT / "docs/json.md").read_text("utf-8")
    for name in (*SONG, *ALSO):
        assert f"`{name}`" in text, name
