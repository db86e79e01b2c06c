"""The two mixtures of this project, built from a trained model, counts and stored weights."""

from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, reading
from playlist2vec.base.rules import RefusedError
from playlist2vec.models.blend.fitting import Fit, with_fit
from playlist2vec.models.blend.mixture import MODEL, Mixture
from playlist2vec.models.blend.shares import ONCE, TWICE, counting_parts, priors
from playlist2vec.models.blend.softmax import Softmax
from playlist2vec.models.counting.params import RULES
from playlist2vec.models.counting.rankers import RANKERS, Settings, Training
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.params import Query

MIXTURES = {"counts_mixture": False, "blend": True}
"""The mixtures by name in metrics/: True if the model is a part.

Without the model, a mixture is the baseline that a model has to beat.
"""
MAX_TAU = 100.0
SMALLEST = 1e-300
LOG_ODDS = ("log_odds", "log_odds_symmetric")
"""The similarities that estimate a probability."""


def mixture_of(
    training: Training, chosen: Mapping[str, Settings], model: Model | None, query: Query
) -> Mixture:
    """Return a mixture without weights.

    `chosen`: the settings of each baseline. `model`: trained on the same playlists; None to mix
    counts alone. `query`: the similarity of the model, and the songs of its queries; a similarity
    that is not in LOG_ODDS is replaced by the first of LOG_ODDS. Queries of the mixture hold whole
    histories.
    """
    softmax = None
    if model is not None:
        decay = query.decay if query.query == "history" else 0
        similarity = query.similarity if query.similarity in LOG_ODDS else LOG_ODDS[0]
        softmax = Softmax(EmbeddingRanker(model, similarity), decay, query.songs_back, 1.0)
    return Mixture(
        training.vocabulary, counting_parts(training, chosen), priors(training), softmax, {}
    )


def read_chosen(path: str | Path) -> dict[str, Settings]:
    """Read the settings of each baseline, as chosen by the stage `baselines`."""
    with reading(path, "settings as the stage `baselines` writes them"):
        chosen = dict(_read(path)["chosen"])
        found: dict[str, Settings] = {
            name: {key: _setting(key, value) for key, value in dict(each).items()}
            for name, each in chosen.items()
        }
        if unknown := found.keys() - RANKERS.keys():
            raise KeyError(f"a baseline {ascii(min(unknown))[:40]}")
        for name in (*TWICE, *ONCE, "distances"):
            if absent := set(RANKERS[name].options) - found[name].keys():
                raise KeyError(f"{name} without {min(absent)}")
    return found


def weighted(mixture: Mixture, path: str | Path, name: str) -> Mixture:
    """Return the mixture with the weights under `name` in the file of the stage `blend`."""
    expected = "weights as the stage `blend` writes them"
    with reading(path, expected):
        content = dict(_read(path)[name])
        weights = _numbers(content["weights"])
        tau = _number(content["tau"])
    if not 0 <= tau <= MAX_TAU or abs(sum(weights.values()) - 1) > 1e-3:
        raise DataError(
            f"{path}: tau {tau:g}, weights with the sum {sum(weights.values()):g}: "
            f"expected {expected}"
        )
    unknown = sorted(weights.keys() - {*mixture.parts, *mixture.priors, MODEL})
    if unknown:
        raise DataError(f"{path}: no part of a mixture is called {unknown[0]}: expected {expected}")
    return with_fit(mixture, Fit(weights, tau))


def _read(path: str | Path) -> dict[str, Any]:
    if not Path(path).is_file():
        raise DataError(f"{path}: no such file: expected a finished `dvc repro blend`")
    return read_json(path)


def _setting(name: str, value: object) -> float:
    """Return a setting of a baseline.

    Raises ValueError for a value that section `baselines` would reject.
    """
    if name not in RULES:
        raise ValueError(f"a setting {ascii(name)[:40]}")
    number = _number(value)
    try:
        accepted = RULES[name](number)
    except RefusedError as refused:
        raise ValueError(f"{name} = {number}: expected {refused}") from None
    if isinstance(accepted, int) and not isinstance(number, int):
        raise ValueError(f"{name} = {number}: expected {accepted}")
    return number


def _numbers(content: Any) -> dict[str, float]:
    """Return numbers by name. Raises ValueError or TypeError for any other content."""
    return {name: _number(value) for name, value in dict(content).items()}


def _number(value: object) -> float:
    """Return a number from 0 as given, whole or not.

    Raises ValueError for any other value, and for a number without a reciprocal.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not (value == 0 or SMALLEST <= value < inf)
    ):
        raise ValueError(f"{ascii(value)[:40]}: no number from 0")
    return value
