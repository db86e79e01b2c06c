"""Every baseline's scores, on the same questions as the model's."""

from pathlib import Path

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import in_rows, training_vocabulary
from playlist2vec.evaluation.challenge.scores import (
    SUGGESTIONS,
    Challenge,
    Suggester,
    artist_codes,
    continue_playlists,
    task_of,
)
from playlist2vec.evaluation.next_song import Evaluation
from playlist2vec.models.counting.baselines import rank_with, scorers
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from playlist2vec.ranking.sparse import Scorer, best_by_scores


def evaluate_baselines(
    train: Playlists, ids: list[str], pairs: Pairs, asked: Query, counted: BaselinesParams
) -> dict[str, Evaluation]:
    """Every baseline's evaluation on `pairs`; `ids`: the track id of each song code in `train` and `pairs`."""
    vocabulary, rows = training_vocabulary([train], ids)
    questions = ask(pairs, rows, asked)
    return {
        name: Evaluation(rank_with(scorer, questions, len(vocabulary)), questions.counts)
        for name, scorer in scorers(in_rows(train, rows), len(vocabulary), counted).items()
    }


def baselines_of_challenge(
    train: Playlists,
    ids: list[str],
    playlists: Playlists,
    tracks: str | Path,
    asked: Query,
    counted: BaselinesParams,
) -> dict[str, Challenge]:
    """Every baseline's scores in the challenge on `playlists`, as `evaluate_challenge` gives the model's."""
    vocabulary, rows = training_vocabulary([train], ids)
    task = task_of(playlists, rows, artist_codes(tracks, ids), asked)
    return {
        name: continue_playlists(task, _suggester(scorer, len(vocabulary)))
        for name, scorer in scorers(in_rows(train, rows), len(vocabulary), counted).items()
    }


def _suggester(scorer: Scorer, songs: int) -> Suggester:
    return lambda queries, excluded: best_by_scores(scorer, queries, excluded, songs, SUGGESTIONS)
