"""Playlist files that are read in tests."""

from pathlib import Path

from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.reading.songs import Wanted


def read(
    folder: Path, name: str, content: str | bytes, playlist: str = ""
) -> tuple[list[Wanted], list[str]]:
    """The songs of a file with this content, and the notes on it without its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    notes = Notes(path)
    songs = list(read_playlist(path, notes, playlist))
    return songs, [note.removeprefix(f"{path}: ") for note in notes]


def names(songs: list[Wanted]) -> list[tuple[str, str]]:
    """The artist and the title of each song."""
    return [(song.artist, song.title) for song in songs]
