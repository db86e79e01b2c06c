"""Hashes that are equal on all machines, for the choice of held-out playlists."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


def mix(values: NDArray[np.uint64], seed: int = 0) -> NDArray[np.uint64]:
    """Spread 64-bit values evenly over all 64-bit values, by a bijection chosen by `seed`.

    `values`: uint64, any shape; `seed`: 0 <= seed < 2**64. Returns uint64 of the same shape. The
    finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
    OOPSLA 2014).
    """
    gamma = 0x9E3779B97F4A7C15
    start = np.uint64((seed + 1) * gamma % 2**64)
    with np.errstate(over="ignore"):
        x = values.astype(np.uint64) * np.uint64(gamma) + start
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def key_of_name(name: str) -> int:
    """Return the 64-bit key of a named playlist: the first eight bytes of BLAKE2b of UTF-8."""
    return int.from_bytes(
        blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )
