"""Trained towers as files, and ranking by trained towers; torch is not needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, read_array, read_arrays
from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, whole_file, write_json
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.two_tower.inputs import HOURS, MOMENTS, PAUSES, Inputs, inputs_of, moments
from playlist2vec.ranking.by_vectors import VectorRanker
from playlist2vec.ranking.candidates import Candidates, dot_candidates
from playlist2vec.ranking.queries import Queries

EXPECTED = "a tower as pipelines/two_tower writes it"
QUERIES = 1_024
"""Queries whose vectors are computed at once."""
TABLES = {
    "recent": {"pause": 2, "hour": 2, "short": 1, "long": 1, "shares": 1},
    "user_time": {"user": 2, "moment": 2},
}
"""The arrays of a query tower besides the layers, with their numbers of dimensions."""


@dataclass(frozen=True, eq=False)
class TwoTower(VectorRanker):
    """The arrays of both towers, and the songs of the rows.

    `songs`: float32 (songs, size), the song vectors. `arrays`: the arrays of the query tower,
    float32, named as in TABLES, `layers/<n>/weight` (inputs, outputs) and `layers/<n>/bias`.
    `query`: recent or user_time. `songs_back`: number of listens that a query uses. `first`,
    `last`: first and last second of the training, since 2002-10-01.
    """

    vocabulary: Vocabulary
    songs: NDArray[np.float32]
    arrays: Mapping[str, NDArray[np.float32]]
    query: str
    songs_back: int
    first: int
    last: int

    @cached_property
    def candidates(self) -> Candidates:
        """The songs to rank."""
        return dot_candidates(self.songs)

    def vectors(self, queries: Queries) -> NDArray[np.float64]:
        """Return query vectors, float64 (queries, size), the same in any batch."""
        vectors = np.empty((len(queries), self.songs.shape[1]))
        for start in range(0, len(queries), QUERIES):
            end = min(start + QUERIES, len(queries))
            inputs = inputs_of(queries.block(start, end), self.songs_back)
            vectors[start:end] = (
                self._recent(inputs) if self.query == "recent" else self._user_time(inputs)
            )
        return vectors

    def _recent(self, inputs: Inputs) -> NDArray[np.float64]:
        short, long, shares = (
            self.arrays[name].astype(np.float64) for name in ("short", "long", "shares")
        )
        vectors = np.zeros((3, len(inputs.rows), self.songs.shape[1]))
        sums = np.zeros((3, len(inputs.rows), 1))
        weights = np.zeros((3, len(long)))
        weights[0, 0], weights[1, : len(short)], weights[2] = 1, short, long
        for age, rows in enumerate(inputs.rows.T):
            there = np.flatnonzero(rows >= 0)
            found = self.songs[rows[there]].astype(np.float64)
            for mean, weight in enumerate(weights[:, age].tolist()):
                if weight:
                    vectors[mean, there] += weight * found
                    sums[mean, there] += weight
        vectors /= np.maximum(sums, 1e-6)
        clock = [self.arrays["pause"][inputs.pauses], self.arrays["hour"][inputs.hours]]
        query = self._through(np.concatenate([*vectors, *clock], axis=1))
        for number, each in enumerate(vectors):
            query += shares[number] * each
        return query

    def _user_time(self, inputs: Inputs) -> NDArray[np.float64]:
        users = self.arrays["user"]
        stretch, place = moments(inputs.now, self.first, self.last)
        known = (inputs.users >= 0) & (inputs.users < len(users) - 1)
        # The last row stands for listeners unknown to the training; nothing was learned about it.
        user = users[np.where(known, inputs.users, len(users) - 1)]
        return self._through(
            np.concatenate([user, self.arrays["moment"][stretch], place[:, None]], axis=1)
        )

    def _through(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the output of the layers for the rows of `x`, float64.

        Sums have a fixed order, so that a row gives the same output alone and in a batch.
        """
        columns, number = np.ascontiguousarray(x.T, np.float64), 0
        while f"layers/{number}/weight" in self.arrays:
            columns = np.maximum(columns, 0) if number else columns
            weight = self.arrays[f"layers/{number}/weight"].astype(np.float64)
            total = np.tile(
                self.arrays[f"layers/{number}/bias"].astype(np.float64)[:, None], (1, len(x))
            )
            part = np.empty_like(total)
            for column, each in zip(columns, weight, strict=True):
                total += np.multiply(each[:, None], column, out=part)
            columns, number = total, number + 1
        return columns.T

    def save(self, folder: str | Path) -> None:
        """Write songs.npy, query.npz, vocabulary.tsv and tower.json."""
        folder = Path(folder)
        with whole_file(folder / "songs.npy") as unfinished, open(unfinished, "wb") as file:
            np.save(file, self.songs, allow_pickle=False)
        with whole_file(folder / "query.npz") as unfinished, open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, **self.arrays)
        self.vocabulary.save(folder / "vocabulary.tsv", index="row")
        about = {
            "query": self.query,
            "songs_back": self.songs_back,
            "first": self.first,
            "last": self.last,
        }
        write_json(folder / "tower.json", about)

    @staticmethod
    def load(folder: str | Path) -> "TwoTower":
        """Read a tower that `save` wrote. Raises DataError for damaged or inconsistent files."""
        folder = Path(folder)
        for name in ("songs.npy", "query.npz", "vocabulary.tsv", "tower.json"):
            if not (folder / name).is_file():
                raise DataError(f"{folder}: no {name}: expected {EXPECTED}")
        about = read_json(folder / "tower.json")
        found = [about.get(name) for name in ("songs_back", "first", "last")]
        numbers = [number for number in found if type(number) is int]
        if about.get("query") not in (*TABLES,) or len(numbers) != len(found):
            raise DataError(f"{folder / 'tower.json'}: {str(about)[:80]}: expected {EXPECTED}")
        vocabulary = Vocabulary.load(folder / "vocabulary.tsv")
        songs = read_array(folder / "songs.npy", Kind(np.float32, 2), EXPECTED)
        arrays = read_arrays(folder / "query.npz", _kinds(about["query"]), EXPECTED)
        tower = TwoTower(vocabulary, songs, arrays, about["query"], *numbers)
        tower.check(folder)
        return tower

    def check(self, folder: Path) -> None:
        """Raise DataError, naming the folder, if the arrays do not fit together."""
        size, width = self.songs.shape[1], self._width()
        if len(self.songs) != len(self.vocabulary) or not 0 < self.songs_back <= 10_000:
            raise DataError(
                f"{folder}: {len(self.songs)} vectors for {len(self.vocabulary)} songs: "
                "expected equal numbers"
            )
        for name, allowed in self._lengths().items():
            if len(self.arrays[name]) not in allowed:
                raise DataError(
                    f"{folder / 'query.npz'}: {name} of {len(self.arrays[name])} rows: "
                    f"expected {allowed[0]}" + (f" to {allowed[-1]}" if len(allowed) > 1 else "")
                )
        number = 0
        while f"layers/{number}/weight" in self.arrays:
            weight, bias = (
                self.arrays[f"layers/{number}/weight"],
                self.arrays.get(f"layers/{number}/bias"),
            )
            if bias is None or weight.shape != (width, len(bias)):
                raise DataError(
                    f"{folder / 'query.npz'}: layer {number} of shape {weight.shape}: "
                    f"expected {width} rows"
                )
            width, number = len(bias), number + 1
        if width != size or not number:
            raise DataError(
                f"{folder}: queries of {width} numbers, songs of {size}: expected equal sizes"
            )
        behind = sorted(
            name
            for name in self.arrays
            if name.startswith("layers/") and int(name.split("/")[1]) >= number
        )
        if behind:
            raise DataError(
                f"{folder / 'query.npz'}: {behind[0]} without the layers before: "
                f"expected {number} layers"
            )

    def _lengths(self) -> dict[str, range]:
        """Return the allowed numbers of rows of the query tower's arrays, by name."""
        if self.query == "user_time":
            return {"user": range(1, 1 << 40), "moment": range(MOMENTS, MOMENTS + 1)}
        one = {"pause": PAUSES, "hour": HOURS, "long": self.songs_back, "shares": 3}
        lengths = {name: range(length, length + 1) for name, length in one.items()}
        return {**lengths, "short": range(1, self.songs_back + 1)}

    def _width(self) -> int:
        """Return the number of inputs of the first layer."""
        width = {name: int(array.shape[-1]) for name, array in self.arrays.items()}
        if self.query == "recent":
            return 3 * int(self.songs.shape[1]) + width["pause"] + width["hour"]
        return width["user"] + width["moment"] + 1


def _kinds(query: str) -> dict[str, Kind]:
    kinds: dict[str, Any] = {
        name: Kind(np.float32, dimensions) for name, dimensions in TABLES[query].items()
    }
    for number in range(16):
        kinds[f"layers/{number}/weight"] = Kind(np.float32, 2, needed=False)
        kinds[f"layers/{number}/bias"] = Kind(np.float32, needed=False)
    return kinds
