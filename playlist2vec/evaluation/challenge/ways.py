"""The ten ways of the RecSys Challenge 2018 to show a part of a playlist and hold back the rest.

Rules and counts: the README of the challenge set (recsys-challenge.spotify.com/challenge_readme),
1,000 playlists per way.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.selection import keep_plays
from playlist2vec.evaluation.challenge.metrics import Truth


class Way(NamedTuple):
    """The known part of a playlist: the title or not, and `seeds` songs, first or `random` ones."""

    name: str
    title: bool
    seeds: int
    random: bool = False


WAYS = (
    Way("title", True, 0),
    Way("title_first_1", True, 1),
    Way("title_first_5", True, 5),
    Way("first_5", False, 5),
    Way("title_first_10", True, 10),
    Way("first_10", False, 10),
    Way("title_first_25", True, 25),
    Way("title_random_25", True, 25, random=True),
    Way("title_first_100", True, 100),
    Way("title_random_100", True, 100, random=True),
)


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Playlists with a known part, and a rest to be found.

    `seeds`: the known songs, in the order of play. `truth`: the remaining songs, without repeats.
    `ways`: int64 (playlists,), places in WAYS. `repeated`: the number of plays left out because the
    song occurs earlier in the playlist.
    """

    seeds: Playlists
    truth: Truth
    ways: NDArray[np.int64]
    repeated: int

    def __len__(self) -> int:
        return len(self.ways)


def hold_out(playlists: Playlists) -> HeldOut:
    """Show a part of every playlist, of a song or more, in a way drawn by hash.

    A repeated song counts once, at the first place, so a seed is never also to be found. The way is
    drawn by a hash of the playlist's key, evenly among the ways with fewer songs than the playlist
    has. The way therefore does not depend on other playlists, and ways of 100 songs are rare where
    long playlists are. Seeds are the first n songs, or the n songs with the lowest hashes of key
    and place. Everything follows from keys and songs alone.
    """
    first = _first_plays(playlists)
    different = keep_plays(playlists, first)
    hashes = mix(mix(different.keys))
    ways = _draw(hashes, different.lengths)
    owners = np.repeat(np.arange(len(different)), different.lengths)
    places = np.arange(len(different.tracks)) - different.offsets[owners]
    shown = np.array([way.seeds for way in WAYS], np.int64)[ways]
    by_chance = np.array([way.random for way in WAYS], bool)[ways]
    chance = mix(hashes[owners] ^ places.astype(np.uint64))
    turns = np.empty_like(places)
    turns[np.lexsort((places, chance, owners))] = places
    seeds = np.where(by_chance[owners], turns, places) < shown[owners]
    rest = keep_plays(different, ~seeds)
    truth = Truth(rest.tracks.astype(np.int64), rest.offsets)
    return HeldOut(keep_plays(different, seeds), truth, ways, int(np.count_nonzero(~first)))


def _draw(hashes: NDArray[np.uint64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw a way for every playlist, evenly among ways of fewer songs: int64 (playlists,)."""
    fit = lengths[:, None] > np.array([way.seeds for way in WAYS])
    turn = (hashes % np.count_nonzero(fit, axis=1).astype(np.uint64)).astype(np.int64)
    chosen: NDArray[np.int64] = np.argmax(np.cumsum(fit, axis=1) > turn[:, None], axis=1)
    return chosen


def _first_plays(playlists: Playlists) -> NDArray[np.bool_]:
    """Mark the first play of every song in a playlist: bool (plays,)."""
    owners = np.repeat(np.arange(len(playlists)), playlists.lengths)
    _, first = np.unique(
        owners * (int(playlists.tracks.max(initial=0)) + 1) + playlists.tracks, return_index=True
    )
    found = np.zeros(len(playlists.tracks), bool)
    found[first] = True
    return found
