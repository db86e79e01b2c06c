"""The three scores of the RecSys Challenge 2018, in which a playlist has many right answers: those held back from it.

For a playlist, G is the set of its songs that were held back, R the list of songs that is suggested, best first. All
functions take `suggested`, int64 (playlists, k): song codes from 0, the list of each playlist, -1 where no song is
left to suggest; and return float64 (playlists,), one value a playlist, whose mean is the score. A song that stands in
a list again counts where it stands first only; the challenge refuses such lists.

Sources: the rules of 2018 (recsys-challenge.spotify.com/rules) with the organisers' evaluation code of 27 October 2017;
Chen, Lamere, Schedl, Zamani, RecSys Challenge 2018: automatic music playlist continuation, ACM RecSys 2018, as it is
quoted; the page of the challenge that has been open since 2020 (aicrowd.com, Spotify Million Playlist Dataset
Challenge). What came of the challenge: the same authors, arXiv 1810.01520.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ARTIST_CREDIT = 0.25
PAGE = 10
"""Songs that a click shows."""
NEVER = 51
"""Clicks where no suggestion is right: one more than a list of 500 songs has."""


@dataclass(frozen=True, eq=False)
class Truth:
    """What was held back from each playlist: G of playlist p is `songs[offsets[p]:offsets[p + 1]]`, at least one song.

    `songs`: int64 (total,), song codes from 0; a song that stands there twice counts once. `offsets`: int64
    (playlists + 1,), from 0 to total.
    """

    songs: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def owners(self) -> NDArray[np.int64]:
        """The playlist of each song: int64 (total,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def sizes(self) -> NDArray[np.int64]:
        """|G| of each playlist: int64 (playlists,)."""
        base = int(self.songs.max(initial=0)) + 1
        return np.bincount(np.unique(self.owners * base + self.songs) // base, minlength=len(self))


def hits(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.bool_]:
    """Whether each suggestion is a song of G that did not stand before it: bool (playlists, k)."""
    base = max(int(suggested.max(initial=0)), int(truth.songs.max(initial=0))) + 1
    wanted = np.arange(len(suggested))[:, None] * base + suggested
    right = np.isin(wanted, truth.owners * base + truth.songs) & (suggested >= 0)
    _, first = np.unique(wanted, return_index=True)
    new = np.zeros(suggested.size, bool)
    new[first] = True
    found: NDArray[np.bool_] = right & new.reshape(suggested.shape)
    return found


def r_precision(suggested: NDArray[np.int64], truth: Truth, artists: NDArray[np.integer]) -> NDArray[np.float64]:
    """(|S_T and G_T| + 0.25 * |S_A and G_A|) / |G_T| within the first |G_T| suggestions.

    G_T: the different songs of G. S_T: those of the first |G_T| suggestions. G_A, S_A: the different artists of G_T and
    of S_T. `artists`: integers (songs,), the artist of each song code; songs with -1 have no artist and get no credit.

    That is the formula that is quoted from Chen et al. It counts artists, not songs: an artist counts once however many
    of the suggestions are by him or her, whether his or her song is the right one or another; so a perfect list scores
    up to 1.25, and no cap is named. The rules of 2018 and of 2020 print the formula without artists,
    |G and R_1..|G|| / |G|, and say that every score is taken for tracks and for artists.
    """
    base = int(artists.max(initial=-1)) + 1
    sizes = truth.sizes()
    within = (np.arange(suggested.shape[1]) < sizes[:, None]) & (suggested >= 0)
    row, _ = np.nonzero(within)
    mine = _different(row, artists[suggested[within]], base)
    theirs = _different(truth.owners, artists[truth.songs], base)
    credited = np.bincount(np.intersect1d(mine, theirs, assume_unique=True) // max(base, 1), minlength=len(truth))
    found = np.count_nonzero(hits(suggested, truth) & within, axis=1)
    precision: NDArray[np.float64] = (found + ARTIST_CREDIT * credited) / sizes
    return precision


def ndcg(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.float64]:
    """DCG / IDCG, with DCG = the sum of rel_i / log2(i + 1) and IDCG = the sum of 1 / log2(i + 1) to min(|G|, k).

    rel_i is 1 where the suggestion at place i, from 1, is a song of G, else 0; without a hit the score is 0.
    So it stands in the rules of 2018 (where the first term has no logarithm: log2(2) is 1) and in the organisers' code,
    which ends the ideal list at k = 500. The page of 2020 prints log2(i) from i = 2 on, and an ideal list of |G and R|
    songs: there a list with one hit at its head scores 1, whatever it misses. That is not what is computed here.
    """
    discounts = 1 / np.log2(np.arange(2, suggested.shape[1] + 2))
    gained = np.where(hits(suggested, truth), discounts, 0.0).sum(axis=1)
    ideal = np.cumsum(discounts)[np.minimum(truth.sizes(), len(discounts)) - 1]
    score: NDArray[np.float64] = gained / ideal
    return score


def clicks(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.float64]:
    """floor((place of the first hit - 1) / 10), places from 1: how often ten more songs are asked for; 51 for no hit.

    All sources agree. Expects lists of at most 500 songs. The smaller, the better.
    """
    right = hits(suggested, truth)
    return np.where(right.any(axis=1), np.argmax(right, axis=1) // PAGE, NEVER).astype(np.float64)


def _different(row: NDArray[np.integer], artists: NDArray[np.integer], base: int) -> NDArray[np.int64]:
    """Each pair of playlist and artist once, as row * base + artist, rising."""
    known = artists >= 0
    return np.unique(row[known].astype(np.int64) * base + artists[known])
