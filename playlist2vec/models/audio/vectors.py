"""Two vectors per song: a query vector, for songs of the playlist, and a candidate vector."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import reading, whole_file
from playlist2vec.base.norms import lengths_of
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker


@dataclass(frozen=True, eq=False)
class SongVectors:
    """Query and candidate vectors by song code.

    The score of a candidate is the mean of query . found over the songs of the playlist. `query`,
    `found`: float32 (songs, size). A song without a vector has zeros and adds nothing to a score.
    """

    query: NDArray[np.float32]
    found: NDArray[np.float32]

    @staticmethod
    def of_units(
        query: NDArray[np.floating], found: NDArray[np.floating] | None = None
    ) -> "SongVectors":
        """Return unit vectors, so that a score is a mean cosine; `found` defaults to `query`."""
        asked = unit(query)
        return SongVectors(asked, asked if found is None else unit(found))

    @staticmethod
    def nothing() -> "SongVectors":
        """Return the vectors of no songs."""
        return SongVectors(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))

    def save(self, path: str | Path) -> None:
        """Write an .npz file; equal vectors give equal bytes."""
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, query=self.query, found=self.found)

    @staticmethod
    def load(path: str | Path) -> "SongVectors":
        """Read vectors that `save` wrote. Raises DataError for a damaged file."""
        with (
            reading(path, "vectors as `make audio` writes them"),
            np.load(path, allow_pickle=False) as arrays,
        ):
            vectors = SongVectors(arrays["query"], arrays["found"])
        if vectors.query.ndim != 2 or vectors.query.shape != vectors.found.shape:
            raise DataError(
                f"{path}: {vectors.query.shape} and {vectors.found.shape}: "
                "expected two equal shapes"
            )
        return vectors

    def ranker(self, vocabulary: Vocabulary, rows: RowOfCode) -> EmbeddingRanker:
        """Return a ranker of all songs in `vocabulary`.

        `rows`: int64 (codes,), the row of each code.
        """
        codes = np.argsort(rows)[np.count_nonzero(rows < 0) :]
        query, found = self.query[codes], self.found[codes]
        return EmbeddingRanker(
            Model(query, found, vocabulary, np.zeros((0, *query.shape), np.float32), 0.0), "dot"
        )


def mixture(first: SongVectors, second: SongVectors, share: float) -> SongVectors:
    """Return vectors that score `share` * score of `first` + (1 - `share`) * score of `second`."""
    query = np.hstack([np.float32(share) * first.query, np.float32(1 - share) * second.query])
    return SongVectors(query, np.hstack([first.found, second.found]))


def with_cold(vocabulary: Vocabulary, ids: list[str]) -> tuple[Vocabulary, RowOfCode]:
    """Return the training vocabulary followed by the other songs of `ids`, and the rows of `ids`.

    The added songs have a count of 0.
    """
    known = set(vocabulary.ids)
    cold = [track for track in ids if track not in known]
    counts = np.concatenate([vocabulary.counts, np.zeros(len(cold), np.int64)])
    whole = Vocabulary([*vocabulary.ids, *cold], counts)
    row_of = whole.index_of()
    return whole, RowOfCode(np.array([row_of[track] for track in ids], np.int64))


def by_code(model: Model, ids: list[str]) -> NDArray[np.float32]:
    """Return song vectors by code, float32 (songs, size), zeros for a song unknown to the model."""
    row_of = model.vocabulary.index_of()
    vectors = np.zeros((len(ids), model.input.shape[1]), np.float32)
    for code, track in enumerate(ids):
        if (row := row_of.get(track)) is not None:
            vectors[code] = model.input[row]
    return vectors


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return unit vectors, float32 (songs, size); zero and non-finite vectors become zeros."""
    lengths = lengths_of(vectors)
    usable = (lengths > 0) & np.isfinite(lengths)
    scaled = vectors / np.where(usable, lengths, 1.0)[:, None]
    return np.where(usable[:, None], scaled, 0).astype(np.float32)
