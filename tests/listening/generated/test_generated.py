"""The data set `listens`: as many listens as asked for, the same again, read as a dump, and nothing
without habits.
"""

from pathlib import Path

import numpy as np
import pytest

from playlist2vec.listening.generated.canonical import write_canonical
from playlist2vec.listening.generated.dump import write_dump
from playlist2vec.listening.generated.params import ListensParams
from playlist2vec.listening.history.making import load_canonical, make_history
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.storage import History
from playlist2vec.listening.scoring.questions import Questions
from playlist2vec.models.histories.rankers import BASELINES, Heard, made

SMALL = ListensParams(users=60, tracks=600, listens=15_000, days=300, structure=1.0, seed=1)
CUT = HistoryParams(0.15, 0.15, 10**7, 1, 2_000, 30, 1_000, 1)


def test_the_same_bytes_again_and_others_for_another_seed(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_dump(ListensParams(**{**vars(SMALL), "seed": seed}), tmp_path / name)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize(("users", "listens"), [(1, 100), (7, 1_000), (60, 15_000)])
def test_counts_add_up(tmp_path: Path, users: int, listens: int) -> None:
    params = ListensParams(**{**vars(SMALL), "users": users, "listens": listens})
    assert (
        write_dump(params, tmp_path / "x") == f"{users:,} people, {listens:,} listens to 600 tracks"
    )
    _, summary = write_canonical(params, tmp_path)
    rejected = summary.rejected
    left_out = rejected.names + rejected.early + summary.duplicates
    assert rejected.read == summary.kept + left_out
    assert rejected.read - summary.duplicates == pytest.approx(listens, abs=0.002 * listens)
    assert summary.users <= users
    if listens == 15_000:
        assert min(rejected.names, rejected.early, summary.duplicates) > 0


def scores(structure: float, folder: Path) -> dict[str, np.ndarray]:
    write_canonical(ListensParams(**{**vars(SMALL), "structure": structure}), folder)
    histories, tracks = load_canonical(folder / "canonical")
    make_history(histories, tracks, CUT)[0].save(folder / "history", folder / "test")
    known = History.load(folder / "history")
    questions = Questions(known, 30, 1_000)
    heard = Heard(known.training(), known.songs.vocabulary, 30)
    settings = {
        name: {option: values[0] for option, values in each.options.items()}
        for name, each in BASELINES.items()
    }
    return {name: questions.rank(made(name, heard, settings[name])) <= 10 for name in BASELINES}


def test_habits_are_what_rankers_find(tmp_path: Path) -> None:
    found = {name: float(hit.mean()) for name, hit in scores(1.0, tmp_path).items()}
    assert found["counts"] > found["markov"] > 3 * found["popularity"]
    assert found["base_level"] > 3 * found["popularity"]


def test_without_habits_nothing_beats_popularity(tmp_path: Path) -> None:
    found = scores(0.0, tmp_path)
    for name, hit in found.items():
        difference = hit.astype(np.float64) - found["popularity"]
        assert difference.mean() <= 3 * difference.std() / np.sqrt(len(difference)), name
