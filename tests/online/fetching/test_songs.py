"""The songs to ask about: their order, and what is known of each."""

from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.online.fetching.finding import Wanted
from playlist2vec.online.fetching.songs import Songs, read_isrcs
from playlist2vec.reading.notes import Notes

TRACKS = Tracks(
    ["b", "track_5", "track_6"],
    [""] * 3,
    ["Nell Oak", "Kites", ""],
    ["Ferry", "", ""],
    [""] * 3,
    {"isrc": ["gb-aye-00-00351", "", "wrong"], "duration": ["201", "", "x"]},
)


def test_the_songs_played_most_often_come_first(tmp_path: Path) -> None:
    TRACKS.save(tmp_path / "tracks.tsv")
    songs = Songs.load(tmp_path, {"track_5": "GBAYE0000001"}, deezer_ids=False)
    assert list(songs) == [
        Wanted("b", "Nell Oak", "Ferry", 201.0, 0, "GBAYE0000351"),
        Wanted("track_5", "Kites", "", 0.0, 5, "GBAYE0000001"),
        Wanted("track_6"),
    ]
    rows = np.arange(2)
    codes = np.array([2, 1, 2], np.int32)
    Playlists(codes, np.array([0, 2, 3]), rows.astype(np.uint64), rows).save(
        tmp_path / "playlists.npz"
    )
    songs = Songs.load(tmp_path, {}, deezer_ids=True)
    assert [(song.track, song.number) for song in songs] == [
        ("track_6", 6),
        ("track_5", 5),
        ("b", 0),
    ]
    assert len(songs) == 3


def test_a_table_of_codes(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "ISRC;Track ID\nGB-AYE-00-00351;a\nwrong;b\nGBAYE0000001;\ngbaye0000002;c\n",
        encoding="utf-8",
    )
    notes = Notes(path)
    assert read_isrcs(path, notes) == {"a": "GBAYE0000351", "c": "GBAYE0000002"}
    assert [line.partition(": ")[2] for line in notes] == [
        "2 rows without an id of a song or a code of a recording: left out (line 3, line 4)"
    ]
    path.write_text("track,code\n", encoding="utf-8")
    with pytest.raises(DataError, match="no header with the columns track_id and isrc"):
        read_isrcs(path, notes)
