"""The baseline of item neighbours: songs held by the same playlists."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.ranking.sparse import Scorer, keep_largest, weighted_rows


def item_neighbours(index: PlayIndex, neighbours: int) -> Scorer:
    """Return the scorer of item-to-item k-nearest neighbours: score(c | s) = cos(s, c).

    The score is 0 unless c is among the `neighbours` songs most similar to s. cos(s, c) =
    n(s, c) / sqrt(n(s) * n(c)), where n counts the playlists that hold the song or both songs. A
    song is no neighbour of itself; ties for the last place go to the smaller row. Sarwar et al.,
    Item-based collaborative filtering recommendation algorithms, WWW 2001; Deshpande, Karypis,
    Item-based top-N recommendation algorithms, ACM TOIS 22 (2004).
    """
    nearest: dict[int, tuple[NDArray[np.integer], NDArray[np.float64]]] = {}

    def rows(songs: NDArray[np.int64]) -> csr_array:
        counts = index.holders.lengths.astype(np.float64)
        new = np.array([song for song in songs.tolist() if song not in nearest], np.int64)
        for some, both in index.count_together(new):
            row = np.repeat(some, np.diff(both.indptr))
            # The root comes last: quotients that are equal as fractions are equal in float64 too.
            both.data = np.sqrt(both.data**2 / (counts[row] * counts[both.indices]))
            both.data[row == both.indices] = 0
            both.eliminate_zeros()
            kept = keep_largest(both, neighbours)
            for song, first, end in zip(some.tolist(), kept.indptr, kept.indptr[1:], strict=False):
                nearest[song] = kept.indices[first:end].copy(), kept.data[first:end].copy()
        found = [nearest[song] for song in songs.tolist()]
        offsets = offsets_of(np.array([len(columns) for columns, _ in found], np.int64))
        columns = np.concatenate([np.empty(0, np.int32), *(columns for columns, _ in found)])
        values = np.concatenate([np.empty(0), *(values for _, values in found)])
        return csr_array((values, columns, offsets), shape=(len(songs), index.songs))

    return weighted_rows(rows)
