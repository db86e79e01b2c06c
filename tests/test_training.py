from itertools import pairwise

import numpy as np
import pytest
from gensim.models import Word2Vec

from playlist2vec import training
from playlist2vec.evaluation import evaluate_pairs
from playlist2vec.metrics import hit_rate
from playlist2vec.model import Model
from playlist2vec.playlists import Playlists
from playlist2vec.splitting import Pairs
from playlist2vec.training import make_sentences, train_word2vec, training_vocabulary
from playlist2vec.vocabulary import Vocabulary
from tests.examples import evaluate_params, playlists_of, train_params


def walks(near: bool) -> Playlists:
    """200 walks of 20 songs on a ring of 60: to one of the next three songs, or anywhere."""
    rng = np.random.default_rng(4)
    steps = rng.integers(1, 4, (200, 20)) if near else rng.integers(0, 60, (200, 20))
    return playlists_of((np.cumsum(steps, axis=1) % 60).tolist())


def prepared(playlists: Playlists) -> tuple[list[list[str]], Vocabulary]:
    vocabulary, rows = training_vocabulary(playlists, [f"t{song:02}" for song in range(60)])
    return make_sentences(playlists, rows, 3), vocabulary


def test_rows_follow_training_counts_and_ties_follow_ids() -> None:
    vocabulary, rows = training_vocabulary(playlists_of([[0, 1, 3, 3], [1, 0]]), ["z", "a", "unused", "m"])
    assert vocabulary.ids == ["a", "m", "z"]
    assert vocabulary.counts.tolist() == [2, 2, 2]
    assert rows.tolist() == [2, 0, -1, 1]


def test_sentences_are_text() -> None:
    sentences = make_sentences(playlists_of([[0, 1], [], [1]]), np.array([1, 0]), 3)
    assert sentences == [["1", "0"], [], ["0"]]


def test_long_playlists_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LONGEST_SENTENCE", 10)
    songs = list(range(33))
    pieces = make_sentences(playlists_of([songs, [1, 2]]), np.arange(33), 3)
    assert pieces[-1] == ["1", "2"]
    assert max(map(len, pieces)) == 10
    neighbours = {pair for piece in pieces[:-1] for pair in zip(piece, piece[3:], strict=False)}
    assert neighbours >= {(str(song), str(song + 3)) for song in songs[:-3]}
    for before, after in pairwise(pieces[:-1]):
        assert before[-3:] == after[:3]


def test_the_longest_sentence_is_gensims_own() -> None:
    from gensim.models.word2vec import MAX_WORDS_IN_BATCH

    assert MAX_WORDS_IN_BATCH == training.LONGEST_SENTENCE


def test_the_vectors_are_those_of_the_bare_call() -> None:
    sentences, vocabulary = prepared(walks(near=True))
    params = train_params()
    ours = train_word2vec(sentences, vocabulary, params, after_epoch=lambda *_: None, report=lambda _: None)
    bare = Word2Vec(
        vector_size=16, window=3, sg=1, negative=5, ns_exponent=0.5, sample=0, alpha=0.05, min_alpha=0.0001,
        seed=1, workers=1, min_count=1, sorted_vocab=0,
    )  # fmt: skip
    bare.build_vocab_from_freq(
        {str(row): count for row, count in enumerate(vocabulary.counts.tolist())}, corpus_count=len(sentences)
    )
    bare.train(sentences, total_examples=len(sentences), epochs=5)
    assert ours.model.input.tobytes() == bare.wv.vectors.tobytes()
    assert ours.model.output.tobytes() == bare.syn1neg.tobytes()


def test_structure_is_found_and_noise_is_not() -> None:
    found = {}
    for near in (True, False):
        playlists = walks(near)
        sentences, vocabulary = prepared(playlists)
        trained = train_word2vec(sentences, vocabulary, train_params(epochs=20))
        evaluation = evaluate_pairs(
            trained.model, Pairs(playlists), [f"t{song:02}" for song in range(60)], evaluate_params()
        )
        found[near] = hit_rate(evaluation.ranks, 5)
    assert found[True] > 0.6
    assert found[False] < 0.2


def test_a_model_that_stayed_at_its_start_says_so() -> None:
    sentences, vocabulary = prepared(walks(near=True))
    still = train_word2vec(sentences, vocabulary, train_params(epochs=1, alpha=1e-6, min_alpha=0.0))
    moved = train_word2vec(sentences, vocabulary, train_params(epochs=20))
    assert still.moved < 0.01
    assert moved.moved > 1
    assert moved.trained_share == 1


def test_sub_sampling_that_empties_the_corpus_says_so() -> None:
    sentences, vocabulary = prepared(walks(near=True))
    trained = train_word2vec(sentences, vocabulary, train_params(sample=1e-6))
    assert trained.trained_share < 0.05


def test_songs_are_reported_as_they_are_read() -> None:
    sentences, vocabulary = prepared(walks(near=True))
    reported: list[int] = []
    epochs: list[int] = []
    train_word2vec(
        sentences, vocabulary, train_params(epochs=3), report=reported.append, after_epoch=lambda n, _: epochs.append(n)
    )
    assert sum(reported) == 3 * 200 * 20
    assert epochs == [1, 2, 3]


def test_a_saved_model_loads_and_opens_in_gensim(tmp_path: pytest.TempPathFactory) -> None:
    from gensim.models import KeyedVectors

    ids = ["plain", "Dark Star", "100% pure", "St. Stephen\u00a0(live)", "ümlaut"]
    vectors = np.random.default_rng(5).standard_normal((5, 3)).astype(np.float32)
    Model(vectors, -vectors, Vocabulary(ids, np.arange(5, 0, -1))).save(str(tmp_path))
    back = Model.load(str(tmp_path))
    assert back.vocabulary.ids == ids
    assert np.array_equal(back.input, vectors)
    assert np.array_equal(back.output, -vectors)
    opened = KeyedVectors.load_word2vec_format(f"{tmp_path}/vectors.bin", binary=True)
    assert opened.index_to_key == ["plain", "Dark%20Star", "100%25%20pure", "St.%20Stephen%C2%A0(live)", "ümlaut"]
    assert np.array_equal(opened.vectors, vectors)
