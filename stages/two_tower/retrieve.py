"""two_tower_retrieve: all towers and all baselines on validation, among all songs."""

from pathlib import Path

from tqdm import tqdm

from playlist2vec.base.files import write_json, write_text
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.storage import History
from playlist2vec.listening.scoring.params import ListenScoring
from playlist2vec.listening.scoring.questions import Questions
from playlist2vec.listening.scoring.tables import CUTOFFS, rates, score
from playlist2vec.listening.scoring.tuning import tune
from playlist2vec.models.histories.rankers import BASELINES, Heard, made
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.models.two_tower.params import VARIANTS
from playlist2vec.ranking.ranker import Ranker
from stages import run

FLAT = ("popularity", "most_played", "last_played", "counts")
"""Baselines drawn as flat lines beside the curves of the towers."""
EPOCHS = 30
"""Length of the flat lines."""


def main(
    params: str, history: str, towers: str, settings: str, metrics: str, table: str, flat: str
) -> str:
    """Tune the baselines on the validation questions, score all rankers, and write all results.

    `flat`: scores of the baselines FLAT as lines beside the curves.
    """
    given, scoring = read_section(params, HistoryParams), read_section(params, ListenScoring)
    known = History.load(history)
    questions = Questions(known, given.gap, given.listens_back)
    heard = Heard(known.training(), known.songs.vocabulary, given.gap)
    with tqdm(total=len(BASELINES), unit=" baselines", desc="tuning", mininterval=pause()) as bar:
        chosen = tune(questions, heard, lambda name: bar.update())
    write_json(settings, chosen)
    rankers: dict[str, Ranker] = {name: made(name, heard, chosen[name]) for name in BASELINES}
    rankers |= {name: TwoTower.load(Path(towers) / name) for name in VARIANTS}
    ranks = {name: questions.rank(ranker) for name, ranker in rankers.items()}
    discovered = {name: questions.rank_discoveries(ranker) for name, ranker in rankers.items()}
    scores, lines = score(questions, ranks, discovered, scoring)
    write_json(metrics, scores)
    write_text(table, lines)
    columns = {name: rates(ranks[name]) for name in FLAT}
    names = [f"{name}_{cutoff}" for name in columns for cutoff in CUTOFFS]
    numbers = ",".join(f"{value:.6f}" for found in columns.values() for value in found.values())
    write_text(
        flat,
        "".join(
            [f"epoch,{','.join(names)}\n", *(f"{epoch + 1},{numbers}\n" for epoch in range(EPOCHS))]
        ),
    )
    best = sorted(scores["all"], key=lambda name: -scores["all"][name]["top_10"])[:5]
    top = ", ".join(f"{name} {scores['all'][name]['top_10']:.4f}" for name in best)
    outside = scores["questions"]["outside"]
    return (
        f"{len(questions):,} questions, {outside:,} about songs outside the vocabulary; "
        f"top 10: {top}"
    )


if __name__ == "__main__":
    run(
        "two_tower.retrieve",
        main,
        "PARAMS",
        "HISTORY",
        "TOWERS_FOLDER",
        "SETTINGS",
        "METRICS",
        "TABLE",
        "FLAT",
    )
