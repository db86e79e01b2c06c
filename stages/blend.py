"""blend: mixtures of counting, with and without the model, weighted on validation targets."""

from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.compared.headline import headline
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary, rows_of
from playlist2vec.evaluation.next_song import Evaluation, save_ranks
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.blend.assembly import MIXTURES, mixture_of, read_chosen
from playlist2vec.models.blend.fitting import evidence_of, rank_cross_fitted
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.embeddings.model import Model, fingerprint
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from playlist2vec.ranking.reweighted import whole_histories
from stages import run


def main(
    params: str,
    vocabulary: str,
    train: str,
    validation: str,
    model: str,
    settings: str,
    ranks: str,
    weights: str,
    metrics: str,
    details: str,
) -> str:
    """Fit the mixtures of MIXTURES to the pairs in `validation`, counting in `train`.

    Songs are given by the index in `vocabulary`. `settings`: the choices of stage baselines. Writes
    `ranks`, an array for each mixture, with weights fitted on other playlists; `weights`, fitted on
    all pairs for later use, with the hash of the embeddings; `metrics`, the scores for comparing
    runs; `details`, all scores.
    """
    query, scoring = read_section(params, Query), read_section(params, Scoring)
    pairs, ids = Pairs.load(validation), Vocabulary.load(vocabulary).ids
    training = training_of(Playlists.load(train), ids)
    questions = ask(pairs, rows_of(training.vocabulary, ids), whole_histories(query))
    keys = pairs.playlists.keys[questions.asked]
    trained, chosen = Model.load(model), read_chosen(settings)
    found, fitted = {}, {}
    for name, with_model in MIXTURES.items():
        mixture = mixture_of(training, chosen, trained if with_model else None, query)
        evidence = evidence_of(mixture, questions)
        fitted[name] = evidence.fit()
        found[name] = Evaluation(
            rank_cross_fitted(mixture, questions, keys, evidence), questions.counts
        )
    save_ranks(ranks, {name: evaluation.ranks for name, evaluation in found.items()}, pairs)
    chosen_weights = {
        name: {"tau": each.tau, "weights": each.weights} for name, each in fitted.items()
    }
    write_json(weights, {"embeddings_sha256": fingerprint(model), **chosen_weights})
    every = {name: evaluation.scores(scoring.k) for name, evaluation in found.items()}
    write_json(metrics, {name: headline(each, scoring.k) for name, each in every.items()})
    write_json(details, every)
    scores = ", ".join(f"{name} {ndcg(each.ranks, 10):.4f}" for name, each in found.items())
    largest = sorted(fitted["blend"].weights.items(), key=lambda each: -each[1])[:3]
    return (
        f"{len(pairs):,} pairs: ndcg@10 {scores}; most weight: "
        f"{', '.join(f'{part} {w:.2f}' for part, w in largest)}"
    )


if __name__ == "__main__":
    run(
        "blend",
        main,
        "PARAMS",
        "VOCABULARY",
        "TRAIN",
        "VALIDATION",
        "MODEL_FOLDER",
        "SETTINGS",
        "RANKS",
        "WEIGHTS",
        "METRICS",
        "DETAILS",
    )
