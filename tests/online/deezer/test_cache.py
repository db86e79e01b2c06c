import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from playlist2vec.online.deezer.cache import Answer, Song, SongCache

SONG = Song(7, "Night Ferry", "Nell Oak", "Piers", 201)


def test_answers_outlive_the_process_those_without_a_song_too(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "songs.sqlite"
    assert SongCache(path).find("a") is None
    SongCache(path).keep("a", SONG)
    SongCache(path).keep("b", None)
    cache = SongCache(path)
    assert (cache.find("a"), cache.find("b"), cache.find("c")) == (Answer(SONG), Answer(None), None)
    cache.keep("b", SONG)
    assert cache.find("b") == Answer(SONG)


@pytest.mark.parametrize("damage", ["text", "cut", "other table"])
def test_a_damaged_file_is_put_aside_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    path = tmp_path / "songs.sqlite"
    SongCache(path).keep("a", SONG)
    if damage == "text":
        path.write_text("these are my notes, " * 99, encoding="utf-8")
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript("DROP TABLE answers; CREATE TABLE answers (question TEXT)")
    before = path.read_bytes()
    cache = SongCache(path)
    assert cache.find("a") is None
    cache.keep("a", SONG)
    assert cache.find("a") == Answer(SONG)
    assert (tmp_path / "songs.sqlite.damaged").read_bytes() == before
    reason = {
        "text": "file is not a database",
        "cut": "database disk image is malformed",
        "other table": "no such column: id",
    }[damage]
    assert caplog.messages == [
        f"{path}: damaged ({reason}): renamed to songs.sqlite.damaged and begun anew"
    ]
    assert caplog.records[0].levelno == logging.WARNING


def test_a_file_that_cannot_be_made_is_done_without_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = SongCache(tmp_path / "file" / "songs.sqlite")
    cache.keep("a", SONG)
    assert cache.find("a") is None
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(f"{cache.path}: cannot be used (")
    assert caplog.messages[0].endswith("): nothing is kept from now on")


def test_a_file_that_another_program_holds_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "songs.sqlite"
    SongCache(path).keep("a", SONG)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert SongCache(path, patience=0.01).find("a") is None
    assert caplog.messages == [
        f"{path}: cannot be used (database is locked): nothing is kept from now on"
    ]
    assert SongCache(path).find("a") == Answer(SONG)
