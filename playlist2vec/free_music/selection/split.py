"""The split by a hash of the uploader: all tracks of an uploader are in one partition."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.free_music.selection.params import UploaderSplitParams

PARTS = ("train", "validation", "test")


def split_of(uploaders: Sequence[str], params: UploaderSplitParams) -> list[str]:
    """Return the partition of each track, one of PARTS, by uploader.

    Further tracks change no partition, except where an uploader gets more than `uploader_tracks`:
    all tracks of such an uploader are for training, so that a few uploaders do not decide a score.
    """
    counts = Counter(uploaders)
    names = list(counts)
    keys = mix(np.array([key_of_name(name) for name in names], np.uint64), params.seed)
    places = (keys.astype(np.float64) / 2.0**64).tolist()
    part_of = {name: _part(place, params) for name, place in zip(names, places, strict=True)}
    return [
        part_of[name] if counts[name] <= params.uploader_tracks else PARTS[0] for name in uploaders
    ]


def _part(place: float, params: UploaderSplitParams) -> str:
    if place < params.test:
        return "test"
    return "validation" if place < params.test + params.validation else "train"
