"""The blend of counts and vectors, as tasks; see `benchmarks.child` for tasks.

The baselines of the blend have the largest value of every parameter in params.yaml, which is the
most work, and are not tuned.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playlist2vec.corpus.pairs import Pairs
    from playlist2vec.models.blend.mixture import Mixture
    from playlist2vec.ranking.queries import Questions

Task = Callable[[], dict[str, Any] | None]

IMPORTS: dict[str, tuple[str, ...]] = {
    "evaluate": ("playlist2vec.models.blend.assembly", "playlist2vec.evaluation.next_song"),
    "fit": ("playlist2vec.models.blend.assembly",),
}
WEIGHTS = "blend_weights.json"


def evaluate(folder: Path) -> Task:
    """Rank the targets of all validation pairs by the fitted blend, counting included."""
    from playlist2vec.models.blend.assembly import weighted
    from playlist2vec.ranking.metrics import ndcg

    made = _made(folder)

    def measured() -> dict[str, Any]:
        mixture, questions, pairs = made()
        mixture = weighted(mixture, folder / WEIGHTS, "blend")
        found = ndcg(questions.answer(mixture.rank), 10)
        return {
            "pairs": len(pairs),
            "songs": len(mixture.vocabulary),
            "parts": sorted(mixture.weights),
            "tau": mixture.model.tau if mixture.model else 0,
            "ndcg@10": found,
        }

    return measured


def fit(folder: Path) -> Task:
    """Fit the weights of the blend to all validation pairs, and to the pairs outside every fold.

    Writes the weights of the first fit.
    """
    from playlist2vec.base.files import write_json
    from playlist2vec.models.blend.fitting import FITTED, FOLDS, evidence_of, folds_of

    made = _made(folder)

    def measured() -> dict[str, Any]:
        mixture, questions, pairs = made()
        evidence = evidence_of(mixture, questions)
        fitted = evidence.fit()
        folds = folds_of(pairs.playlists.keys[questions.asked])
        for fold in range(FOLDS):
            evidence.fit(folds != fold)
        write_json(folder / WEIGHTS, {"blend": {"tau": fitted.tau, "weights": fitted.weights}})
        return {
            "pairs": len(pairs),
            "fitted": min(FITTED, len(questions.targets)),
            "parts": len(mixture.parts),
        }

    return measured


def _made(folder: Path) -> "Callable[[], tuple[Mixture, Questions, Pairs]]":
    """Load the ingredients of a blend; return a function that makes the blend without weights."""
    from playlist2vec.base.rules import read_section
    from playlist2vec.corpus.pairs import Pairs
    from playlist2vec.corpus.playlists import Playlists
    from playlist2vec.corpus.vocabulary import Vocabulary, rows_of
    from playlist2vec.models.blend.assembly import mixture_of
    from playlist2vec.models.counting.params import BaselinesParams
    from playlist2vec.models.counting.rankers import RANKERS, training_of
    from playlist2vec.models.counting.tuning import options
    from playlist2vec.models.embeddings.model import Model
    from playlist2vec.ranking.params import Query
    from playlist2vec.ranking.queries import ask
    from playlist2vec.ranking.reweighted import whole_histories

    query = read_section(folder / "params.yaml", Query)
    values = options(read_section(folder / "params.yaml", BaselinesParams))
    chosen = {
        name: {option: max(values[option]) for option in each.options}
        for name, each in RANKERS.items()
    }
    ids = Vocabulary.load(folder / "vocabulary.tsv").ids
    train, pairs = (
        Playlists.load(folder / "split/train.npz"),
        Pairs.load(folder / "split/validation.npz"),
    )
    model = Model.load(folder / "model")

    def made() -> "tuple[Mixture, Questions, Pairs]":
        training = training_of(train, ids)
        questions = ask(pairs, rows_of(training.vocabulary, ids), whole_histories(query))
        return mixture_of(training, chosen, model, query), questions, pairs

    return made
