"""Files of histories and questions, which are mapped into memory and not read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, header_of, read_array
from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, whole_file, write_json
from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.vocabulary import Vocabulary

EXPECTED = "histories as pipelines/two_tower writes them"
FILES = (
    *(
        f"{name}.npy"
        for name in ("tracks", "seconds", "users", "questions", "artists", "first_heard")
    ),
    *("vocabulary.tsv", "history.json"),
)


@dataclass(frozen=True, eq=False)
class Songs:
    """The songs of the rows, with artists and the times of the first listens.

    `artists`: int32 (songs,). `first_heard`: uint32 (songs,), seconds since 2002-10-01.
    """

    vocabulary: Vocabulary
    artists: NDArray[np.int32]
    first_heard: NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class History:
    """Listens, songs and questions.

    `first`, `end`: listens from `first` to before `end` are for training, seconds since 2002-10-01.
    `questions`: int64, rising, places of the listens that are questions.
    """

    histories: Histories
    songs: Songs
    first: int
    end: int
    questions: NDArray[np.int64]

    def training(self) -> Histories:
        """Return the listens of the training."""
        return self.histories.between(self.first, self.end)

    def save(self, folder: str | Path, listens: Iterable[Histories]) -> None:
        """Write the history, with the listens from `listens`, which come in parts.

        Of `histories`, `users` alone is needed. Writes tracks.npy, seconds.npy,
        users.npy, questions.npy, artists.npy, first_heard.npy, vocabulary.tsv and history.json.
        """
        folder = Path(folder)
        count = int(self.histories.users[-1])
        with (
            _writing(folder / "tracks.npy", np.int32, count) as tracks,
            _writing(folder / "seconds.npy", np.uint32, count) as seconds,
        ):
            for part in listens:
                tracks.write(np.ascontiguousarray(part.tracks).data)
                seconds.write(np.ascontiguousarray(part.seconds).data)
        arrays: dict[str, NDArray[Any]] = {
            "users": self.histories.users,
            "questions": self.questions,
            "artists": self.songs.artists,
            "first_heard": self.songs.first_heard,
        }
        for name, array in arrays.items():
            with whole_file(folder / f"{name}.npy") as unfinished, open(unfinished, "wb") as file:
                np.save(file, array, allow_pickle=False)
        self.songs.vocabulary.save(folder / "vocabulary.tsv", index="row")
        write_json(folder / "history.json", {"first": self.first, "end": self.end})

    @staticmethod
    def load(folder: str | Path) -> "History":
        """Map the files of `save` into memory.

        Raises DataError for damaged files, and for files that do not fit together.
        """
        folder = Path(folder)
        for name in FILES:
            if not (folder / name).is_file():
                raise DataError(f"{folder / name}: no such file: expected {EXPECTED}")
        about = read_json(folder / "history.json")
        first, end = about.get("first"), about.get("end")
        if type(first) is not int or type(end) is not int:
            raise DataError(f"{folder / 'history.json'}: {str(about)[:80]}: expected {EXPECTED}")
        columns = {
            "tracks": _mapped(folder / "tracks.npy", np.int32),
            "seconds": _mapped(folder / "seconds.npy", np.uint32),
        }
        users, questions = (
            read_array(folder / f"{name}.npy", Kind(np.int64), EXPECTED)
            for name in ("users", "questions")
        )
        artists = read_array(folder / "artists.npy", Kind(np.int32), EXPECTED)
        first_heard = read_array(folder / "first_heard.npy", Kind(np.uint32), EXPECTED)
        vocabulary = Vocabulary.load(folder / "vocabulary.tsv")
        listens = len(columns["tracks"])
        fitting = (
            len(columns["seconds"]) == listens
            and len(users) > 0
            and users[0] == 0
            and users[-1] == listens
            and not (users[1:] < users[:-1]).any()
            and len(artists) == len(first_heard) == len(vocabulary)
            and artists.min(initial=0) >= 0
            and (not len(questions) or (questions.min() >= 0 and questions.max() < listens))
        )
        if not fitting:
            raise DataError(f"{folder}: arrays that do not fit together: expected {EXPECTED}")
        histories = Histories(columns["tracks"], columns["seconds"], users)
        return History(histories, Songs(vocabulary, artists, first_heard), first, end, questions)


@contextmanager
def _writing(path: Path, dtype: type[np.generic], count: int) -> Iterator[IO[bytes]]:
    """Write the header of an .npy file of `count` elements, and yield the file."""
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        header = {
            "descr": np.lib.format.dtype_to_descr(np.dtype(dtype)),
            "fortran_order": False,
            "shape": (count,),
        }
        np.lib.format.write_array_header_1_0(file, header)
        yield file


def _mapped(path: Path, dtype: type[np.generic]) -> NDArray[Any]:
    header = header_of(path, Kind(dtype), EXPECTED)
    if not header.shape[0]:
        return np.zeros(0, dtype)
    return np.memmap(path, header.dtype, "r", header.begin, header.shape)
