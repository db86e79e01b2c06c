"""Order of songs by count, and playlists rewritten in vocabulary indices."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Block
from playlist2vec.corpus.vocabulary import Vocabulary, frequency_order


def build_vocabulary(playlists: Playlists, ids: list[str]) -> tuple[Vocabulary, Playlists]:
    """Order the songs of the playlists by count, and rewrite the playlists with vocabulary indices.

    `ids`: the track id of every code in `playlists.tracks`, in ascending order of bytes. Raises
    DataError if no song is left.
    """
    vocabulary, index = order_songs(np.bincount(playlists.tracks, minlength=len(ids)), ids)
    return vocabulary, recode(playlists, index)


def order_songs(counts: NDArray[np.int64], ids: list[str]) -> tuple[Vocabulary, NDArray[np.int32]]:
    """Return the vocabulary, and the vocabulary index of every code: int32 (codes,).

    The index is 0 for a code without a count. `counts`: int64 (codes,); zeros at the end may be
    missing. `ids`: as in `build_vocabulary`.
    """
    order = frequency_order(counts)
    if len(order) == 0:
        raise DataError(
            "the vocabulary is empty: filtering left no song; "
            "expected a smaller filter.min_count or filter.min_length"
        )
    index = np.zeros(len(counts), np.int32)
    index[order] = np.arange(len(order), dtype=np.int32)
    return Vocabulary([ids[code] for code in order.tolist()], counts[order]), index


def recode(playlists: Playlists, index: NDArray[np.int32]) -> Playlists:
    """Return the playlists with `index` of every song in place of the code."""
    return replace(playlists, tracks=index[playlists.tracks])


def recode_block(block: Block, index: NDArray[np.int32]) -> Playlists:
    """Read a block and apply `recode`."""
    return recode(block.load(), index)
