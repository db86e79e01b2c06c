"""Exports, read back by what other programs read them with."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.exporting.atlas import write_atlas
from playlist2vec.exporting.songs import Column, Songs, songs_of
from playlist2vec.exporting.text import write_projector, write_table
from tests.conftest import needed_package
from tests.recommend.test_recommender import planted

NASTY = [
    "Tab\there",
    "Line\nbreak",
    "\r\n",
    'Say "so"',
    "'",
    "",
    " ",
    "\u2028x",
    "=1+1",
    "\x1b[2J",
    "é 音",
    "plain",
]


def nasty() -> Songs:
    """Twelve songs with names that may break a table, and a genre."""
    recommender = planted()
    catalogue = replace(recommender.catalogue, titles=NASTY, genres=NASTY[::-1])
    return songs_of(replace(recommender, catalogue=catalogue))


def column(songs: Songs, name: str) -> list[str | int]:
    return list(next(each.values for each in songs.columns if each.name == name))


def test_what_is_said_of_a_song() -> None:
    songs = nasty()
    assert [each.name for each in songs.columns] == [
        "track",
        "label",
        "artist",
        "title",
        "genre",
        "plays",
    ]
    assert [each.name for each in songs_of(planted()).columns] == [
        "track",
        "label",
        "artist",
        "title",
        "plays",
    ]
    assert column(songs, "label")[0] == "artist 0 – Tab\there"
    assert column(songs_of(planted()), "plays") == list(range(12, 0, -1))


def test_a_table_is_read_back_as_it_was(tmp_path: Path) -> None:
    songs = nasty()
    write_table(songs, tmp_path / "songs.tsv")
    text = (tmp_path / "songs.tsv").read_bytes().decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    assert header == [*(each.name for each in songs.columns), "v0", "v1", "v2", "v3"]
    assert [row[3] for row in rows] == NASTY
    assert [int(row[5]) for row in rows] == column(songs, "plays")
    numbers = np.array([row[6:] for row in rows], np.float64).astype(np.float32)
    np.testing.assert_array_equal(numbers, songs.vectors)


def test_the_projector_has_a_line_a_song(tmp_path: Path) -> None:
    songs = nasty()
    paths = write_projector(songs, tmp_path / "new/projector")
    assert [path.name for path in paths] == sorted(
        (path.name for path in (tmp_path / "new/projector").iterdir()),
        key=[each.name for each in paths].index,
    )
    vectors, metadata, standalone, tensorboard = (path.read_bytes().decode() for path in paths)
    read = np.loadtxt(io.StringIO(vectors), delimiter="\t", dtype=np.float64).astype(np.float32)
    np.testing.assert_array_equal(read, songs.vectors)
    header, *lines = metadata.split("\n")[:-1]
    assert header.split("\t") == [each.name for each in songs.columns]
    assert len(lines) == len(songs)
    assert all(
        len(line.split("\t")) == 6 and line.replace("\t", "").isprintable() for line in lines
    )
    assert [line.split("\t")[3] for line in lines[:4]] == [
        "Tab here",
        "Line break",
        "-",
        'Say "so"',
    ]
    (one,) = json.loads(standalone)["embeddings"]
    assert one["tensorShape"] == [12, 4]
    for name in (one["tensorPath"], one["metadataPath"]):
        assert (paths[0].parent / name).is_file()
        assert f'"{name}"' in tensorboard


def test_one_column_of_names_has_no_header(tmp_path: Path) -> None:
    songs = songs_of(planted())
    paths = write_projector(songs, tmp_path, only=["title"])
    assert paths[1].read_text("utf-8").splitlines() == [f"Title {row}" for row in range(12)]


def test_the_projector_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    songs = songs_of(planted())
    short = replace(songs, columns=[*songs.columns, Column("more", ["x"])])
    with pytest.raises(ValueError, match="shorter"):
        write_projector(short, tmp_path / "projector")
    assert list((tmp_path / "projector").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="a file: expected a folder"):
        write_projector(songs, tmp_path / "file")


@pytest.mark.extra
def test_parquet_has_names_vectors_and_places(tmp_path: Path) -> None:
    needed_package("pyarrow")
    from pyarrow import parquet

    songs, places = nasty(), np.arange(24, dtype=np.float32).reshape(12, 2)
    places[3] = np.nan
    write_atlas(songs, tmp_path / "songs.parquet", places)
    table = parquet.read_table(tmp_path / "songs.parquet")
    assert table.column_names == [*(each.name for each in songs.columns), "vector", "x", "y"]
    for each in songs.columns:
        assert table[each.name].to_pylist() == list(each.values)
    np.testing.assert_array_equal(np.array(table["vector"].to_pylist(), np.float32), songs.vectors)
    assert table["x"].to_pylist() == [None if row == 3 else 2.0 * row for row in range(12)]
    write_atlas(songs, tmp_path / "bare.parquet")
    assert "x" not in parquet.read_table(tmp_path / "bare.parquet").column_names
    with pytest.raises(DataError, match="a map of 3 songs: expected 12"):
        write_atlas(songs, tmp_path / "no.parquet", places[:3])
    assert not (tmp_path / "no.parquet").exists()
