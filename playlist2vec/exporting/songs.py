"""The columns of every export: what is said of each song beside its vector."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.recommend.recommender import Recommender


class Column(NamedTuple):
    """A name, and a text or a number for each song."""

    name: str
    values: Sequence[str] | Sequence[int]


@dataclass(frozen=True, eq=False)
class Songs:
    """All songs of a model, in its order: `columns` of what is known, and `vectors`, float32
    (songs, vector_size).
    """

    columns: list[Column]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.vectors)


def songs_of(recommender: Recommender) -> Songs:
    """Return the songs of a model: track, label, artist, title, genre where the data set has
    genres, and plays.

    The label is `Artist – Title`, or as much of it as is known, or the id. Vectors are as they were
    trained.
    """
    catalogue = recommender.catalogue
    columns = [
        Column("track", catalogue.ids),
        Column("label", [catalogue.label(row) for row in range(len(catalogue))]),  # type: ignore[arg-type]
        Column("artist", catalogue.artist_names),
        Column("title", catalogue.titles),
        *([Column("genre", catalogue.genres)] if catalogue.genres else []),
        Column("plays", [int(count) for count in catalogue.counts.tolist()]),
    ]
    return Songs(columns, recommender.model.input)
