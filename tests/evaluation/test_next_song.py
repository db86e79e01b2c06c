import numpy as np
import pytest

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from tests.builders.examples import model_of, playlists_of, query_params

# Songs on a line at 0, 1, 3, 6 (Euclidean), the most frequent first; "new" never occurs in
# training.
IDS = ["w", "x", "y", "z", "new"]
LINE = np.array([[0], [1], [3], [6]], np.float32)
MODEL = model_of(LINE, Vocabulary(["w", "x", "y", "z"], np.array([4, 3, 2, 1])))


def ranks(lists: list[list[int]], **params: object) -> list[float]:
    asked = query_params(**{"similarity": "euclidean", **params})  # type: ignore[arg-type]
    found: list[float] = evaluate_pairs(
        EmbeddingRanker(MODEL, asked.similarity), Pairs.of_last(playlists_of(lists)), IDS, asked
    ).ranks.tolist()
    return found


def test_the_query_is_the_song_before_the_target() -> None:
    assert ranks([[3, 0, 1], [3, 0, 3], [2, 1, 0], [1, 2, 3]]) == [1, 3, 1, 3]


def test_a_song_without_training_plays_is_a_miss_and_counted() -> None:
    pairs = Pairs.of_last(playlists_of([[0, 4], [4, 0], [4, 4]]))
    evaluation = evaluate_pairs(
        EmbeddingRanker(MODEL, "cosine"), pairs, IDS, query_params(repeats="hit")
    )
    assert evaluation.ranks.tolist() == [np.inf] * 3
    assert evaluation.counts == {"unseen_queries": 2, "unseen_targets": 2, "repeats": 1}
    assert evaluation.scores((10,))["hit@10"] == 0


@pytest.mark.parametrize(("repeats", "rank"), [("miss", np.inf), ("hit", 1.0)])
def test_a_repeat_is_worth_what_the_parameter_says(repeats: str, rank: float) -> None:
    assert ranks([[0, 2, 2]], repeats=repeats) == [rank]


def test_songs_of_the_playlist_may_be_left_out_of_the_suggestions() -> None:
    lists = [[1, 0, 2], [2, 1, 0, 2], [4, 1, 0, 3]]
    assert ranks(lists) == [2, 2, 3]
    pairs = Pairs.of_last(playlists_of(lists))
    without = evaluate_pairs(
        EmbeddingRanker(MODEL, "euclidean"), pairs, IDS, query_params(suggest_known=False)
    )
    assert without.ranks.tolist() == [1, np.inf, 2]
    assert without.counts["known_targets"] == 1


def test_a_tree_gives_the_same_scores() -> None:
    rng = np.random.default_rng(2)
    vectors = rng.integers(-1, 2, (60, 3)).astype(np.float32)
    model = model_of(
        vectors, Vocabulary([f"t{song:02}" for song in range(60)], np.arange(60, 0, -1))
    )
    pairs = Pairs.of_last(playlists_of(rng.integers(0, 60, (200, 5)).tolist()))
    for similarity in ("cosine", "euclidean"):
        for known in (True, False):
            exact, tree = (
                evaluate_pairs(
                    EmbeddingRanker(model, similarity, index),
                    pairs,
                    model.vocabulary.ids,
                    query_params(suggest_known=known),
                )
                for index in ("exact", "kd_tree")
            )
            assert exact.scores((1, 10)) == tree.scores((1, 10))
            assert exact.ranks.tolist() == tree.ranks.tolist()
