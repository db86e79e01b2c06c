"""The folder of a two-stage model: tower, tables of songs, order, and names of songs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playlist2vec.base.arrays import Kind, read_arrays
from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, whole_file, write_json
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.listening.history.storage import Songs
from playlist2vec.listening.ordering.model import Order
from playlist2vec.listening.ordering.ranker import Ordered, Retrieval
from playlist2vec.models.histories.tables import SongTables
from playlist2vec.models.two_tower.model import TwoTower

EXPECTED = "a model as pipelines/two_tower writes it"


@dataclass(frozen=True, eq=False)
class ListenModel:
    """A two-stage ranker with names of songs.

    `tracks`: in the order of the rows. `back`: largest number of listens in a query.
    """

    ranker: Ordered
    tracks: Tracks
    back: int

    def save(self, folder: str | Path) -> None:
        """Write the files of the folder, without listens and listeners."""
        folder, retrieval = Path(folder), self.ranker.retrieval
        if not isinstance(retrieval.tower, TwoTower):
            raise TypeError(f"a tower of {type(retrieval.tower).__name__}: expected TwoTower")
        retrieval.tower.save(folder / "tower")
        retrieval.tables.save(folder / "tables.npz")
        self.ranker.order.save(folder / "order.npz")
        self.tracks.save(folder / "tracks.tsv")
        songs = retrieval.songs
        with whole_file(folder / "songs.npz") as unfinished, open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, artists=songs.artists, first_heard=songs.first_heard)
        write_json(folder / "model.json", {"gap": retrieval.gap, "listens_back": self.back})

    @staticmethod
    def load(folder: str | Path) -> "ListenModel":
        """Read a folder written by `save`. Raises DataError for damaged or mismatched files."""
        folder = Path(folder)
        for name in ("model.json", "tables.npz", "order.npz", "songs.npz", "tracks.tsv"):
            if not (folder / name).is_file():
                raise DataError(f"{folder}: no {name}: expected {EXPECTED}; `make two-tower` does")
        about = read_json(folder / "model.json")
        gap, back = about.get("gap"), about.get("listens_back")
        if type(gap) is not int or type(back) is not int or gap < 1 or back < 1:
            raise DataError(f"{folder / 'model.json'}: {str(about)[:80]}: expected {EXPECTED}")
        tower = TwoTower.load(folder / "tower")
        tracks = Tracks.load(folder / "tracks.tsv")
        kinds = {"artists": Kind(np.int32), "first_heard": Kind(np.uint32)}
        arrays = read_arrays(folder / "songs.npz", kinds, EXPECTED)
        count = len(tower.vocabulary)
        if tracks.ids != tower.vocabulary.ids or any(
            len(each) != count for each in arrays.values()
        ):
            raise DataError(
                f"{folder}: tables of other songs than the tower's {count:,}: expected {EXPECTED}"
            )
        if arrays["artists"].min(initial=0) < 0 or arrays["artists"].max(initial=0) > count:
            raise DataError(f"{folder / 'songs.npz'}: artists out of bounds: expected {EXPECTED}")
        songs = Songs(tower.vocabulary, arrays["artists"], arrays["first_heard"])
        tables = SongTables.load(folder / "tables.npz", count)
        ordered = Ordered(Retrieval(songs, tower, tables, gap), Order.load(folder / "order.npz"))
        return ListenModel(ordered, tracks, back)
