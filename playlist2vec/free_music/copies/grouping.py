"""Groups of copies: tracks connected by pairs of copies, and the track kept of a group."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from playlist2vec.free_music.copies.table import Copied
from playlist2vec.free_music.fingerprints.matching import Copy, find_copies
from playlist2vec.free_music.fingerprints.storage import Fingerprints
from playlist2vec.free_music.hashing.table import OK, Hashes
from playlist2vec.free_music.manifest.entries import Entry


def pairs_of(by: str, rows: Sequence[Hashes], prints: Fingerprints) -> list[Copy]:
    """Return pairs of copies by `by`, one of BY; rows without sound are in no pair.

    Rows with the same hash are all paired with the first of the rows, with an error of 0.
    """
    if by == "audio":
        return find_copies(prints)
    places = defaultdict[str, list[int]](list)
    for place, row in enumerate(rows):
        value = {"packets": row.packets, "file": row.sha256, "cover": row.cover}[by]
        if row.status == OK and value:
            places[value].append(place)
    return [Copy(first, each, 0.0) for first, *others in places.values() for each in others]


def groups_of(pairs: Iterable[Copy], entries: Sequence[Entry]) -> list[Copied]:
    """Return all tracks in groups of copies, ascending by id.

    `pairs`: places in `entries`.
    """
    given = list(pairs)
    first, second = (np.array([pair[side] for pair in given], np.int64) for side in (0, 1))
    graph = coo_array((np.ones(len(given)), (first, second)), shape=(len(entries), len(entries)))
    labels = connected_components(graph, directed=False)[1]
    errors: dict[int, float] = {}
    for pair in given:
        for place in (pair.first, pair.second):
            errors[place] = min(pair.error, errors.get(place, 1.0))
    stays: dict[int, Entry] = {}
    for place in errors:
        best = stays.setdefault(labels[place], entries[place])
        stays[labels[place]] = min(best, entries[place], key=preference)
    found = (
        Copied(entries[place].id, stays[labels[place]].id, error) for place, error in errors.items()
    )
    return sorted(found)


def preference(entry: Entry) -> tuple[int, str, int]:
    """Return a sort key; the smallest copy is kept: most likes, then oldest, then lowest id."""
    return -(entry.track.likes or 0), entry.created or "9999", entry.id
