"""Songs of a model as columns and vectors, the content of every export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.recommend.recommender import Recommender


class Column(NamedTuple):
    """A column of the export: a name, and a text or a number for every song."""

    name: str
    values: Sequence[str] | Sequence[int]


@dataclass(frozen=True, eq=False)
class Songs:
    """All songs of a model, in the order of the model.

    `columns`: ids, names, genres and plays. `vectors`: float32 (songs, vector_size).
    """

    columns: list[Column]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.vectors)


def songs_of(recommender: Recommender) -> Songs:
    """Return the songs of a model with track, label, artist, title, genre and plays.

    The column genre is left out if the data set has no genres. The label is `Artist – Title`, or
    the known part of both, or the id. The vectors are as trained, not normalized.
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
