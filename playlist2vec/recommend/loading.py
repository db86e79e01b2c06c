"""The recommender of a checkout, of a folder with model files, or of a Git repository."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING, NamedTuple

from playlist2vec.base.addresses import without_secrets
from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_content, section_of, validated
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.evaluation.params import SUGGESTING, Suggesting
from playlist2vec.models.embeddings.model import Model
from playlist2vec.ranking.params import SIMILARITIES, Query
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.paths import is_absolute
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.corrections import NOTHING_SETTLED, read_corrections
from playlist2vec.songs.names import DATASETS, asked_path, read_names

if TYPE_CHECKING:
    from playlist2vec.models.blend.mixture import Mixture

AS_A_RULE = Query(
    similarity="log_odds",
    repeats="miss",
    suggest_known=True,
    query="last",
    songs_back=20,
    decay=0.8,
)
"""Query settings of a model without params.yaml."""
BLEND = (
    "metrics/blend_weights.json",
    "metrics/baselines_settings.json",
    "data/split/train.npz",
    "data/vocabulary/vocabulary.tsv",
)
"""Files of a checkout that make a blend, besides the model, in the order of BlendFiles."""


class Asking(NamedTuple):
    """Query settings of a model, and True in `blend` if the blend makes the suggestions.

    `note`: the reason why a configured blend is not used, empty as a rule.
    """

    query: Query
    blend: bool
    note: str


def load(
    source: str | Path = ".",
    revision: str | None = None,
    *,
    names: str | Path | None = None,
    similarity: str | None = None,
    ranker: str | None = None,
    corrections: str | Path | None = None,
) -> Recommender:
    """Return the recommender of a checkout, of a folder with model files, or of a Git repository.

    `source`: a folder in which `make repro` or `dvc pull` has run; or a folder with input.npy,
    output.npy, earlier.npy, vocabulary.tsv and training.json, and optionally tracks.tsv (names) and
    params.yaml (query settings); or the address of a Git repository, whose model is pulled from its
    DVC remote once for every commit. `revision`: a commit, tag or branch of the repository, also if
    `source` is a folder. `names`: a CSV file with the columns track_id, artist, title, which take
    precedence over names of the source. Names learned by `enrich` fill the gaps. `corrections`: a
    table of songs identified by a person, as `read_corrections` reads it. `similarity`: ask
    Word2Vec alone, by this similarity instead of that of the source or log_odds. `ranker`: word2vec
    or blend, instead of that of the source or blend. If a file of BLEND is missing, word2vec is
    used, and `without_blend` of the recommender says so. Raises DataError if there is no model.
    """
    folder, model_folder = find_model(source, revision)
    asking = how_to_ask(folder, similarity, ranker)
    model = Model.load(model_folder)
    tables = (folder / "data/canonical/tracks.tsv", model_folder / "tracks.tsv")
    table = next((Tracks.load(path) for path in tables if path.is_file()), None)
    deezer_ids = dataset_of(folder / "params.yaml") in DATASETS
    asked = asked_path(folder / "data")
    said = [Notes(path) for path in (names, corrections) if path is not None]
    settled = (
        read_corrections(corrections, said[-1]) if corrections is not None else NOTHING_SETTLED
    )
    catalogue = Catalogue.of(
        model.vocabulary,
        table,
        mine=read_names(names, said[0]) if names is not None else {},
        others=read_names(asked) if deezer_ids and asked.is_file() else {},
    )
    # File paths in the table of another repository mean nothing on this machine.
    here = folder == Path(source)
    catalogue = replace(
        catalogue, files=files_at(folder / "params.yaml", catalogue.files) if here else []
    )
    # The counts are only read at the first use.
    blend = partial(blend_of, folder, model_folder) if asking.blend else None
    notes = tuple(line for each in said for line in each)
    return Recommender(
        model, catalogue, asking.query, deezer_ids, blend, asking.note, settled, notes
    )


def find_model(source: str | Path, revision: str | None) -> tuple[Path, Path]:
    """Return the folder that `load` means, and the folder with the model files.

    Raises DataError if there is no model.
    """
    folder = Path(source)
    is_bare = all((folder / each).exists() for each in ("HEAD", "objects", "refs"))
    if revision is not None or is_bare or not folder.is_dir():
        from playlist2vec.online.pulling import pulled_model

        folder = pulled_model(str(source), revision, optional=BLEND)
    for model in (folder / "data" / "model", folder):
        if (model / "input.npy").is_file():
            return folder, model

    expected = "data/model (`make repro` makes it), or a folder with input.npy"
    raise DataError(f"{without_secrets(str(source))}: no model: expected {expected}")


def how_to_ask(folder: Path, similarity: str | None = None, ranker: str | None = None) -> Asking:
    """Return the settings in section `evaluate` of the folder's params.yaml, or AS_A_RULE.

    The blend is used if it is set and its files are present. `similarity`, `ranker`: take
    precedence; a similarity means Word2Vec alone. A params.yaml of an older version, without
    `evaluate.ranker`, means word2vec. Raises DataError for unknown values, and for a similarity
    with ranker = blend.
    """
    for name, value, accepted in (
        ("similarity", similarity, SIMILARITIES),
        ("ranker", ranker, SUGGESTING),
    ):
        if value is not None and value not in accepted:
            raise DataError(f"{name} = {value}: expected one of {', '.join(accepted)}")
    if similarity is not None and ranker == "blend":
        raise DataError(
            f"similarity = {similarity}: expected none with ranker = blend, which asks by log_odds"
        )
    query, usual = AS_A_RULE, "blend"
    params = folder / "params.yaml"
    if params.is_file():
        content = read_content(params)
        query = validated(params, Query, content)
        known = "ranker" in section_of(params, "evaluate", content)
        usual = validated(params, Suggesting, content).ranker if known else "word2vec"
    if similarity is not None:
        return Asking(replace(query, similarity=similarity), False, "")
    if (ranker or usual) == "word2vec":
        return Asking(query, False, "")
    missing = next((name for name in BLEND if not (folder / name).is_file()), None)
    note = f"{folder}: no {missing}: Word2Vec alone suggests, not the blend" if missing else ""
    return Asking(query, not missing, note)


def blend_of(folder: Path, model_folder: Path, model: Model, query: Query) -> "Mixture":
    """Return the blend of a checkout, for the model that was read from `model_folder`."""
    from playlist2vec.recommend.blending import BlendFiles, load_blend

    return load_blend(BlendFiles(model_folder, *(folder / name for name in BLEND)), model, query)


def files_at(params: Path, files: Sequence[str]) -> list[str]:
    """Return absolute paths of song files below the folder of `local.file` in `params`.

    `files`: paths in the table of tracks, empty for a song without a file. The folder is
    `local.file` itself, or the folder around it if it is a file. An empty list if no song has a
    file or `params` is missing.
    """
    if not any(files) or not params.is_file():
        return []
    named = read_content(params).get("local")
    place = Path(params.parent, str(named.get("file", "")) if isinstance(named, dict) else "")
    below = (place if place.is_dir() else place.parent).absolute()
    return [
        normpath(f"{below}/{file}") if file and not is_absolute(file) else file for file in files
    ]


def dataset_of(params: Path) -> str:
    """Return the data set that a parameter file names, empty if the file is missing."""
    return str(read_content(params).get("dataset", "")) if params.is_file() else ""
