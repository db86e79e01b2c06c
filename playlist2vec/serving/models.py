"""The models that a server has, by name, the first of them the default."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.loading import dataset_of, find_model, load
from playlist2vec.recommend.recommender import Recommender

PAGE = Path("data/report/report.html")
"""The page of a run, in a checkout."""
NAMED = re.compile(r"([A-Za-z0-9][\w.-]{0,49})=(.+)")
"""A source with a name before it."""


class NotFoundError(DataError):
    """A song, an artist or a model that is not there, asked for in a request that is well formed."""


@dataclass(frozen=True, eq=False)
class Served:
    """A model as it is served.

    `page`: the page of its run, where there is one. `lock`: held by whoever asks the recommender,
    whose rankers keep what they have made for the last queries, so that two requests never mix.
    """

    name: str
    recommender: Recommender
    dataset: str = ""
    page: Path | None = None
    lock: Lock = field(default_factory=Lock)

    @property
    def ranker(self) -> str:
        """What suggests: blend, or word2vec."""
        return "blend" if self.recommender.blend else "word2vec"

    def warm(self) -> None:
        """Make now what a recommender makes at its first use, so that no request waits for it, or
        makes it twice.
        """
        self.recommender.find("a", 1)
        self.recommender.row_of("", "a", "a")
        with self.lock:
            self.recommender.next([Row(0)], 1)
            self.recommender.similar(Row(0), 1)


class Models:
    """Models by name; without a name the first one is meant."""

    def __init__(self, served: Sequence[Served]) -> None:
        self.by_name = {each.name: each for each in served}
        self.default = served[0]

    def of(self, name: str) -> Served:
        """Return the model of a name, the default for an empty one. Raises NotFoundError where
        there is none.
        """
        found = self.by_name.get(name) if name else self.default
        if found is None:
            raise NotFoundError(f"model {name!r}: expected one of {', '.join(self.by_name)}")
        return found


def load_models(
    sources: Sequence[str],
    revision: str | None = None,
    *,
    names: str | None = None,
    similarity: str | None = None,
    ranker: str | None = None,
    paths: bool = True,
) -> Models:
    """Return the models of some sources, each as `load` takes it, or with a name of its own before
    it: `new=FOLDER`.

    `paths`: whether songs may say where on this machine their files lie. Raises DataError as `load`
    does, and for two models of one name.
    """
    served: list[Served] = []
    for source in sources:
        name, where = named(source)
        recommender = load(where, revision, names=names, similarity=similarity, ranker=ranker)
        if not paths:
            catalogue = replace(recommender.catalogue, files=[])
            recommender = replace(recommender, catalogue=catalogue)
        if not len(recommender.catalogue):
            raise DataError(f"{where}: the model has no songs: expected one at least")
        folder, _ = find_model(where, revision)
        page = folder / PAGE
        there = page if page.is_file() else None
        if any(each.name == name for each in served):
            raise DataError(f"two models are called {name}: expected another name, NAME={where}")
        served.append(Served(name, recommender, dataset_of(folder / "params.yaml"), there))
    return Models(served)


def named(source: str) -> tuple[str, str]:
    """Return the name and the place of a source; one without a name is called as its folder is."""
    found = NAMED.fullmatch(source)
    if found and not Path(source).exists():
        return found[1], found[2]
    name = (
        Path(source).resolve().name
        if Path(source).is_dir()
        else source.rstrip("/").rpartition("/")[2]
    )
    return re.sub(r"[^\w.-]+", "_", name)[:50].strip("_") or "model", source
