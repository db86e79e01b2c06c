import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.compared.headline import best_baseline, headline, main_cutoff
from playlist2vec.evaluation.next_song import Evaluation

RANKS = st.lists(st.integers(1, 60), min_size=1, max_size=30)
CUTOFFS = st.sets(st.integers(1, 60), min_size=1, max_size=5).map(
    lambda found: tuple(sorted(found))
)


def scores_of(ranks: list[int], cutoffs: tuple[int, ...]) -> dict[str, float]:
    return Evaluation(np.array(ranks, np.float64), {"repeats": 0}).scores(cutoffs)


@given(RANKS, CUTOFFS)
def test_the_headline_is_two_of_all_scores(ranks: list[int], cutoffs: tuple[int, ...]) -> None:
    scores = scores_of(ranks, cutoffs)
    found = headline(scores, cutoffs)
    assert len(found) == 2
    assert found.items() <= scores.items()
    assert (main_cutoff(cutoffs) == 10) == (10 in cutoffs)


@given(st.dictionaries(st.text(max_size=3), RANKS, max_size=4), CUTOFFS)
def test_no_baseline_is_better_than_the_best(
    ranks: dict[str, list[int]], cutoffs: tuple[int, ...]
) -> None:
    scores = {name: scores_of(each, cutoffs) for name, each in ranks.items()}
    best = best_baseline(scores, cutoffs)
    if not ranks:
        assert best == {}
        return
    key = f"ndcg@{main_cutoff(cutoffs)}"
    assert best[key] == max(each[key] for each in scores.values())
    assert best[key] == scores[best["name"]][key]


def test_the_challenge_is_told_by_its_three_scores() -> None:
    scores = scores_of([1, 11], (5, 10)) | {
        "challenge": {"r_precision": 0.5, "ndcg": 0.25, "clicks": 3.0, "ways": {}}
    }
    assert headline(scores, (5, 10)) == {
        "hit@10": 1 / 2,
        "ndcg@10": 1 / 2,
        "challenge": {"r_precision": 0.5, "ndcg": 0.25, "clicks": 3.0},
    }
