"""A person's files beside the songs of playlists."""

from playlist2vec.cold_songs.joining.own_files import join_files
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sound.folder.scanning import OwnFile
from tests.builders.examples import lists_of, playlists_of

TRACKS = Tracks(
    ["t1", "t2", "t3"],
    ["a1", "a1", "a2"],
    ["Lumen", "Lumen", "Núria Vidal"],
    ["Harbour Light", "Low Tide", "Ona"],
    ["", "", ""],
)
FILES = [
    OwnFile("1.mp3", "lumen", "Harbour light"),
    OwnFile("2.mp3", "Nuria Vidal", "Ona", seconds=3.0),
    OwnFile("3.flac", "Nuria Vidal", "Ona"),
    OwnFile("4.mp3", "LUMEN", "Never Heard"),
    OwnFile("5.mp3", "Nobody", "Nothing"),
    OwnFile("6.mp3", "", "x"),
]


def test_files_become_songs_that_are_known_or_new_and_the_counts_add_up() -> None:
    found = join_files(FILES, TRACKS, playlists_of([[0, 1, 2], [1], [2, 0]]))
    assert found.tracks.ids == ["file:4.mp3", "file:5.mp3", "file:6.mp3", "t1", "t3"]
    assert found.tracks.artists == ["a1", "nobody", "", "a1", "a2"]
    assert found.tracks.titles == ["Never Heard", "Nothing", "x", "Harbour Light", "Ona"]
    assert [file.file for file in found.files] == ["4.mp3", "5.mp3", "6.mp3", "1.mp3", "2.mp3"]
    assert lists_of(found.playlists) == [[3, 4], [4, 3]]
    assert (found.known, found.again) == (2, 1)
    assert found.known + 3 + found.again == len(FILES)
