"""The two mixtures of this project, from what was trained and counted, and with weights from a file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.models.blend.fitting import Fit, with_fit
from playlist2vec.models.blend.mixture import Mixture
from playlist2vec.models.blend.shares import counting_parts, priors
from playlist2vec.models.blend.softmax import Softmax
from playlist2vec.models.counting.rankers import Settings, Training
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.params import Query

MIXTURES = {"counts_mixture": False, "blend": True}
"""The mixtures by their names in metrics/, and whether the model is a part; without it is what a model has to beat."""
LOG_ODDS = ("log_odds", "log_odds_symmetric")
"""The similarities that estimate a probability."""


def mixture_of(training: Training, chosen: Mapping[str, Settings], model: Model | None, query: Query) -> Mixture:
    """Return a mixture without weights.

    `chosen`: the settings of each baseline. `model`: trained on the same playlists, None to mix counts alone. `query`
    says by which log-odds the model scores, and which songs it is asked with; one that names another similarity has
    the first of LOG_ODDS. Queries of the mixture hold whole histories.
    """
    softmax = None
    if model is not None:
        decay = query.decay if query.query == "history" else 0
        similarity = query.similarity if query.similarity in LOG_ODDS else LOG_ODDS[0]
        softmax = Softmax(EmbeddingRanker(model, similarity), decay, query.songs_back, 1.0)
    return Mixture(training.vocabulary, counting_parts(training, chosen), priors(training), softmax, {})


def read_chosen(path: str | Path) -> dict[str, Settings]:
    """Read the settings of each baseline that the stage `baselines` chose."""
    chosen: dict[str, Settings] = _read(path)["chosen"]
    return chosen


def weighted(mixture: Mixture, path: str | Path, name: str) -> Mixture:
    """Return the mixture with the weights of this name that the stage `blend` wrote."""
    content = _read(path)
    return with_fit(mixture, Fit(content[name]["weights"], content[name]["tau"]))


def _read(path: str | Path) -> dict[str, Any]:
    if not Path(path).is_file():
        raise DataError(f"{path}: no such file: expected a finished `dvc repro blend`")
    found: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return found
