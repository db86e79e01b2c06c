"""The keys of playlists, made from their number or their name, and the cutting of a long playlist
into pieces.
"""

from collections.abc import Iterator

import numpy as np

from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.corpus.playlists import RawPlaylist

BLOCK = 8192


def row_keys() -> Iterator[int]:
    """Keys of the playlists that have no name: the hash of 0, of 1 and so on, without end."""
    start = 0
    while True:
        yield from mix(np.arange(start, start + BLOCK, dtype=np.uint64)).tolist()
        start += BLOCK


def pieces(name: str, tracks: list[str], artists: list[str], piece: int) -> Iterator[RawPlaylist]:
    """A playlist cut into consecutive pieces of `piece` songs, the last one shorter; whole if
    `piece` is 0.

    The key comes from the name alone, that of piece n (from 1) from `<name>#<n>`, so that songs
    added at the end of a playlist do not change the keys of the pieces before.
    """
    if piece == 0:
        yield RawPlaylist(key_of_name(name), tracks, artists)
        return
    for number, start in enumerate(range(0, max(len(tracks), 1), piece), start=1):
        end = start + piece
        yield RawPlaylist(key_of_name(f"{name}#{number}"), tracks[start:end], artists[start:end])
