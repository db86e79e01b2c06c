"""Trained embeddings as files that any program can open."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, header_of, read_array
from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, whole_file, write_json
from playlist2vec.corpus.vocabulary import Vocabulary

NAMES = ("input.npy", "output.npy", "earlier.npy", "vocabulary.tsv", "training.json")
EXPECTED = "a model's files as `dvc repro` writes them"
MAX_VECTOR_SIZE = MAX_SPACES = 10_000
"""Maximum of `train.vector_size` and of `train.window`."""


@dataclass(frozen=True, eq=False)
class Model:
    """The two matrices of Word2Vec, and the songs of the rows.

    `input`: float32 (songs, vector_size), the song vectors. `output`: float32 of the same shape,
    the vectors that training multiplied with input vectors. `vocabulary`: the songs of the training
    data with their counts; row 0 is the most frequent, ties by track id. `earlier`:
    float32 (spaces - 1, songs, vector_size), the input vectors of songs two, three, ... places
    back, if training has a space for each place; else of length 0. `ns_exponent`: negatives were
    drawn by count to this power.
    """

    input: NDArray[np.float32]
    output: NDArray[np.float32]
    vocabulary: Vocabulary
    earlier: NDArray[np.float32]
    ns_exponent: float

    @staticmethod
    def of_vectors(vectors: NDArray[np.float32], vocabulary: Vocabulary | None = None) -> "Model":
        """Return a model of song vectors alone, for cosine and euclidean.

        `vectors`: float32 (songs, vector_size). Without a `vocabulary`, the ids of the songs are
        their rows, and counts are 0.
        """
        if vocabulary is None:
            vocabulary = Vocabulary(
                list(map(str, range(len(vectors)))), np.zeros(len(vectors), np.int64)
            )
        return Model(vectors, vectors, vocabulary, np.zeros((0, *vectors.shape), np.float32), 0.0)

    def save(self, folder: str | Path) -> None:
        """Write input.npy, output.npy, earlier.npy, vocabulary.tsv, training.json and vectors.bin.

        vectors.bin is the input matrix in word2vec's binary format.
        """
        folder = Path(folder)
        for name, matrix in (
            ("input.npy", self.input),
            ("output.npy", self.output),
            ("earlier.npy", self.earlier),
        ):
            with whole_file(folder / name) as unfinished, open(unfinished, "wb") as file:
                np.save(file, matrix, allow_pickle=False)
        self.vocabulary.save(folder / "vocabulary.tsv", index="row")
        write_json(folder / "training.json", {"ns_exponent": self.ns_exponent})
        save_word2vec_format(folder / "vectors.bin", self.vocabulary.ids, self.input)

    @staticmethod
    def load(folder: str | Path) -> "Model":
        """Read a model that `save` wrote; vectors.bin is not needed.

        Raises DataError for files that are damaged or do not fit together, and for numbers that are
        not finite.
        """
        folder = Path(folder)
        for name in NAMES:
            if not (folder / name).exists():
                raise DataError(f"{folder}: no {name}: expected {EXPECTED}")
        vocabulary = Vocabulary.load(folder / "vocabulary.tsv")
        ns_exponent = read_json(folder / "training.json").get("ns_exponent")
        if (
            isinstance(ns_exponent, bool)
            or not isinstance(ns_exponent, (int, float))
            or not -1 <= ns_exponent <= 1
        ):
            raise DataError(
                f"{folder / 'training.json'}: ns_exponent = {ascii(ns_exponent)[:40]}: "
                "expected -1 to 1"
            )
        kinds = (Kind(np.float32, 2), Kind(np.float32, 2), Kind(np.float32, 3))
        paths = [folder / name for name in NAMES[:3]]
        # The shapes are compared before memory is allocated for the arrays.
        headers = [header_of(path, kind, EXPECTED) for path, kind in zip(paths, kinds, strict=True)]
        first, second, third = (header.shape for header in headers)
        if not first == second == third[1:] or first[0] != len(vocabulary):
            raise DataError(
                f"{folder}: input {first}, output {second}, earlier {third}, "
                f"{len(vocabulary)} songs: expected equal rows and columns"
            )
        if not first[0] or not 0 < first[1] <= MAX_VECTOR_SIZE or third[0] > MAX_SPACES:
            raise DataError(
                f"{folder}: {first[0]} songs, {first[1]} numbers each, {third[0]} spaces: "
                f"expected 1 song or more, 1 to {MAX_VECTOR_SIZE:,} numbers "
                f"and at most {MAX_SPACES:,} spaces"
            )
        input_, output, earlier = (
            read_array(path, kind, EXPECTED) for path, kind in zip(paths, kinds, strict=True)
        )
        return Model(input_, output, vocabulary, earlier, float(ns_exponent))


def fingerprint(folder: str | Path) -> str:
    """Return the SHA-256 of the song vectors in a model's folder, in hexadecimal.

    The fingerprint tells models apart.
    """
    with open(Path(folder) / "input.npy", "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_word2vec_format(path: str | Path, ids: list[str], vectors: NDArray[np.float32]) -> None:
    """Write vectors, float32 (songs, vector_size), in the binary format of word2vec.

    gensim reads the file with `KeyedVectors.load_word2vec_format(path, binary=True)`. The format
    ends a token at a blank, so ids are written as in `quoted`.
    """
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        file.write(b"%d %d\n" % vectors.shape)
        for track, vector in zip(ids, vectors.astype("<f4", copy=False), strict=True):
            file.write(quoted(track).encode() + b" " + vector.tobytes())


def quoted(track: str) -> str:
    """Return the id with white space and `%` percent-encoded; `urllib.parse.unquote` decodes it."""
    if "%" not in track and track.split() == [track]:
        return track
    return "".join(
        "".join(f"%{byte:02X}" for byte in sign.encode()) if sign == "%" or sign.isspace() else sign
        for sign in track
    )
