"""Keys of playlists from a number or a name, and the division of long playlists into chunks."""

from collections.abc import Iterator

import numpy as np

from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.corpus.playlists import RawPlaylist

BLOCK = 8192


def row_keys() -> Iterator[int]:
    """Yield keys for playlists without a name: the hashes of 0, 1 and so on, without end."""
    start = 0
    while True:
        yield from mix(np.arange(start, start + BLOCK, dtype=np.uint64)).tolist()
        start += BLOCK


def pieces(name: str, tracks: list[str], artists: list[str], piece: int) -> Iterator[RawPlaylist]:
    """Yield a playlist in consecutive chunks of `piece` songs, the last shorter; whole for 0.

    The key of a whole playlist comes from the name alone, the key of chunk n (from 1) from
    `<name>#<n>`. Songs added at the end of a playlist therefore keep the keys of earlier chunks.
    """
    if piece == 0:
        yield RawPlaylist(key_of_name(name), tracks, artists)
        return
    for number, start in enumerate(range(0, max(len(tracks), 1), piece), start=1):
        end = start + piece
        yield RawPlaylist(key_of_name(f"{name}#{number}"), tracks[start:end], artists[start:end])
