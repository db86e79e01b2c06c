"""The order of songs that their counts give, and playlists rewritten with it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Block
from playlist2vec.corpus.vocabulary import Vocabulary, frequency_order


def build_vocabulary(playlists: Playlists, ids: list[str]) -> tuple[Vocabulary, Playlists]:
    """Count the songs of the playlists, order them, and rewrite the playlists with vocabulary
    indices.

    `ids`: the track id of each code in `playlists.tracks`, in ascending order of their bytes.
    Raises DataError if there is no song left.
    """
    vocabulary, index = order_songs(np.bincount(playlists.tracks, minlength=len(ids)), ids)
    return vocabulary, recode(playlists, index)


def order_songs(counts: NDArray[np.int64], ids: list[str]) -> tuple[Vocabulary, NDArray[np.int32]]:
    """The vocabulary, and the index in it of each code, int32 (codes,), 0 for a code without a
    count.

    `counts`: int64 (codes,), some of the last, which are 0, may be missing. `ids` as for
    `build_vocabulary`.
    """
    order = frequency_order(counts)
    if len(order) == 0:
        raise DataError(
            "the vocabulary is empty: filtering left no song; expected a smaller filter.min_count or filter.min_length"
        )
    index = np.zeros(len(counts), np.int32)
    index[order] = np.arange(len(order), dtype=np.int32)
    return Vocabulary([ids[code] for code in order.tolist()], counts[order]), index


def recode(playlists: Playlists, index: NDArray[np.int32]) -> Playlists:
    """The playlists with `index` of each song instead of its code."""
    return replace(playlists, tracks=index[playlists.tracks])


def recode_block(block: Block, index: NDArray[np.int32]) -> Playlists:
    """`recode` for a block."""
    return recode(block.load(), index)
