"""two_tower_order: candidates of several rankers in the order of a model; the folder to serve."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from playlist2vec.base.files import read_json, write_json, write_text
from playlist2vec.base.hashing import mix
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.storage import History
from playlist2vec.listening.ordering.fitting import fit
from playlist2vec.listening.ordering.params import OrderParams
from playlist2vec.listening.ordering.ranker import BLOCK, Ordered, Retrieval
from playlist2vec.listening.ordering.storage import ListenModel
from playlist2vec.listening.scoring.params import ListenScoring
from playlist2vec.listening.scoring.questions import Questions, nothing
from playlist2vec.listening.scoring.tables import compare, score
from playlist2vec.models.histories.rankers import Heard, made
from playlist2vec.models.histories.tables import SongTables
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.ranking.ranker import Ranker
from stages import run

MOST = 50
"""Followers and neighbours kept of each song."""
FEWEST = 0.2
"""Least share of the questions in either half."""
RIVALS = ("counts", "base_level", "last_played")
"""Baselines to compare with the order."""


def main(
    params: str, history: str, tower: str, settings: str, folder: str, metrics: str, table: str
) -> str:
    """Fit the order on questions of half of the listeners, score on the rest, write `folder`."""
    given, scoring = read_section(params, HistoryParams), read_section(params, ListenScoring)
    section = read_section(params, OrderParams)
    known = History.load(history)
    questions = Questions(known, given.gap, given.listens_back)
    vocabulary, training = known.songs.vocabulary, known.training()
    tables = SongTables.of(training.sessions(given.gap), len(vocabulary), MOST)
    retrieval = Retrieval(known.songs, TwoTower.load(tower), tables, given.gap)
    learning = half_of(questions, section.seed)
    features, query, right = labelled(
        questions, retrieval, np.flatnonzero(learning & (questions.targets >= 0))
    )
    ordered = Ordered(retrieval, fit(features, query, right, section))
    ListenModel(ordered, Tracks.load(Path(history) / "tracks.tsv"), given.listens_back).save(folder)
    heard, chosen = Heard(training, vocabulary, given.gap), read_json(settings)
    rankers: dict[str, Ranker] = {name: made(name, heard, chosen[name]) for name in RIVALS}
    rankers |= {"recent": retrieval.tower, "ordered": ordered}
    asked = questions.among(~learning)
    ranks = {name: asked.rank(ranker) for name, ranker in rankers.items()}
    discovered = {name: asked.rank_discoveries(ranker) for name, ranker in rankers.items()}
    scores, lines = score(asked, ranks, discovered, scoring)
    scores["ordered_minus"] = {
        name: compare(asked, ranks["ordered"], ranks[name], scoring) for name in ranks
    }
    del scores["ordered_minus"]["ordered"]
    share = float(np.mean(np.isfinite(ranks["ordered"])))
    each = len(query) / max(int(np.count_nonzero(learning & (questions.targets >= 0))), 1)
    scores["candidates"] = {"of_a_question": round(each, 6), "hold_the_answer": round(share, 6)}
    write_json(metrics, scores)
    write_text(table, lines)
    rates = ", ".join(f"{name} {found['top_10']:.4f}" for name, found in scores["all"].items())
    return (
        f"fitted on {int(np.count_nonzero(learning)):,} questions, "
        f"{int(np.count_nonzero(right)):,} of them with the answer among {each:.0f} candidates; "
        f"scored on {len(asked):,}, {share:.4f} of them with it; top 10: {rates}"
    )


def half_of(questions: Questions, seed: int) -> NDArray[np.bool_]:
    """Return True for the questions to learn from, of half of the listeners: bool (questions,).

    Listeners are chosen by a hash. With too few listeners for FEWEST of the questions in either
    half, questions are chosen instead.
    """
    by_listener: NDArray[np.bool_] = (
        mix(questions.users.astype(np.uint64), seed) % np.uint64(2) == 0
    )
    if FEWEST <= by_listener.mean() <= 1 - FEWEST:
        return by_listener
    chosen: NDArray[np.bool_] = (
        mix(questions.history.questions.astype(np.uint64), seed) % np.uint64(2) == 0
    )
    return chosen


def labelled(
    questions: Questions, retrieval: Retrieval, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return features of candidates, the question of each, and the right candidates.

    Questions are numbered from 0.
    """
    parts = []
    for start in tqdm(
        range(0, len(chosen), BLOCK), unit=" blocks", desc="candidates", mininterval=pause()
    ):
        some = chosen[start : start + BLOCK]
        queries = questions.queries(some)
        found, features = retrieval.candidates(queries, nothing(queries))
        parts.append(
            (features, found.query + start, found.songs == questions.targets[some][found.query])
        )
    features, query, right = (np.concatenate(column) for column in zip(*parts, strict=True))
    return features, query, right


if __name__ == "__main__":
    run(
        "two_tower.order",
        main,
        "PARAMS",
        "HISTORY",
        "TOWER",
        "SETTINGS",
        "FOLDER",
        "METRICS",
        "TABLE",
    )
