"""Models of a server by name, the first as default."""

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
"""Path of a run's page in a checkout."""
NAMED = re.compile(r"([A-Za-z0-9][\w.-]{0,49})=(.+)")
"""Pattern of a source with a name: NAME=SOURCE."""


class NotFoundError(DataError):
    """An error for a song, an artist or a model that does not exist, in a well-formed request."""


@dataclass(frozen=True, eq=False)
class Served:
    """A model in a server.

    `page`: the page of the run, if there is one. `lock`: held during calls of the recommender,
    whose rankers keep results for the last queries, so that concurrent requests do not mix.
    """

    name: str
    recommender: Recommender
    dataset: str = ""
    page: Path | None = None
    lock: Lock = field(default_factory=Lock)

    @property
    def ranker(self) -> str:
        """Name of the ranker: blend or word2vec."""
        return "blend" if self.recommender.blend else "word2vec"

    def warm(self) -> None:
        """Compute cached values of the recommender, so that no request waits or repeats this."""
        self.recommender.find("a", 1)
        self.recommender.row_of("", "a", "a")
        with self.lock:
            self.recommender.next([Row(0)], 1)
            self.recommender.similar(Row(0), 1)


class Models:
    """Models by name, with a default for no name."""

    def __init__(self, served: Sequence[Served]) -> None:
        self.by_name = {each.name: each for each in served}
        self.default = served[0]

    def of(self, name: str) -> Served:
        """Return the model of a name, the default for an empty name.

        Raises NotFoundError for an unknown name.
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
    """Return the models of sources as `load` accepts them, optionally with a name: `new=FOLDER`.

    `paths`: True if answers may contain paths of song files on this machine. Raises DataError as
    `load` does, for a model without songs, and for two models of the same name.
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
    """Return the name and the place of a source; the default name is that of the folder."""
    found = NAMED.fullmatch(source)
    if found and not Path(source).exists():
        return found[1], found[2]
    name = (
        Path(source).resolve().name
        if Path(source).is_dir()
        else source.rstrip("/").rpartition("/")[2]
    )
    return re.sub(r"[^\w.-]+", "_", name)[:50].strip("_") or "model", source
