"""two_tower_test: all towers, all baselines and the order on the test questions, once."""

from pathlib import Path

from playlist2vec.base.files import read_json, write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.storage import History
from playlist2vec.listening.ordering.storage import ListenModel
from playlist2vec.listening.scoring.params import ListenScoring
from playlist2vec.listening.scoring.questions import Questions
from playlist2vec.listening.scoring.tables import compare, score
from playlist2vec.models.histories.rankers import BASELINES, Heard, made
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.models.two_tower.params import VARIANTS
from playlist2vec.ranking.ranker import Ranker
from stages import run


def main(
    params: str, history: str, towers: str, model: str, settings: str, metrics: str, table: str
) -> str:
    """Score with the settings chosen on validation, and write `metrics` and `table`."""
    given, scoring = read_section(params, HistoryParams), read_section(params, ListenScoring)
    known = History.load(history)
    questions = Questions(known, given.gap, given.listens_back)
    heard, chosen = Heard(known.training(), known.songs.vocabulary, given.gap), read_json(settings)
    rankers: dict[str, Ranker] = {name: made(name, heard, chosen[name]) for name in BASELINES}
    rankers |= {name: TwoTower.load(Path(towers) / name) for name in VARIANTS}
    rankers["ordered"] = ListenModel.load(model).ranker
    ranks = {name: questions.rank(ranker) for name, ranker in rankers.items()}
    discovered = {name: questions.rank_discoveries(ranker) for name, ranker in rankers.items()}
    scores, lines = score(questions, ranks, discovered, scoring)
    rivals = ("recent", "counts")
    scores["ordered_minus"] = {
        name: compare(questions, ranks["ordered"], ranks[name], scoring) for name in rivals
    }
    write_json(metrics, scores)
    write_text(table, lines)
    best = sorted(scores["all"], key=lambda name: -scores["all"][name]["top_10"])[:5]
    rates = ", ".join(f"{name} {scores['all'][name]['top_10']:.4f}" for name in best)
    outside = scores["questions"]["outside"]
    return (
        f"{len(questions):,} questions, {outside:,} about songs outside the vocabulary; "
        f"top 10: {rates}"
    )


if __name__ == "__main__":
    run(
        "two_tower.test",
        main,
        "PARAMS",
        "HISTORY",
        "TOWERS_FOLDER",
        "MODEL",
        "SETTINGS",
        "METRICS",
        "TABLE",
    )
