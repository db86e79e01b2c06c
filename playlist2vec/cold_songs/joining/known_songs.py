"""Restriction of a table of tracks, and of playlists, to some songs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from playlist2vec.cold_songs.split.roles import restricted
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks


def restrict(tracks: Tracks, playlists: Playlists, ids: Iterable[str]) -> tuple[Tracks, Playlists]:
    """Return the tracks with the given ids, sorted by id, and playlists of only these tracks.

    `playlists`: songs by place in `tracks`; the returned playlists have places in the new table.
    """
    place = {track: code for code, track in enumerate(tracks.ids)}
    order = sorted(place.keys() & set(ids))

    def column(values: Sequence[str]) -> list[str]:
        return [values[place[track]] for track in order]

    table = Tracks(
        order,
        column(tracks.artists),
        column(tracks.artist_names),
        column(tracks.titles),
        [""] * len(order),
    )
    return table, playlists_of(order, place, playlists)


def playlists_of(order: Sequence[str], place: Mapping[str, int], playlists: Playlists) -> Playlists:
    """Return playlists of only the songs in `order`, by place in `order`.

    `place`: the number of a song in `playlists`, by id; a song without a number is in no playlist.
    """
    code_of = np.full(len(place), -1, np.int32)
    for code, track in enumerate(order):
        if track in place:
            code_of[place[track]] = code
    kept = restricted(playlists, code_of >= 0)
    return replace(kept, tracks=code_of[kept.tracks])
