"""The recommender of a checkout, of a folder or of a Git repository."""

from collections.abc import Sequence
from dataclasses import replace
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
"""How a model is asked that comes without params.yaml."""
BLEND = (
    "metrics/blend_weights.json",
    "metrics/baselines_settings.json",
    "data/split/train.npz",
    "data/vocabulary/vocabulary.tsv",
)
"""The files of a checkout that make a blend, beside those of the model; in the order of BlendFiles."""


class Asking(NamedTuple):
    """How a model is asked: as `query` says, or with `blend` in the blend.

    `note`: why the blend is not asked although it should be; empty as a rule.
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
    """The recommender of a checkout, of a folder with a model's files, or of a Git repository
    through DVC.

    `source`: a folder in which `make repro` or `dvc pull` has run; or one with input.npy,
    output.npy, earlier.npy, vocabulary.tsv and training.json, where tracks.tsv (names) and
    params.yaml (how to ask) are read if they lie beside them; or the address of a Git repository,
    whose model is pulled from its DVC remote once for each commit. `revision`: a commit, tag or
    branch of it; with a folder, of the Git repository there. `names`: a CSV file with the columns
    track_id, artist, title, which count before the source's own names. What `enrich` has learned
    fills the gaps. `corrections`: a table of songs that a person has settled, as `read_corrections`
    reads it. `similarity`: how to ask Word2Vec alone, instead of what the source says, else
    log_odds. `ranker`: word2vec or blend, instead of what the source says, else blend. Where the
    files of BLEND are not all there, it is word2vec, and `without_blend` of the recommender says
    so. Raises DataError when there is no model there.
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
    # The table of a stranger's repository says nothing of files that lie here.
    here = folder == Path(source)
    catalogue = replace(
        catalogue, files=files_at(folder / "params.yaml", catalogue.files) if here else []
    )
    blend = None
    if asking.blend:
        # Counts are not read before they are needed.
        def blend(asked: Model, query: Query) -> "Mixture":
            return blend_of(folder, model_folder, asked, query)

    notes = tuple(line for each in said for line in each)
    return Recommender(
        model, catalogue, asking.query, deezer_ids, blend, asking.note, settled, notes
    )


def find_model(source: str | Path, revision: str | None) -> tuple[Path, Path]:
    """The folder that `load` means, and where in it the model's files lie. Raises DataError when
    there is none.
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
    """Return what section `evaluate` of the folder's params.yaml says, or AS_A_RULE, and the blend
    where it is there.

    `similarity`, `ranker`: what counts instead; a similarity asks Word2Vec alone. A params.yaml
    without `evaluate.ranker`, older than it, means word2vec.
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
    """Return the blend of a checkout's folder, for the model that was read from `model_folder`."""
    from playlist2vec.recommend.blending import BlendFiles, load_blend

    return load_blend(BlendFiles(model_folder, *(folder / name for name in BLEND)), model, query)


def files_at(params: Path, files: Sequence[str]) -> list[str]:
    """Return the whole paths of songs' files, below what `local.file` names in `params` or the
    folder that it lies in.

    `files`: as the table of tracks has them, empty for a song that has none. No entry where no file
    can be found.
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
    """Return the data set that a parameter file names, empty if there is no such file."""
    return str(read_content(params).get("dataset", "")) if params.is_file() else ""
