from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from gensim.models import Word2Vec

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.vocabulary import InRows, Vocabulary, training_vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import candidates_of
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.models.word2vec.contexts import Contexts
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trained import Trained
from playlist2vec.models.word2vec.training import make_contexts, train_word2vec
from playlist2vec.ranking.candidates import exact_scores
from playlist2vec.ranking.metrics import hit_rate
from tests.builders.examples import playlists_of, query_params, song_vectors, train_params

IDS = [f"t{song:02}" for song in range(60)]


def walks(near: bool) -> Playlists:
    """200 walks of 20 songs on a ring of 60, begun anywhere: to one of the next three songs, or
    anywhere.
    """
    rng = np.random.default_rng(4)
    steps = rng.integers(1, 4, (200, 20)) if near else rng.integers(0, 60, (200, 20))
    steps[:, 0] = rng.integers(0, 60, 200)
    return playlists_of((np.cumsum(steps, axis=1) % 60).tolist())


def prepared(
    playlists: Playlists, params: TrainParams, folder: Path
) -> tuple[Contexts, Vocabulary]:
    vocabulary, rows = training_vocabulary([playlists], IDS)
    return make_contexts(InRows([playlists], rows), vocabulary, params, folder), vocabulary


def trained_on(playlists: Playlists, **changes: int | float | str) -> Trained:
    params = train_params(**changes)
    with TemporaryDirectory() as folder:
        return train_word2vec(*prepared(playlists, params, Path(folder)), params)


def test_rows_follow_training_counts_and_ties_follow_ids() -> None:
    vocabulary, rows = training_vocabulary(
        [playlists_of([[0, 1, 3, 3]]), playlists_of([[1, 0]])], ["z", "a", "unused", "m"]
    )
    assert vocabulary.ids == ["a", "m", "z"]
    assert vocabulary.counts.tolist() == [2, 2, 2]
    assert rows.tolist() == [2, 0, -1, 1]


def test_the_vectors_are_those_of_the_bare_call(tmp_path: Path) -> None:
    params = train_params()
    contexts, vocabulary = prepared(walks(near=True), params, tmp_path)
    ours = train_word2vec(contexts, vocabulary, params, after_epoch=lambda *_: None)
    bare = Word2Vec(
        vector_size=16, window=3, sg=1, negative=5, ns_exponent=0.5, sample=0, alpha=0.05,
        min_alpha=0.0001, seed=1, workers=1, min_count=1, sorted_vocab=0,
    )  # fmt: skip
    sentences = list(contexts.sentences)
    bare.build_vocab_from_freq(
        {str(row): count for row, count in enumerate(vocabulary.counts.tolist())},
        corpus_count=len(sentences),
    )
    bare.train(sentences, total_examples=len(sentences), epochs=5)
    assert ours.model.input.tobytes() == bare.wv.vectors.tobytes()
    assert ours.model.output.tobytes() == bare.syn1neg.tobytes()


def test_structure_is_found_and_noise_is_not() -> None:
    found = {}
    for near in (True, False):
        playlists = walks(near)
        evaluation = evaluate_pairs(
            EmbeddingRanker(trained_on(playlists, epochs=20).model, "cosine"),
            Pairs.of_last(playlists),
            IDS,
            query_params(),
        )
        found[near] = hit_rate(evaluation.ranks, 5)
    assert found[True] > 0.6
    assert found[False] < 0.2


@pytest.mark.parametrize("contexts", ["directed", "offsets"])
def test_direction_is_learned(contexts: str) -> None:
    """Songs lead one to three places onwards on a ring, never back: the next three are the best
    three.
    """
    playlists = walks(near=True)
    model = trained_on(playlists, contexts=contexts, window=2, epochs=20, ns_exponent=0.75).model
    asked = query_params(similarity="log_odds", query="history", songs_back=2, decay=0.3)
    assert (
        hit_rate(
            evaluate_pairs(
                EmbeddingRanker(model, "log_odds"), Pairs.of_last(playlists), IDS, asked
            ).ranks,
            3,
        )
        > 0.9
    )
    assert model.earlier.shape == ((1 if contexts == "offsets" else 0), 60, 16)
    around = query_params(similarity="cosine")
    undirected = trained_on(playlists, epochs=20).model
    assert (
        hit_rate(
            evaluate_pairs(
                EmbeddingRanker(undirected, "cosine"), Pairs.of_last(playlists), IDS, around
            ).ranks,
            3,
        )
        < 0.7
    )


def test_log_odds_estimate_the_probability_of_the_next_song(tmp_path: Path) -> None:
    """After song 0 five songs come six times as often as the last 25 do and ten come three times as
    often.

    So do their scores differ by log 6 and log 3, whatever the exponent, although all songs are as
    popular: what song 0 is followed by less often, song 59 is followed by more often.
    """
    times = np.repeat([60, 30, 10], [5, 10, 25])
    after = [
        [first, song]
        for song, n in enumerate(times, start=1)
        for first in [0] * n + [59] * (70 - n)
    ]
    playlists = playlists_of(after)
    for exponent in (0.0, 0.75, 1.0):
        params = train_params(
            contexts="directed",
            window=1,
            ns_exponent=exponent,
            epochs=60,
            vector_size=12,
            min_alpha=0.0001,
        )
        vocabulary, rows = training_vocabulary([playlists], IDS)
        contexts = make_contexts(InRows([playlists], rows), vocabulary, params, tmp_path)
        model = train_word2vec(contexts, vocabulary, params).model
        songs = rows[1:41]
        query = np.broadcast_to(song_vectors(model.input, rows[[0]], "log_odds"), (40, 12))
        scores = exact_scores(query, candidates_of(model, "log_odds"), songs)
        often, sometimes, rarely = scores[:5].mean(), scores[5:15].mean(), scores[15:].mean()
        assert often - rarely == pytest.approx(np.log(6), abs=0.3)
        assert sometimes - rarely == pytest.approx(np.log(3), abs=0.3)


def test_targets_are_only_trained_as_targets(tmp_path: Path) -> None:
    """The way back of a pair adds nothing: songs that only lead elsewhere keep output vectors of
    zero.
    """
    playlists = playlists_of([[0, 1]] * 50 + [[2, 3]] * 50)
    params = train_params(contexts="directed", window=1, ns_exponent=0.0, epochs=3)
    model = train_word2vec(*prepared(playlists, params, tmp_path), params).model
    sure = evaluate_pairs(
        EmbeddingRanker(model, "dot"),
        Pairs.of_last(playlists_of([[0, 1], [2, 3]])),
        IDS,
        query_params(),
    )
    assert sure.ranks.tolist() == [1, 1]


def test_artists_are_trained_on_but_are_no_songs(tmp_path: Path) -> None:
    playlists = walks(near=True)
    params = train_params(metadata="artist", window=7)
    vocabulary, rows = training_vocabulary([playlists], IDS)
    contexts = make_contexts(
        InRows([playlists], rows), vocabulary, params, tmp_path, artists=np.arange(60) // 6
    )
    model = train_word2vec(contexts, vocabulary, params).model
    assert len(contexts.counts) == 60 + 10
    assert model.input.shape == model.output.shape == (60, 16)


def test_a_model_that_stayed_at_its_start_says_so() -> None:
    assert trained_on(walks(near=True), epochs=1, alpha=1e-6, min_alpha=0.0).moved < 0.01
    assert trained_on(walks(near=True), epochs=20).moved > 1


def test_sub_sampling_that_empties_the_corpus_says_so() -> None:
    assert trained_on(walks(near=True), sample=1e-6).trained_share < 0.05
    assert trained_on(walks(near=True)).trained_share == 1


def test_a_file_that_goes_away_in_training_is_an_error_and_no_standstill(tmp_path: Path) -> None:
    params = train_params(epochs=3)
    walks(near=True).save(tmp_path / "train.npz")
    parts = Parts(tmp_path / "train.npz", plays=500)
    vocabulary, rows = training_vocabulary(parts, IDS)
    contexts = make_contexts(InRows(parts, rows), vocabulary, params, tmp_path)
    with pytest.raises(FileNotFoundError, match=r"train\.npz"):
        train_word2vec(
            contexts, vocabulary, params, after_epoch=lambda *_: (tmp_path / "train.npz").unlink()
        )


@pytest.mark.parametrize("contexts", ["window", "directed", "offsets"])
def test_after_each_epoch_there_is_the_model_so_far(contexts: str, tmp_path: Path) -> None:
    """After the last epoch it is the model that is returned, after the others it is not yet."""
    seen: list[tuple[int, tuple[bytes, ...]]] = []
    params = train_params(epochs=3, contexts=contexts, window=2)
    ready = prepared(walks(near=True), params, tmp_path)

    def content(model: Model) -> tuple[bytes, ...]:
        assert model.ns_exponent == params.ns_exponent
        assert model.vocabulary is ready[1]
        return tuple(matrix.tobytes() for matrix in (model.input, model.output, model.earlier))

    model = train_word2vec(
        *ready, params, after_epoch=lambda *now: seen.append((now[0], content(now[1])))
    ).model
    assert [epoch for epoch, _ in seen] == [1, 2, 3]
    assert [matrices == content(model) for _, matrices in seen] == [False, False, True]


def test_a_saved_model_loads_and_opens_in_gensim(tmp_path: pytest.TempPathFactory) -> None:
    from gensim.models import KeyedVectors

    ids = ["plain", "Dark Star", "100% pure", "St. Stephen\u00a0(live)", "ümlaut"]
    vectors = np.random.default_rng(5).standard_normal((5, 3)).astype(np.float32)
    earlier = np.stack([2 * vectors])
    Model(vectors, -vectors, Vocabulary(ids, np.arange(5, 0, -1)), earlier, 0.75).save(
        str(tmp_path)
    )
    back = Model.load(str(tmp_path))
    assert back.vocabulary.ids == ids
    assert np.array_equal(back.input, vectors)
    assert np.array_equal(back.output, -vectors)
    assert np.array_equal(back.earlier, earlier)
    assert back.ns_exponent == 0.75
    opened = KeyedVectors.load_word2vec_format(f"{tmp_path}/vectors.bin", binary=True)
    assert opened.index_to_key == [
        "plain",
        "Dark%20Star",
        "100%25%20pure",
        "St.%20Stephen%C2%A0(live)",
        "ümlaut",
    ]
    assert np.array_equal(opened.vectors, vectors)
