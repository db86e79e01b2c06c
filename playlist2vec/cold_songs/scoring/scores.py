"""Scores of rankers on cold songs, with means, intervals and a CSV table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.cold_songs.scoring.metrics import auc, hit, ndcg
from playlist2vec.cold_songs.scoring.params import ColdScoring
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.corpus.songs import RowOfCode, Rows
from playlist2vec.evaluation.intervals import Interval, bootstrap
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.ranker import Ranker

Scores = dict[str, NDArray[np.float64]]
"""Values by name of the score: float64 (questions,), NaN for a question without an answer."""
HEADER = "method,score,value,low,high,difference,difference_low,difference_high"


@dataclass(frozen=True, eq=False)
class ColdTask:
    """Questions about cold songs, and the candidates for an answer.

    `candidates`: int64, rising codes. `rows`: int64 (codes,), the row of each code in the rankers'
    vocabulary. `k`: the cutoff.
    """

    questions: ColdQuestions
    candidates: NDArray[np.int64]
    rows: RowOfCode
    k: int

    def score(self, ranker: Ranker) -> Scores:
        """Return auc, ndcg@k and hit@k by question, of the candidates as ranked by `ranker`."""
        relevant = self.questions.relevant(self.candidates)
        songs = self.rows[self.candidates]
        queries = self.questions.queries(self.rows)
        allowed = np.zeros(len(ranker.vocabulary), bool)
        allowed[songs] = True
        none = Exclusions.none(len(queries))
        lists = ranker.suggest(queries, Exclusions(none.songs, none.offsets, allowed), len(songs))
        scores = ranker.score(
            queries, Rows(np.broadcast_to(songs, (len(queries), len(songs))).copy())
        )
        place = np.full(len(ranker.vocabulary), 0)
        place[songs] = np.arange(len(songs))
        gains = np.take_along_axis(relevant, place[np.maximum(lists, 0)], axis=1) & (lists >= 0)
        right = relevant.sum(axis=1)
        return {
            "auc": auc(scores, relevant),
            f"ndcg@{self.k}": ndcg(gains.astype(np.float64), right, self.k),
            f"hit@{self.k}": hit(gains, right, self.k),
        }

    def of_songs(self, chosen: NDArray[np.bool_]) -> "ColdTask":
        """Return the task with only the chosen candidates: bool (candidates,)."""
        return ColdTask(self.questions, self.candidates[chosen], self.rows, self.k)


def means(scores: Scores) -> dict[str, float]:
    """Return the mean scores over the questions with an answer, rounded to 6 digits."""
    return {name: round(float(np.mean(each[~np.isnan(each)])), 6) for name, each in scores.items()}


def intervals(scores: Scores, params: ColdScoring) -> dict[str, Interval]:
    """Return the scores with 95 % intervals over the questions with an answer."""
    answered = ~np.isnan(next(iter(scores.values())))
    values = np.array([each[answered] for each in scores.values()])
    return dict(zip(scores, bootstrap(values, params.resamples, params.seed), strict=True))


def table_of(methods: Mapping[str, Scores], against: str, params: ColdScoring) -> list[str]:
    """Return lines of CSV with the columns of HEADER.

    A difference is to the method `against`, paired by question.
    """
    lines = []
    for method, scores in methods.items():
        paired = {name: each - methods[against][name] for name, each in scores.items()}
        differences = intervals(paired, params)
        for name, each in intervals(scores, params).items():
            numbers = (*each, *differences[name])
            lines.append(",".join([method, name, *(f"{number:.6f}" for number in numbers)]))
    return lines
