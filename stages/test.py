"""test: the scores of the chosen configuration on the test pairs, with what they belong to."""

from playlist2vec.base.files import write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.challenge.scores import evaluate_challenge
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.blend.assembly import MIXTURES, mixture_of, read_chosen, weighted
from playlist2vec.models.counting.rankers import made, training_of
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
    """As `evaluate`, `baselines` and `blend`, on the pairs in `test`, with what was chosen on
    validation.

    `settings`, `weights`: the files with the choices of baselines and of mixtures. `metrics` also
    names every parameter and the hash of the embeddings.
    """
    parameters = read_all(params)
    query, scoring = read_section(params, Query), read_section(params, Scoring)
    ids = Vocabulary.load(vocabulary).ids
    pairs, playlists = Pairs.load(test), Playlists.load(train)
    trained = EmbeddingRanker(Model.load(model), query.similarity, scoring.index)
    evaluation = evaluate_pairs(trained, pairs, ids, query)
    scores, table, summary = (
        evaluation.scores(scoring.k),
        evaluation.table(scoring),
        evaluation.summary(scoring.k),
    )
    training, whole = training_of(playlists, ids), whole_histories(query)
    chosen = read_chosen(settings)
    counting: dict[str, Ranker] = {}
    for name, with_model in MIXTURES.items():
        mixture = mixture_of(training, chosen, trained.model if with_model else None, query)
        counting[name] = weighted(mixture, weights, name)
    counting |= {name: made(name, training, each) for name, each in chosen.items()}
    baselines = {
        name: evaluate_pairs(ranker, pairs, ids, whole).scores(scoring.k)
        for name, ranker in counting.items()
    }
    if scoring.challenge:
        challenge = evaluate_challenge(trained, pairs.playlists, ids, tracks, query)
        scores, table = scores | {"challenge": challenge.scores()}, table + challenge.table(scoring)
        summary += f"; {challenge.summary()}"
        for name, ranker in counting.items():
            baselines[name]["challenge"] = evaluate_challenge(
                ranker, pairs.playlists, ids, tracks, whole
            ).scores()
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
