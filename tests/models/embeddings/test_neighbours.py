import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.models.embeddings.neighbours import predict_batch

LINE = np.array([[0], [1], [3], [3], [np.nan]], np.float32)


def test_neighbours_are_the_nearest_and_never_the_seed() -> None:
    found = predict_batch(np.array([0, 3]), 2, LINE, similarity="euclidean")
    assert found.tolist() == [[1, 2], [2, 1]]


def test_too_few_songs_are_filled_up() -> None:
    assert predict_batch(np.array([2]), 5, LINE, similarity="euclidean").tolist() == [
        [3, 1, 0, -1, -1]
    ]


def test_a_batch_equals_its_single_calls() -> None:
    vectors = np.random.default_rng(3).standard_normal((500, 8)).astype(np.float32)
    seeds = np.arange(0, 500, 3)
    batch = predict_batch(seeds, 10, vectors)
    assert all(
        np.array_equal(batch[place], predict_batch(seeds[[place]], 10, vectors)[0])
        for place in range(20)
    )


@pytest.mark.parametrize(
    ("seeds", "k", "message"),
    [
        ([5], 1, "seeds: 5: expected rows from 0 to 4"),
        ([0.5], 1, "seeds: float64 (1,): expected a list of whole numbers, the rows of songs"),
        ([0], 0, "k = 0: expected 1 or more"),
    ],
)
def test_wrong_questions(seeds: list[float], k: int, message: str) -> None:
    with pytest.raises(DataError) as error:
        predict_batch(np.array(seeds), k, LINE)
    assert str(error.value) == message
