"""test: scores of the chosen configuration on the test pairs, with parameters and embeddings."""

from collections.abc import Mapping
from typing import Any

from playlist2vec.base.files import write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.challenge.scores import evaluate_challenge
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.blend.assembly import MIXTURES, mixture_of, read_chosen, weighted
from playlist2vec.models.counting.rankers import Settings, Training, made, training_of
from playlist2vec.models.embeddings.model import Model, fingerprint
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.params import read_all
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.ranking.reweighted import whole_histories
from stages import run


def main(
    params: str,
    tracks: str,
    vocabulary: str,
    train: str,
    test: str,
    model: str,
    settings: str,
    weights: str,
    ranks: str,
    metrics: str,
    intervals: str,
) -> str:
    """Score the pairs in `test` as `evaluate`, `baselines` and `blend` do on validation.

    `settings`, `weights`: files with the choices made on validation, of baselines and of mixtures.
    `metrics` also names all parameters and the hash of the embeddings.
    """
    parameters = read_all(params)
    query, scoring = read_section(params, Query), read_section(params, Scoring)
    ids = Vocabulary.load(vocabulary).ids
    pairs, playlists = Pairs.load(test), Playlists.load(train)
    trained = EmbeddingRanker(Model.load(model), query.similarity, scoring.index)
    evaluation = evaluate_pairs(trained, pairs, ids, query)
    scores, table = evaluation.scores(scoring.k), evaluation.table(scoring)
    summary = evaluation.summary(scoring.k)
    whole, chosen = whole_histories(query), read_chosen(settings)
    counting = counting_rankers(training_of(playlists, ids), chosen, weights, trained.model, query)
    baselines = scores_of(counting, pairs, ids, whole, scoring, tracks)
    if scoring.challenge:
        challenge = evaluate_challenge(trained, pairs.playlists, ids, tracks, query)
        scores, table = scores | {"challenge": challenge.scores()}, table + challenge.table(scoring)
        summary += f"; {challenge.summary()}"
    evaluation.save(ranks, pairs)
    write_text(intervals, table)
    content = {
        "scores": scores,
        "baselines": baselines,
        "baselines_settings": chosen,
        "parameters": parameters,
        "embeddings_sha256": fingerprint(model),
    }
    write_json(metrics, content)
    return summary


def counting_rankers(
    training: Training, chosen: Mapping[str, Settings], weights: str, model: Model, query: Query
) -> dict[str, Ranker]:
    """Return the mixtures and the baselines by name.

    `chosen`: settings of the baselines. `weights`: the file with the weights of the mixtures.
    """
    rankers: dict[str, Ranker] = {}
    for name, with_model in MIXTURES.items():
        mixture = mixture_of(training, chosen, model if with_model else None, query)
        rankers[name] = weighted(mixture, weights, name)
    return rankers | {name: made(name, training, each) for name, each in chosen.items()}


def scores_of(
    rankers: Mapping[str, Ranker],
    pairs: Pairs,
    ids: list[str],
    query: Query,
    scoring: Scoring,
    tracks: str,
) -> dict[str, dict[str, Any]]:
    """Return the scores of rankers on the pairs, with scores of the challenge if requested."""
    found: dict[str, dict[str, Any]] = {}
    for name, ranker in rankers.items():
        found[name] = dict(evaluate_pairs(ranker, pairs, ids, query).scores(scoring.k))
        if scoring.challenge:
            challenge = evaluate_challenge(ranker, pairs.playlists, ids, tracks, query)
            found[name]["challenge"] = challenge.scores()
    return found


if __name__ == "__main__":
    run(
        "test",
        main,
        "PARAMS",
        "TRACKS",
        "VOCABULARY",
        "TRAIN",
        "TEST",
        "MODEL_FOLDER",
        "SETTINGS",
        "WEIGHTS",
        "RANKS",
        "METRICS",
        "INTERVALS",
    )
