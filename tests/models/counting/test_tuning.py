"""Each baseline chooses its parameters on validation pairs, and can do no worse by it."""

from itertools import product

import numpy as np
import pytest

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.vocabulary import rows_of
from playlist2vec.models.counting import ease
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.rankers import RANKERS, Training, made, training_of
from playlist2vec.models.counting.tuning import options, tune, tune_all
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.queries import Questions, ask
from playlist2vec.ranking.reweighted import reweighted, whole_histories
from tests.builders.examples import playlists_of, query_params

IDS = [f"t{song:02}" for song in range(40)]
PARAMS = BaselinesParams(
    pairs=500,
    decay=(0.0, 0.5, 1.0),
    window=(5, 1),
    neighbours=(3, 40),
    session_neighbours=(2, 50),
    distances=(3, 1),
    smoothing=(1.0, 50.0),
    order=(2, 3),
    penalty=(10.0, 1000.0),
)


def planted(step: int, playlists: int, seed: int) -> list[list[int]]:
    """Playlists in which a song decides on the one `step` places after it, nine times of ten."""
    draws = np.random.default_rng(seed)
    lists = []
    for _ in range(playlists):
        songs = draws.integers(0, 40, 12).tolist()
        for place in range(step, 12):
            if draws.random() < 0.9:
                songs[place] = (songs[place - step] + 7) % 40
        lists.append(songs)
    return lists


@pytest.fixture(scope="module", params=[1, 3])
def corpus(request: pytest.FixtureRequest) -> tuple[int, Training, Questions]:
    training = training_of(playlists_of(planted(request.param, 300, 1)), IDS)
    pairs = Pairs.of_last(playlists_of(planted(request.param, 100, 2)))
    return (
        request.param,
        training,
        ask(pairs, rows_of(training.vocabulary, IDS), whole_histories(query_params())),
    )


def test_what_is_chosen_scores_as_much_as_each_first_value(
    corpus: tuple[int, Training, Questions],
) -> None:
    _, training, questions = corpus
    tuned, refused = tune_all(training, PARAMS, questions)
    assert (list(tuned), refused) == (list(RANKERS), {})
    values = options(PARAMS)
    for name, each in tuned.items():
        chosen = ndcg(questions.answer(each.ranker.rank), 10)
        assert chosen == ndcg(questions.answer(made(name, training, each.settings).rank), 10)
        first = {option: values[option][0] for option in RANKERS[name].options}
        assert chosen >= ndcg(questions.answer(made(name, training, first).rank), 10)
        assert all(value in values[option] for option, value in each.settings.items())


def test_one_parameter_alone_is_chosen_as_by_trying_all(
    corpus: tuple[int, Training, Questions],
) -> None:
    _, training, questions = corpus
    values = options(PARAMS)
    for name in ("markov", "kneser_ney"):
        (option,) = RANKERS[name].options
        scores = [
            ndcg(questions.answer(made(name, training, {option: value}).rank), 10)
            for value in values[option]
        ]
        found = tune(name, training, values, questions)
        assert found.settings == {option: values[option][int(np.argmax(scores))]}
        assert found.tried == len(scores)


def test_the_planted_distance_is_found(corpus: tuple[int, Training, Questions]) -> None:
    step, training, questions = corpus
    values = options(PARAMS)
    scores = {}
    for name in ("markov", "distances"):
        tuned = tune(name, training, values, questions)
        scores[name] = ndcg(questions.answer(tuned.ranker.rank), 10)
    assert tuned.settings["distances"] == 3 or step == 1
    assert scores["distances"] > 0.8
    assert (scores["markov"] > 0.8) == (step == 1)


def test_what_cannot_be_made_is_said(
    corpus: tuple[int, Training, Questions], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ease, "MAX_SONGS", 39)
    tuned, refused = tune_all(corpus[1], PARAMS, corpus[2])
    assert refused == {"ease": "40 songs, at most 39"}
    assert list(tuned) == [name for name in RANKERS if name != "ease"]


def test_a_decay_weighs_the_last_songs() -> None:
    pairs = Pairs.of_last(playlists_of([[1, 2, 3, 4, 0], [5, 0]]))
    rows = rows_of(training_of(playlists_of([[*range(40)]]), IDS).vocabulary, IDS)
    queries = ask(pairs, rows, whole_histories(query_params())).queries
    for decay, number in product((0.0, 0.5, 1.0), range(2)):
        found = reweighted(queries, decay).block(number, number + 1)
        songs = [[1, 2, 3, 4], [5]][number]
        kept = songs if decay else songs[-1:]
        assert found.songs.tolist() == kept
        assert found.weights.tolist() == [decay**age for age in reversed(range(len(kept)))]
