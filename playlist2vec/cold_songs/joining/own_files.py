"""A person's own music files beside the songs of playlists: which file is which song, and which
songs are new.
"""

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
"""How the id of a song begins that no table of tracks knows; its path follows."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Songs that have a file, in the order of their ids, and the playlists of those that were
    known.

    `files`: the file of each song. `known`: songs that a table of tracks knows. `again`: files of a
    song that has one.
    """

    tracks: Tracks
    files: list[OwnFile]
    playlists: Playlists
    known: int
    again: int


def join_files(files: Sequence[OwnFile], tracks: Tracks, playlists: Playlists) -> Joined:
    """Give each file the song of `tracks` that its tags name, or a song of its own.

    `playlists`: songs by their place in `tracks`; of theirs those stay that have a file.
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
    """Return the id of the artist of a name, by its spelling in `known`, else the plain spelling."""
    spelling = plain(name)
    return known.get(spelling) or spelling
