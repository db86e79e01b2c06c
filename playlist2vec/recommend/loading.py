"""The recommender of a checkout, of a folder or of a Git repository."""

from dataclasses import replace
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.embeddings.model import Model
from playlist2vec.ranking.params import Query
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.names import DATASETS, asked_path, read_names

SIMILARITIES = ("cosine", "euclidean", "dot", "log_odds", "log_odds_symmetric")
AS_A_RULE = Query(
    similarity="log_odds",
    repeats="miss",
    suggest_known=True,
    query="last",
    songs_back=20,
    decay=0.8,
)
"""How a model is asked that comes without params.yaml."""


def load(
    source: str | Path = ".",
    revision: str | None = None,
    *,
    names: str | Path | None = None,
    similarity: str | None = None,
) -> Recommender:
    """The recommender of a checkout, of a folder with a model's files, or of a Git repository through DVC.

    `source`: a folder in which `make repro` or `dvc pull` has run; or one with input.npy, output.npy, earlier.npy,
    vocabulary.tsv and training.json, where tracks.tsv (names) and params.yaml (how to ask) are read if they lie
    beside them; or the address of a Git repository, whose model is pulled from its DVC remote once for each commit.
    `revision`: a commit, tag or branch of it; with a folder, of the Git repository there.
    `names`: a CSV file with the columns track_id, artist, title, which count before the source's own names. What
    `enrich` has learned fills the gaps.
    `similarity`: how to ask, instead of what the source says, else log_odds.
    Raises DataError when there is no model there.
    """
    folder, model_folder = find_model(source, revision)
    params = how_to_ask(folder, similarity)
    tracks = (folder / "data" / "canonical" if model_folder != folder else folder) / "tracks.tsv"
    model = Model.load(model_folder)
    table = Tracks.load(tracks) if tracks.is_file() else None
    deezer_ids = _dataset(folder / "params.yaml") in DATASETS
    asked = asked_path(folder / "data")
    catalogue = Catalogue.of(
        model.vocabulary,
        table,
        mine=read_names(names) if names is not None else {},
        others=read_names(asked) if deezer_ids and asked.is_file() else {},
    )
    return Recommender(model, catalogue, params, deezer_ids)


def find_model(source: str | Path, revision: str | None) -> tuple[Path, Path]:
    """The folder that `load` means, and where in it the model's files lie. Raises DataError when there is none."""
    folder = Path(source)
    if revision is not None or not folder.is_dir():
        from playlist2vec.online.pulling import pulled_model

        folder = pulled_model(str(source), revision)
    for model in (folder / "data" / "model", folder):
        if (model / "input.npy").is_file():
            return folder, model
    raise DataError(f"{source}: no model: expected data/model (`make repro` makes it), or a folder with input.npy")


def how_to_ask(folder: Path, similarity: str | None) -> Query:
    """Section `evaluate` of the folder's params.yaml, if it has one, with another similarity if one is given."""
    params = read_section(folder / "params.yaml", Query) if (folder / "params.yaml").is_file() else AS_A_RULE
    if similarity is None:
        return params
    if similarity not in SIMILARITIES:
        raise DataError(f"similarity = {similarity}: expected one of {', '.join(SIMILARITIES)}")
    return replace(params, similarity=similarity)


def _dataset(params: Path) -> str:
    """The data set that a parameter file names, empty if there is no such file."""
    import yaml

    return str((yaml.safe_load(params.read_text("utf-8")) or {}).get("dataset", "")) if params.is_file() else ""
