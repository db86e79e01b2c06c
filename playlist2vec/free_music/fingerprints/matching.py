"""The search for copies: sounds with words in common at a shift, compared by bit error rate.

Haitsma and Kalker (ISMIR 2002) look words up in a table and call a block with at most 35 % wrong
bits a match; here the words are sorted, and the whole overlap of two sounds is compared.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.free_music.fingerprints.storage import Fingerprints

MAX_ERROR = 0.32
"""Largest bit error rate of copies; unrelated sounds have about 0.5."""
MIN_OVERLAP = 40
"""Least number of overlapping words without silence: 1.9 s."""
MIN_SHARE = 0.5
"""Least overlap as a share of the shorter sound."""
SHORT = 430
"""Words of a short sound, 20 s: shorter ones are compared after one shared word, else after two."""
MAX_OCCURRENCES = 32
"""Largest number of places of a word; more frequent words, as in held notes, are skipped."""
MAX_SHIFTS = 5
"""Shifts compared for two sounds, those with the most shared words."""
SORTED_AT_ONCE = 1 << 25
"""Approximate number of words in memory, with places."""
BLOCK = 1 << 22
_SHIFT_BITS, _ROW_BITS = 24, 20
_ZERO = 1 << (_SHIFT_BITS - 1)


class Copy(NamedTuple):
    """Two rows with similar sound, `first` < `second`; `error`: bit error rate of the overlap."""

    first: int
    second: int
    error: float


def find_copies(prints: Fingerprints) -> list[Copy]:
    """Return all pairs of rows that are copies, ascending.

    A copy may be cut, quieter or re-encoded. A copy that is 3 % faster is not found, because
    neither the words nor the steps are the same.
    """
    found: dict[tuple[int, int], float] = {}
    for first, second, shift in _candidates(_hits(prints), np.diff(prints.starts)):
        error = error_at(prints.of(first), prints.of(second), shift)
        if error <= MAX_ERROR:
            found[first, second] = min(error, found.get((first, second), 1.0))
    return [Copy(*pair, error) for pair, error in sorted(found.items())]


def error_at(first: NDArray[np.uint32], second: NDArray[np.uint32], shift: int) -> float:
    """Return the least bit error rate at `shift` or a step beside; 1 for too small an overlap.

    `shift`: the place in `first` minus the place in `second`. Steps with silence in either sound do
    not count.
    """
    least = max(MIN_OVERLAP, MIN_SHARE * min(len(first), len(second)))
    best = 1.0
    for each in (shift - 1, shift, shift + 1):
        begin, end = max(0, each), min(len(first), len(second) + each)
        if end - begin < least:
            continue
        one, other = first[begin:end], second[begin - each : end - each]
        heard = (one != 0) & (other != 0)
        count = int(np.count_nonzero(heard))
        if count >= least:
            wrong = int(np.bitwise_count(one[heard] ^ other[heard]).sum())
            best = min(best, wrong / (32 * count))
    return best


def _hits(prints: Fingerprints) -> NDArray[np.uint64]:
    """Return shared words as packed rows and shift, ascending: uint64 (hits,)."""
    rounds = 1 + len(prints.words) // SORTED_AT_ONCE
    found = [_hits_of(_indexed(prints, rounds, number), prints.starts) for number in range(rounds)]
    hits = np.concatenate(found)
    hits.sort()
    return hits


def _indexed(prints: Fingerprints, rounds: int, number: int) -> NDArray[np.uint64]:
    """Return the words of a round with places: word << 32 | place, ascending.

    Silence, and a word equal to the word before, are left out.
    """
    parts = [np.zeros(0, np.uint64)]
    for first in range(0, len(prints.words), BLOCK):
        words = np.asarray(prints.words[first : first + BLOCK])
        spread = (words * np.uint32(2_654_435_769)) >> np.uint32(16)
        wanted = (spread * np.uint32(rounds) >> np.uint32(16)) == number
        wanted &= words != 0
        wanted[1:] &= words[1:] != words[:-1]
        places = np.flatnonzero(wanted)
        keys = words[places].astype(np.uint64) << np.uint64(32)
        parts.append(keys | (places + first).astype(np.uint64))
    keys = np.concatenate(parts)
    keys.sort()
    return keys


def _hits_of(keys: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the hits among sorted words with places: uint64 (hits,)."""
    again = (keys[1:] >> np.uint64(32)) == (keys[:-1] >> np.uint64(32))
    keys = keys[np.append(again, False)[: len(keys)] | np.append(False, again)[: len(keys)]]
    if not len(keys):
        return keys
    words = (keys >> np.uint64(32)).astype(np.uint32)
    begins = np.flatnonzero(np.concatenate([[True], words[1:] != words[:-1]]))
    sizes = np.diff(np.append(begins, len(words)))
    shared = np.repeat((sizes > 1) & (sizes <= MAX_OCCURRENCES), sizes)
    words, places = words[shared], (keys[shared] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    rows = np.searchsorted(starts, places, side="right") - 1
    inside = places - starts[rows]
    parts = [np.zeros(0, np.uint64)]
    for lag in range(1, MAX_OCCURRENCES):
        same = np.flatnonzero((words[lag:] == words[:-lag]) & (rows[lag:] != rows[:-lag]))
        if not len(same):
            continue
        shift = inside[same] - inside[same + lag] + _ZERO
        packed = ((rows[same] << _ROW_BITS) | rows[same + lag]) << _SHIFT_BITS
        parts.append((packed | shift).astype(np.uint64))
    return np.concatenate(parts)


def _candidates(hits: NDArray[np.uint64], lengths: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return pairs of rows with a shift of enough shared words, ascending by rows."""
    if not len(hits):
        return []
    # Hits of two rows at equal or successive shifts form a run.
    begins = np.flatnonzero(np.concatenate([[True], np.diff(hits) > 1]))
    counts = np.diff(np.append(begins, len(hits)))
    middles = hits[begins + counts // 2].astype(np.int64)
    pairs, shifts = middles >> _SHIFT_BITS, (middles & ((1 << _SHIFT_BITS) - 1)) - _ZERO
    first, second = pairs >> _ROW_BITS, pairs & ((1 << _ROW_BITS) - 1)
    enough = counts >= np.where(np.minimum(lengths[first], lengths[second]) < SHORT, 1, 2)
    kept = np.flatnonzero(enough)
    kept = kept[np.lexsort((shifts[kept], -counts[kept], pairs[kept]))]
    new = np.concatenate([[True], np.diff(pairs[kept]) != 0])[: len(kept)]
    rank = np.arange(len(kept)) - np.maximum.accumulate(np.where(new, np.arange(len(kept)), 0))
    kept = kept[rank < MAX_SHIFTS]
    return list(
        zip(first[kept].tolist(), second[kept].tolist(), shifts[kept].tolist(), strict=True)
    )
