"""Tables and batches as a terminal and programs get them, also where songs have no names or hostile
ones.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from playlist2vec.cli.output import write_songs
from playlist2vec.corpus.songs import Row
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.recommend.entries import entry_of
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.catalogue import Hit
from tests.conftest import Project
from tests.recommend.test_recommender import planted

TABLE = {"format": None, "output": None, "json": False}
HOSTILE = "\x1b[2J\u202e\x9b\x07"


def named(**columns: list[str]) -> Recommender:
    """A recommender of 12 songs, with these columns in place of its names."""
    recommender = planted()
    return replace(recommender, catalogue=replace(recommender.catalogue, **columns))  # type: ignore[arg-type]


def written(recommender: Recommender, capsys: pytest.CaptureFixture[str], **options: object) -> str:
    entries = [entry_of(recommender, Row(row), score=0.5) for row in (0, 1)]
    write_songs(argparse.Namespace(**(TABLE | options)), recommender, entries, "score")
    return capsys.readouterr().out


def test_columns_of_what_is_not_known_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = [""] * 12
    for columns, header in (
        ({}, ["artist", "title", "track", "plays", "score"]),
        ({"artist_names": nothing}, ["title", "track", "plays", "score"]),
        ({"artist_names": nothing, "titles": nothing}, ["track", "plays", "score"]),
        ({"genres": nothing}, ["artist", "title", "track", "plays", "score"]),
        (
            {"artist_names": ["", "one", *nothing[2:]]},
            ["artist", "title", "track", "plays", "score"],
        ),
    ):
        lines = written(named(**columns), capsys).splitlines()
        assert lines[0].split() == header
        assert lines[1].split()[-3:] == ["track_0", "12", "0.500"]


def test_nothing_in_a_name_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    recommender = named(titles=[HOSTILE] * 12, artist_names=["a\nb"] * 12)
    table = written(recommender, capsys)
    assert "a\\nb" in table
    assert "\\x1b[2J\\u202e\\x9b\\x07" in table
    text = written(recommender, capsys, json=True)
    assert json.loads(text)["tracks"][0]["title"] == HOSTILE
    assert all(sign.isprintable() or sign == "\n" for sign in table + text)


@pytest.mark.parametrize(
    ("form", "address"), [("m3u8", "{}"), ("xspf", "file://{}"), ("csv", "track_0")]
)
def test_a_song_that_is_a_file_here_is_its_file_for_players(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, address: str
) -> None:
    (tmp_path / "a.mp3").write_bytes(b"sound")
    recommender = named(files=[str(tmp_path / "a.mp3"), str(tmp_path / "gone.mp3"), *[""] * 10])
    text = written(recommender, capsys, format=form)
    assert address.format(tmp_path / "a.mp3") in text
    assert "gone.mp3" not in text
    assert "track_1" in text
    entries = json.loads(written(recommender, capsys, json=True))["tracks"]
    assert [each.get("file") for each in entries] == [str(tmp_path / "a.mp3"), None]


def test_ids_are_searched_where_songs_have_no_names() -> None:
    find = named(titles=["Title"] * 8 + [""] * 4, artist_names=[""] * 12).find
    assert find("ACK_1", 5) == [Hit(Row(10), 62.5), Hit(Row(11), 62.5)]
    assert find("k_9", 5) == [Hit(Row(9), round(300 / 7, 1))]
    assert find("track", 1) == [Hit(Row(8), round(500 / 7, 1))]
    assert find(" ", 5) == find("ack_0", 5) == []


def test_a_batch_is_answered_from_a_pipe_with_a_mark_into_one_that_closes(
    finished: Project, tmp_path: Path
) -> None:
    ids = Vocabulary.load(finished.folder / "data/model/vocabulary.tsv").ids
    queries = ("\ufeff" + "".join(f"{ids[1]}\t{ids[2]}\n" for _ in range(4000))).encode()
    (tmp_path / "queries.tsv").write_bytes(queries)
    command = [sys.executable, "-m", "playlist2vec", "next", "--batch", "-", "-k", "20"]
    place = {"cwd": finished.folder, "env": finished.environment}
    with (tmp_path / "queries.tsv").open("rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, check=False, **place)  # type: ignore[call-overload]
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 80_000
    assert (
        done.stderr
        == b"4,000 queries; 0 songs that the model does not know; 0 queries without a known song\n"
    )
    command[5] = str(tmp_path / "queries.tsv")
    shell = '"$@" | head -n 1; exit ${PIPESTATUS[0]}'
    closed = subprocess.run(
        ["bash", "-c", shell, "-", *command], capture_output=True, check=False, **place
    )  # type: ignore[call-overload]
    assert (closed.returncode, closed.stderr, len(closed.stdout.splitlines())) == (0, b"", 1)
