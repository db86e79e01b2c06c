"""Training playlists in parts, read one after the other, in a new order in every epoch."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, places_of
from playlist2vec.models.word2vec.contexts import with_artists

Load = Callable[[], Playlists]
"""A function that reads a part of the playlists, with songs as rows."""


class Tokens:
    """Training tokens: songs, or songs each followed by a token for the artist.

    `artists`: int64 (songs,), the artist token of every song, -1 for unknown; None for songs alone.
    """

    def __init__(self, parts: Sequence[Load], artists: NDArray[np.int64] | None) -> None:
        self.parts = parts
        self.artists = artists

    def part(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the tokens of a part, int32 (plays,), and the offsets of its playlists, int64
        (playlists + 1,).
        """
        playlists = self.parts[number]()
        if self.artists is None:
            return playlists.tracks, playlists.offsets
        tokens, offsets = with_artists(playlists, self.artists)
        return tokens.astype(np.int32), offsets

    def __iter__(self) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        return (self.part(number) for number in range(len(self.parts)))

    def shuffled(self, seed: int) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        """Yield the parts in a random order given by `seed`, with the playlists of every part in a
        random order as well.

        In the order of a file, often the order of time, the last playlists would have more
        influence.
        """
        for number in order_of(len(self.parts), seed).tolist():
            tokens, offsets = self.part(number)
            places, bounds = places_of(offsets, order_of(len(offsets) - 1, seed + number + 1))
            yield tokens[places], bounds


def order_of(number: int, seed: int) -> NDArray[np.int64]:
    """Return the integers below `number` in a random order given by `seed`: int64 (number,)."""
    return np.argsort(mix(np.arange(number, dtype=np.uint64), seed % 2**64), kind="stable")
