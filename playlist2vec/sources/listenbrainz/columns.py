"""Blocks of listens as columns, in arrays."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.sources.canonical import FirstSeen

ROWS = 1 << 15
"""Listens in a block."""
LATEST = 1 << 32
"""A time in the year 2106, in seconds since 1970; a larger number is not a time in seconds."""
LONGEST_ID = 100
"""The most characters of the id of a track or a user; a longer text is not an id."""


class Texts(NamedTuple):
    """A column of texts with many repetitions.

    `codes`: int64 (rows,), the place in `different` of the text of every row. `different`: the
    distinct texts; the first entry is None, for a missing text.
    """

    codes: NDArray[np.int64]
    different: list[str | None]


class Listens(NamedTuple):
    """A block of listens; the arrays have an element for every listen.

    `users`: uint64, the key of the user, where `has_user`, bool, is True: `mix` of a number, or
    else `key_of_name`. `times`: int64, in seconds since 1970; LATEST or more for a missing time.
    `recordings`, `artists`, `titles`: texts from the dump.
    """

    users: NDArray[np.uint64]
    has_user: NDArray[np.bool_]
    times: NDArray[np.int64]
    recordings: Texts
    artists: Texts
    titles: Texts


def coded(values: Sequence[str | None]) -> Texts:
    """Return a column of texts."""
    codes = FirstSeen[str | None]({None: 0})
    return Texts(np.fromiter(map(codes.__getitem__, values), np.int64, len(values)), list(codes))


def keys_of_users(
    users: Sequence[int | str | None],
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the keys of users by number or name, uint64 (users,), and a mask, bool (users,).

    The mask is False for a missing or invalid user.
    """
    seen = FirstSeen[int | str | None]()
    codes = np.fromiter(map(seen.__getitem__, users), np.int64, len(users))
    numbers = [user if isinstance(user, int) and 0 <= user < 1 << 64 else None for user in seen]
    names = [
        user.strip() if isinstance(user, str) and len(user) <= LONGEST_ID else "" for user in seen
    ]
    keys = mix(np.array([number or 0 for number in numbers], np.uint64))
    for place, name in enumerate(names):
        if name:
            keys[place] = key_of_name(name)
    known = np.array(
        [number is not None or name != "" for number, name in zip(numbers, names, strict=True)],
        bool,
    )
    return keys[codes], known[codes]


def seconds(times: Sequence[int | None]) -> NDArray[np.int64]:
    """Return the times of a block: int64 (times,)."""
    try:
        return np.fromiter(times, np.int64, len(times))
    except (TypeError, OverflowError):
        return np.fromiter(_within(times), np.int64, len(times))


def _within(times: Iterable[int | None]) -> Iterable[int]:
    return (LATEST if time is None else max(-LATEST, min(time, LATEST)) for time in times)
