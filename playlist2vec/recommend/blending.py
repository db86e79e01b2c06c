"""The blend of a run, loaded from the files of several stages."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.blend.assembly import mixture_of, read_chosen, weighted
from playlist2vec.models.blend.mixture import Mixture
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.embeddings.model import Model, fingerprint
from playlist2vec.ranking.params import Query

NAME = "blend"
"""The mixture of MIXTURES that makes the suggestions."""
MIN_PROBABILITY = 1e-12
"""Lower bound of probabilities before their logarithms are compared."""


class BlendFiles(NamedTuple):
    """Paths of the files that make a blend.

    `model`: the folder of the model. `weights`, `settings`: results of the stages `blend` and
    `baselines`. `train`: the playlists that are counted. `songs`: the vocabulary of the codes in
    `train`.
    """

    model: Path
    weights: Path
    settings: Path
    train: Path
    songs: Path


def load_blend(files: BlendFiles, model: Model, query: Query) -> Mixture:
    """Return the blend of a model that was read from the folder `files.model`.

    `query`: selects the songs that the model is asked with. Raises DataError if the weights or the
    playlists belong to another model.
    """
    expected = "expected files of one `dvc repro`"
    if read_json(files.weights).get("embeddings_sha256") != fingerprint(files.model):
        raise DataError(
            f"{files.weights}: weights for another model than {files.model}: {expected}"
        )
    ids, train = Vocabulary.load(files.songs).ids, Playlists.load(files.train)
    if int(train.tracks.max(initial=-1)) >= len(ids):
        raise DataError(f"{files.train}: songs that {files.songs} does not have: {expected}")
    training = training_of(train, ids)
    if training.vocabulary.ids != model.vocabulary.ids:
        raise DataError(f"{files.train}: not the songs of {files.model}: {expected}")
    mixture = mixture_of(training, read_chosen(files.settings), model, query)
    return weighted(mixture, files.weights, NAME)


def logarithms(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithms of probabilities, float64 of any shape, at least of MIN_PROBABILITY."""
    found: NDArray[np.float64] = np.log(np.maximum(probabilities, MIN_PROBABILITY))
    return found
