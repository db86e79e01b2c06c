"""The user's music files matched to the songs of playlists, or added as new songs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playlist2vec.cold_songs.joining.known_songs import playlists_of
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import training_vocabulary
from playlist2vec.reading.songs import Wanted
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.likeness.spelling import plain
from playlist2vec.songs.meaning import meant
from playlist2vec.sound.folder.scanning import OwnFile

NEW = "file:"
"""Prefix of the id of a song unknown to the table of tracks; the path of the file follows."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Songs with a music file, sorted by id, and the playlists of the known songs.

    `files`: the file of each song. `known`: number of songs in the table of tracks. `again`: number
    of files whose song has another file already.
    """

    tracks: Tracks
    files: list[OwnFile]
    playlists: Playlists
    known: int
    again: int


def join_files(files: Sequence[OwnFile], tracks: Tracks, playlists: Playlists) -> Joined:
    """Match files by tags to the songs of `tracks`; a file without a match is a new song.

    `playlists`: songs by place in `tracks`; songs without a file are dropped.
    """
    vocabulary, _ = training_vocabulary([playlists], tracks.ids)
    catalogue = Catalogue.of(vocabulary, tracks)
    chosen: dict[str, OwnFile] = {}
    for file in files:
        ids = (file.isrc,) if file.isrc else ()
        match = meant(catalogue, Wanted(file.file, ids, file.artist, file.title, file.album))
        chosen.setdefault(catalogue.ids[match.row] if match else f"{NEW}{file.file}", file)
    order = sorted(chosen)
    place = {track: code for code, track in enumerate(tracks.ids)}
    known = [track for track in order if track in place]
    artists = dict(
        zip(map(plain, reversed(tracks.artist_names)), reversed(tracks.artists), strict=True)
    )
    table = Tracks(
        order,
        [
            tracks.artists[place[each]]
            if each in place
            else artist_id(chosen[each].artist, artists)
            for each in order
        ],
        [
            tracks.artist_names[place[each]] if each in place else chosen[each].artist
            for each in order
        ],
        [tracks.titles[place[each]] if each in place else chosen[each].title for each in order],
        [""] * len(order),
    )
    moved = playlists_of(order, place, playlists)
    return Joined(
        table, [chosen[each] for each in order], moved, len(known), len(files) - len(order)
    )


def artist_id(name: str, known: Mapping[str, str]) -> str:
    """Return the id in `known` of an artist's plain spelling, or else the plain spelling."""
    spelling = plain(name)
    return known.get(spelling) or spelling
