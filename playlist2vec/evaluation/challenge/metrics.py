"""Scores of the RecSys Challenge 2018, where a playlist has many right answers.

The right answers are the songs held back. The scores are R-precision, in three readings, NDCG and
clicks. Public sources disagree on the artists that R-precision credits, and the code of the
challenge's leaderboard could not be read: the reading of the leaderboard is unknown. For any list
and truth

    r_precision_tracks <= r_precision_missed_artists <= r_precision

For a playlist, G is the set of songs held back, R the list of songs suggested, best first. All
functions take `suggested`, int64 (playlists, k): song codes from 0, the list of every playlist, -1
where no song is left to suggest. They return float64 (playlists,), a value per playlist, whose mean
is the score. A song repeated in a list counts at the first place only; the challenge rejects lists
with repeats.

Sources: the rules of 2018 (recsys-challenge.spotify.com/rules) with the organisers' evaluation code
of 27 October 2017; Chen, Lamere, Schedl, Zamani, RecSys Challenge 2018: automatic music playlist
continuation, ACM RecSys 2018, as it is quoted; the page of the challenge that has been open since
2020 (aicrowd.com, Spotify Million Playlist Dataset Challenge). Results of the challenge: the same
authors, arXiv 1810.01520. The code of two teams, on GitHub: vl6, who won (layer6ai-labs/RecSys2018,
EvaluatorRPrecisionArtist.java), and Creamy Fireflies (tmscarla/spotify-recsys-challenge,
utils/metrics.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ARTIST_CREDIT = 0.25
PAGE = 10
"""Songs shown per click."""
NEVER = 51
"""Clicks without a right suggestion: one more than the 50 pages of a list of 500 songs."""


@dataclass(frozen=True, eq=False)
class Truth:
    """Held-back songs: G of playlist p is `songs[offsets[p]:offsets[p + 1]]`, at least a song.

    `songs`: int64 (total,), song codes from 0; a repeated song counts once. `offsets`: int64
    (playlists + 1,), from 0 to total.
    """

    songs: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def owners(self) -> NDArray[np.int64]:
        """The playlist of every song: int64 (total,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def sizes(self) -> NDArray[np.int64]:
        """Return |G| of every playlist: int64 (playlists,)."""
        base = int(self.songs.max(initial=0)) + 1
        return np.bincount(np.unique(self.owners * base + self.songs) // base, minlength=len(self))


def hits(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.bool_]:
    """Mark the first suggestion of every song of G: bool (playlists, k)."""
    base = max(int(suggested.max(initial=0)), int(truth.songs.max(initial=0))) + 1
    wanted = np.arange(len(suggested))[:, None] * base + suggested
    _, first = np.unique(wanted, return_index=True)
    new = np.zeros(suggested.size, bool)
    new[first] = True
    found: NDArray[np.bool_] = _right(suggested, truth) & new.reshape(suggested.shape)
    return found


def r_precision(
    suggested: NDArray[np.int64],
    truth: Truth,
    artists: NDArray[np.integer],
) -> NDArray[np.float64]:
    """Return R-precision with all artists: (|S_T and G_T| + 0.25 * |S_A and G_A|) / |G_T|.

    G_T: the different songs of G. S_T: the different songs of the first |G_T| suggestions. G_A,
    S_A: the artists of G_T and of S_T. `artists`: integers (songs,), the artist of every song code;
    a song with -1 has no artist and gets no credit. An artist counts once, also the artist of a
    right song, so a perfect list scores up to 1.25. The divisor is |G_T| also where the list is
    shorter.

    Source: the formula quoted from Chen et al., without a cap.
    """
    head = _head(suggested, truth)
    found = np.count_nonzero(hits(head, truth), axis=1)
    return _precision(found, _credited(head, truth, artists), truth)


def r_precision_missed_artists(
    suggested: NDArray[np.int64],
    truth: Truth,
    artists: NDArray[np.integer],
) -> NDArray[np.float64]:
    """Return R-precision with artists of misses: (|S_T and G_T| + 0.25 * |M_A and G_A|) / |G_T|.

    M_A: the artists of the misses, i.e. of the first |G_T| suggestions outside G_T; all else is as
    in `r_precision`. An artist of a miss is credited also where the artist of a right song is the
    same. A perfect list scores 1, and no list more.

    Source: the code of the teams vl6 and Creamy Fireflies, by which they scored their own
    validation sets. Where a list is shorter than |G_T|, vl6 divides by the length of the list, and
    here the divisor stays |G_T|; no playlist of the challenge holds back as many songs as a list
    has, 500.
    """
    head = _head(suggested, truth)
    found = np.count_nonzero(hits(head, truth), axis=1)
    missed = np.where(_right(head, truth), -1, head)
    return _precision(found, _credited(missed, truth, artists), truth)


def r_precision_tracks(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.float64]:
    """Return R-precision of tracks alone: |S_T and G_T| / |G_T|, with the sets of `r_precision`.

    R-precision in information retrieval is precision at |G_T|: 1 for a perfect list.

    Source: the formula of the rules of 2018 and 2020, and the organisers' evaluation code. The
    rules add that scores are taken for tracks and for artists, and join the two by no formula.
    """
    found = np.count_nonzero(hits(_head(suggested, truth), truth), axis=1)
    return _precision(found, np.zeros(len(truth), np.int64), truth)


def ndcg(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.float64]:
    """Return DCG / IDCG: sum of rel_i / log2(i + 1), over sum of 1 / log2(i + 1) to min(|G|, k).

    rel_i is 1 where the suggestion at place i, from 1, is a song of G, else 0; without a hit the
    score is 0. The formula is from the rules of 2018 (where the first term has no logarithm:
    log2(2) is 1) and from the organisers' code, which ends the ideal list at k = 500. The page of
    2020 prints log2(i) from i = 2 on, and an ideal list of |G and R| songs: there a list with a
    single hit, at the head, scores 1, whatever the list misses. The formula of 2020 is not computed
    here.
    """
    discounts = 1 / np.log2(np.arange(2, suggested.shape[1] + 2))
    gained = np.where(hits(suggested, truth), discounts, 0.0).sum(axis=1)
    ideal = np.cumsum(discounts)[np.minimum(truth.sizes(), len(discounts)) - 1]
    score: NDArray[np.float64] = gained / ideal
    return score


def clicks(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.float64]:
    """Return floor((place of the first hit - 1) / 10), places from 1; 51 without a hit.

    The score is the number of requests for ten more songs; smaller is better. All sources agree.
    Expects lists of at most 500 songs.
    """
    right = hits(suggested, truth)
    return np.where(right.any(axis=1), np.argmax(right, axis=1) // PAGE, NEVER).astype(np.float64)


def _right(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.bool_]:
    """Mark the suggestions of songs of G, repeats included: bool (playlists, k)."""
    base = max(int(suggested.max(initial=0)), int(truth.songs.max(initial=0))) + 1
    wanted = np.arange(len(suggested))[:, None] * base + suggested
    right: NDArray[np.bool_] = np.isin(wanted, truth.owners * base + truth.songs) & (suggested >= 0)
    return right


def _head(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.int64]:
    """Return the first |G| suggestions per playlist, then -1: int64 (playlists, largest |G|)."""
    sizes = truth.sizes()
    first = suggested[:, : int(sizes.max(initial=0))]
    return np.where(np.arange(first.shape[1]) < sizes[:, None], first, -1)


def _credited(
    suggested: NDArray[np.int64],
    truth: Truth,
    artists: NDArray[np.integer],
) -> NDArray[np.int64]:
    """Count the different artists of the suggestions that are artists of G: int64 (playlists,)."""
    base = int(artists.max(initial=-1)) + 1
    there = suggested >= 0
    row, _ = np.nonzero(there)
    mine = _different(row, artists[suggested[there]], base)
    theirs = _different(truth.owners, artists[truth.songs], base)
    common = np.intersect1d(mine, theirs, assume_unique=True)
    return np.bincount(common // max(base, 1), minlength=len(truth))


def _precision(
    found: NDArray[np.int64],
    credited: NDArray[np.int64],
    truth: Truth,
) -> NDArray[np.float64]:
    """Return (right songs + 0.25 * credited artists) / |G|: float64 (playlists,)."""
    precision: NDArray[np.float64] = (found + ARTIST_CREDIT * credited) / truth.sizes()
    return precision


def _different(
    row: NDArray[np.integer], artists: NDArray[np.integer], base: int
) -> NDArray[np.int64]:
    """Return the different pairs of playlist and artist as row * base + artist, rising."""
    known = artists >= 0
    return np.unique(row[known].astype(np.int64) * base + artists[known])
