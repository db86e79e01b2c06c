"""The table of speed: a bar is reached or not as its line says; both sides see the same."""

import re

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from benchmarks.listening.invented import invented  # noqa: E402
from benchmarks.listening.ours import ItemByItem, blocked, same_inputs  # noqa: E402
from benchmarks.listening.speed import Figure  # noqa: E402
from playlist2vec.corpus.histories import Histories  # noqa: E402


@pytest.mark.parametrize(
    ("ours", "theirs", "bar", "growth", "end"),
    [
        (1.0, 1.3, 1.2, False, ["1.30", "at least 1.2", "yes"]),
        (1.0, 1.1, 1.2, False, ["1.10", "at least 1.2", "NO"]),
        (1.4, 1.0, 1.5, True, ["1.40", "at most 1.5", "yes"]),
        (1.6, 1.0, 1.5, True, ["1.60", "at most 1.5", "NO"]),
        (1.0, 3.0, None, False, ["3.00", "", ""]),
    ],
)
def test_a_line_says_whether_a_bar_is_reached(
    ours: float, theirs: float, bar: float | None, growth: bool, end: list[str]
) -> None:
    assert Figure("this", "that", ours, theirs, bar, growth).line()[4:] == end


def test_items_are_what_the_training_sees_and_others_are_noticed() -> None:
    data = invented(users=3, songs=20, listens=90)
    same_inputs(ItemByItem(data, 4), data, 4)
    seconds = data.histories.seconds + np.uint32(3_600)
    other = invented(users=3, songs=20, listens=90)
    moved = Histories(data.histories.tracks, seconds, data.histories.users)
    with pytest.raises(ValueError, match="other inputs"):
        same_inputs(
            ItemByItem(data, 4),
            type(other)(moved, data.vocabulary, data.artists, data.first, data.end),
            4,
        )


def test_invented_songs_are_in_the_order_of_their_counts() -> None:
    data = invented(users=4, songs=50, listens=400)
    counts = np.bincount(data.histories.tracks, minlength=50)
    assert len(data.listens) == 400
    assert (np.diff(np.maximum(counts, 1)) <= 0).all()
    assert data.vocabulary.counts.tolist() == np.maximum(counts, 1).tolist()
    assert all(re.fullmatch(r"song\d{8}", each) for each in data.vocabulary.ids)


def test_the_product_in_blocks_finds_the_nearest() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    vectors, queries = rng.standard_normal((300, 8), np.float32), rng.standard_normal((5, 8))
    slow = np.argsort(-(queries.astype(np.float32) @ vectors.T), axis=1, kind="stable")[:, :10]
    assert blocked(queries, vectors, 10, block=64).tolist() == slow.tolist()
