"""The choice of the listens that are questions: a few of every listener, chosen by a hash."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.histories import Histories
from playlist2vec.listening.history.cutting import BLOCK


def choose_questions(
    histories: Histories, first: int, end: int, wanted: int, seed: int
) -> NDArray[np.int64]:
    """Return the places of the questions among the listens from second `first` to before `end`,
    rising: int64.

    Every listener has equally many questions, as far as there are listens, and all listeners
    together have `wanted` at most. Of more listeners than `wanted`, the hash of a listener's number
    chooses.
    """
    there = np.zeros(len(histories.users) - 1, np.int64)
    for users, places in _of_users(histories, first, end):
        there[users] = np.bincount(
            histories.user_of(places) - users.start, minlength=users.stop - users.start
        )
    each = _most(there, wanted)
    takers = np.flatnonzero(there)
    if len(takers) > wanted:
        takers = takers[np.argsort(mix(takers.astype(np.uint64), seed), kind="stable")[:wanted]]
    asked = np.zeros(len(there), bool)
    asked[takers] = True
    found = [np.zeros(0, np.int64)]
    for _, places in _of_users(histories, first, end):
        user = histories.user_of(places)
        places, user = places[asked[user]], user[asked[user]]
        # By number and place among the listener's own listens, so that other listeners do not
        # change the choice.
        with np.errstate(over="ignore"):
            within = (places - histories.users[user]).astype(np.uint64)
            key = mix(within + mix(user.astype(np.uint64), seed), seed)
        order = np.lexsort((key, user))
        place = np.arange(len(order)) - np.searchsorted(user[order], user[order])
        found.append(np.sort(places[order[place < each]]))
    return np.concatenate(found)


def _most(there: NDArray[np.int64], wanted: int) -> int:
    """Return the largest number of questions of a listener, 1 or more, with a sum of at most
    `wanted`.

    `there`: the listens of every listener, who has no more questions than listens.
    """
    low, high = 1, max(wanted, 1)
    while low < high:
        middle = (low + high + 1) // 2
        if int(np.minimum(there, middle).sum()) <= wanted:
            low = middle
        else:
            high = middle - 1
    return low


def _of_users(
    histories: Histories, first: int, end: int
) -> Iterator[tuple[slice, NDArray[np.int64]]]:
    """Yield slices of listeners, and the places of the listeners' listens within the period."""
    users, start = histories.users, 0
    while start < len(users) - 1:
        stop = int(np.searchsorted(users, users[start] + BLOCK, side="right")) - 1
        stop = min(max(stop, start + 1), len(users) - 1)
        seconds = histories.seconds[users[start] : users[stop]]
        yield (
            slice(start, stop),
            np.flatnonzero((seconds >= first) & (seconds < end)) + users[start],
        )
        start = stop
