"""The ten ways in which the RecSys Challenge 2018 shows a part of a playlist and holds back the
rest.

Rules and counts: the README of the challenge set (recsys-challenge.spotify.com/challenge_readme),
1,000 playlists each.
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
    """What is known of a playlist: its title or not, and `seeds` songs of it, the first ones or any
    (`random`).
    """

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
    """Playlists of which a part is known and the rest is to be found.

    `seeds`: the known songs of each, in playing order. `truth`: the others, each once. `ways`:
    int64 (playlists,), the place of each one's way in WAYS. `repeated`: how many plays were left
    out because the playlist holds their song before them.
    """

    seeds: Playlists
    truth: Truth
    ways: NDArray[np.int64]
    repeated: int

    def __len__(self) -> int:
        return len(self.ways)


def hold_out(playlists: Playlists) -> HeldOut:
    """Treat each playlist, of one song or more, in one of the ten ways.

    A song that a playlist holds again counts once, where it stands first: a seed is never also to
    be found. The way is drawn by a hash of the playlist's key, evenly among those that leave a song
    to be found, i.e. that show fewer songs than the playlist has; so it does not depend on the
    other playlists, and the ways of 100 songs are rare where long playlists are. Seeds are the
    first n songs, or the n songs with the lowest hashes of key and place. Everything follows from
    keys and songs alone.
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
    """A way for each playlist, evenly among those that show fewer songs than it has: int64
    (playlists,).
    """
    fit = lengths[:, None] > np.array([way.seeds for way in WAYS])
    turn = (hashes % np.count_nonzero(fit, axis=1).astype(np.uint64)).astype(np.int64)
    chosen: NDArray[np.int64] = np.argmax(np.cumsum(fit, axis=1) > turn[:, None], axis=1)
    return chosen


def _first_plays(playlists: Playlists) -> NDArray[np.bool_]:
    """Whether no play of the same playlist before it has its song: bool (plays,)."""
    owners = np.repeat(np.arange(len(playlists)), playlists.lengths)
    _, first = np.unique(
        owners * (int(playlists.tracks.max(initial=0)) + 1) + playlists.tracks, return_index=True
    )
    found = np.zeros(len(playlists.tracks), bool)
    found[first] = True
    return found
