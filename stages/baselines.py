"""baselines: validation scores of tuned counting, on the same pairs and rules as the model."""

from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.compared.headline import best_baseline, main_cutoff
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary, rows_of
from playlist2vec.evaluation.challenge.scores import evaluate_challenge
from playlist2vec.evaluation.next_song import evaluate_pairs, save_ranks
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.counting.tuning import tune_all
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from playlist2vec.ranking.reweighted import whole_histories
from stages import run


def main(
    params: str,
    tracks: str,
    vocabulary: str,
    train: str,
    validation: str,
    ranks: str,
    settings: str,
    metrics: str,
    details: str,
) -> str:
    """Count in the playlists `train`, and answer the pairs in `validation`.

    Songs are given by the index in `vocabulary`. `tracks`: artists, for the challenge. Writes
    `ranks`, an array for each baseline; `settings`, the chosen settings; `metrics`, the best
    scores; `details`, all scores.
    """
    query, scoring = whole_histories(read_section(params, Query)), read_section(params, Scoring)
    section = read_section(params, BaselinesParams)
    pairs, ids = Pairs.load(validation), Vocabulary.load(vocabulary).ids
    training = training_of(Playlists.load(train), ids)
    questions = ask(pairs.first(section.pairs), rows_of(training.vocabulary, ids), query)
    tuned, refused = tune_all(training, section, questions)
    found = {name: evaluate_pairs(each.ranker, pairs, ids, query) for name, each in tuned.items()}
    scores = {name: evaluation.scores(scoring.k) for name, evaluation in found.items()}
    if scoring.challenge:
        for name, each in tuned.items():
            scores[name]["challenge"] = evaluate_challenge(
                each.ranker, pairs.playlists, ids, tracks, query
            ).scores()
    save_ranks(ranks, {name: evaluation.ranks for name, evaluation in found.items()}, pairs)
    chosen = {name: dict(each.settings) for name, each in tuned.items()}
    write_json(settings, {"chosen": chosen, "not_made": refused})
    write_json(metrics, {"best_baseline": best_baseline(scores, scoring.k)})
    write_json(details, scores)
    k = main_cutoff(scoring.k)
    rates = [f"{name} {hit_rate(evaluation.ranks, k):.4f}" for name, evaluation in found.items()]
    rates += [f"{name} not made ({reason})" for name, reason in refused.items()]
    tried = sum(each.tried for each in tuned.values())
    return f"{len(pairs):,} pairs, {tried} settings tried: hit@{k} {', '.join(rates)}"


if __name__ == "__main__":
    run(
        "baselines",
        main,
        "PARAMS",
        "TRACKS",
        "VOCABULARY",
        "TRAIN",
        "VALIDATION",
        "RANKS",
        "SETTINGS",
        "METRICS",
        "DETAILS",
    )
