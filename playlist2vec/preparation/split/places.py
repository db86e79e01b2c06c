"""Places of the target songs in playlists."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.preparation.split.params import SplitParams


def target_places(
    lengths: NDArray[np.int64], keys: NDArray[np.uint64], params: SplitParams
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the places of the targets in playlists of `min_length` songs or more.

    `lengths`: int64 (playlists,). `keys`: uint64 (playlists,). `last`: the last place of every
    playlist. `random`: `places` different places with `min_length` - 1 songs or more before, or all
    such places where there are fewer; a hash of key, seed and place draws them with equal chances.
    Returns int64 (pairs,) twice, in the order of the playlists and of the places: the number of the
    playlist, and the place, from 0.
    """
    if params.target == "last":
        return np.arange(len(lengths)), lengths - 1
    possible = lengths - (params.min_length - 1)
    starts = offsets_of(possible)
    playlist = np.repeat(np.arange(len(lengths)), possible)
    place = np.arange(starts[-1]) - starts[playlist] + params.min_length - 1
    with np.errstate(over="ignore"):
        draws = mix(mix(keys, params.seed)[playlist] + place.astype(np.uint64), 1)
    order = np.lexsort((place, draws, playlist))
    chosen = np.sort(order[np.arange(len(order)) - starts[playlist] < params.places])
    return playlist[chosen], place[chosen]
