"""Peers: what can fail without their environment."""

import ast
import json
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.peers import cache, choice
from benchmarks.peers.__main__ import PEERS, versions
from benchmarks.peers.budget import LOOKS, Budget
from benchmarks.peers.choice import PINS, choose
from benchmarks.peers.fit import WHERE, Scorer, Settings, train_and_rank
from benchmarks.peers.page import BEGIN, END, block_of, put, with_block_of
from benchmarks.peers.ranks import rank_in_scores
from benchmarks.peers.table import (
    beside_the_blend,
    row,
    still_rising,
    verdict,
    what_beats_the_blend,
)
from benchmarks.peers.task import KINDS, Sequences, Task
from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import rank_by_scores
from tests.builders.planted_task import SONGS, planted, sequences
from tests.conftest import ROOT


class Clock:
    """CPU time that passes when a test says so."""

    now = 10.0

    def __call__(self) -> float:
        return self.now


def test_a_rank_by_hand() -> None:
    scores = np.array([[0.5, 0.9, 0.5, -np.inf], [0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, -np.inf]])
    excluded = Exclusions(Rows(np.array([1, 3])), np.array([0, 1, 2, 2]))
    # Behind song 0, equal with a smaller row, song 1 being excluded; excluded itself; unknown,
    # behind all others.
    assert rank_in_scores(scores, Rows(np.array([2, 3, 3])), excluded).tolist() == [2, math.inf, 4]
    with pytest.raises(ValueError, match="1 scores are not a number"):
        rank_in_scores(np.array([[np.nan, 1.0]]), Rows(np.array([1])), Exclusions.none(1))


@given(st.data())
def test_ranks_are_those_of_the_library(data: st.DataObject) -> None:
    songs, queries = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 5))
    row_of = st.integers(0, songs - 1)
    scores = np.array(
        data.draw(
            st.lists(
                st.lists(st.integers(0, 3), min_size=songs, max_size=songs),
                min_size=queries,
                max_size=queries,
            )
        ),
        float,
    )
    targets = Rows(
        np.array(data.draw(st.lists(row_of, min_size=queries, max_size=queries)), np.int64)
    )
    never = sequences(
        data.draw(st.lists(st.lists(row_of, max_size=3), min_size=queries, max_size=queries))
    )
    excluded = Exclusions(never.songs, never.offsets)

    def scorer(block: Queries) -> csr_array:
        return csr_array(scores[block.songs])

    expected = rank_by_scores(
        scorer, Queries.of_each(Rows(np.arange(queries))), targets, excluded, songs
    )
    assert rank_in_scores(scores, targets, excluded).tolist() == expected.tolist()


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=5), st.integers(2, 5))
def test_pieces_hold_each_pair_of_neighbours_once(lists: list[list[int]], most: int) -> None:
    pieces = [each.tolist() for each in sequences(lists).cut(most)]
    assert all(2 <= len(piece) <= most for piece in pieces)
    neighbours = [pair for piece in pieces for pair in pairwise(piece)]
    assert neighbours == [pair for each in lists for pair in pairwise(each)]
    assert [each.tolist() for each in sequences(lists).last(most)] == [
        each[-most:] for each in lists
    ]


def test_a_task_is_read_as_it_was_written(tmp_path: Path) -> None:
    task = planted()
    task.save(tmp_path / "task.npz")
    task.save(tmp_path / "again.npz")
    assert (tmp_path / "task.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
    found = Task.load(tmp_path / "task.npz")
    assert (found.songs, len(found.train), list(found.asked)) == (SONGS, 10 * SONGS, list(KINDS))
    assert found.train.songs.tolist() == task.train.songs.tolist()
    for kind in KINDS:
        assert found.asked[kind].targets.tolist() == task.asked[kind].targets.tolist()
        assert found.asked[kind].excluded.songs.tolist() == task.asked[kind].excluded.songs.tolist()


def test_a_budget_ends_and_looks_come_at_equal_shares_of_it() -> None:
    clock = Clock()
    budget = Budget(LOOKS, clock)
    seen = []
    while not budget.over():
        clock.now += 0.5
        seen.append(budget.due())
        with budget.paused():
            clock.now += 100
    assert seen == [False, True] * LOOKS
    assert budget.spent == LOOKS
    assert not budget.due()
    long = Budget(LOOKS, clock)
    clock.now += 2 * LOOKS
    assert [long.due(), long.due()] == [True, False]


def test_the_best_look_on_validation_is_what_counts() -> None:
    task, clock, asked = planted(), Clock(), []

    def ahead(steps: int) -> Scorer:
        def scores(histories: Sequences) -> NDArray[np.floating]:
            clock.now += 50
            asked.append(steps)
            return np.array([np.roll(np.arange(SONGS), each[-1] + steps) for each in histories])

        return scores

    def fit(_: Task, settings: Settings, seed: int, budget: Budget) -> Iterator[Scorer]:
        for steps in (4, 2, 3, 2):
            clock.now += float(settings["step"])
            yield ahead(steps)

    found = train_and_rank(fit, task, {"step": 1.5}, 1, Budget(10, clock))
    # The song after the last has score steps - 2 from the top: rank 3, 1, 2, 1.
    gains = [1 / np.log2(rank + 1) for rank in (3, 1, 2, 1)]
    assert found["looks"].tolist() == pytest.approx(gains)
    assert found["seconds"] == 4 * 1.5
    assert found["test"].tolist() == [1] * SONGS
    # Test pairs are ranked by a model that is better than those before it, and by no other.
    assert asked == [4, 4, 2, 2, 3, 2]


def ranks(validation: float, test: float = 1) -> dict[str, NDArray[Any]]:
    return {"validation": np.full(4, validation), "test": np.full(4, test)}


def test_a_configuration_is_chosen_on_validation_with_one_seed_and_others_run_for_it_alone() -> (
    None
):
    asked = []

    def run(jobs: choice.Jobs) -> list[dict[str, NDArray[Any]]]:
        asked.extend(jobs)
        # On test the other way round; what both sizes 2 and 3 reach is chosen by the order.
        return [
            ranks({1: 9, 2: 2, 3: 2}[settings["size"]], settings["size"] + seed)
            for settings, seed in jobs
        ]

    chosen = choose([{"size": 1}, {"size": 2}, {"size": 3}], 3, run)
    assert chosen.settings == {"size": 2}
    assert asked == [
        ({"size": 1}, 1),
        ({"size": 2}, 1),
        ({"size": 3}, 1),
        ({"size": 2}, 2),
        ({"size": 2}, 3),
    ]
    assert [each["test"][0] for each in chosen.runs] == [3, 4, 5]


def test_what_was_trained_before_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, pins, trained = tmp_path / "task.npz", tmp_path / "pins.txt", []
    task.write_text("a")
    pins.write_text("b")
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")
    monkeypatch.setattr(choice, "PINS", pins)

    def fit(_: Path, peer: str, seconds: float, jobs: list[tuple[Settings, int, str]]) -> None:
        for settings, seed, place in jobs:
            trained.append((peer, settings["size"], seed, seconds))
            Path(place).parent.mkdir(exist_ok=True)
            np.savez(place, validation=np.zeros(1))

    monkeypatch.setattr(choice, "fit", fit)
    first, second = ({"size": 1}, 1), ({"size": 1}, 2)
    choice.runner(task, "als", 5)([first])
    choice.runner(task, "als", 5)([first, second])
    assert trained == [("als", 1, 1, 5), ("als", 1, 2, 5)]
    for changed in (task, pins):
        changed.write_text("c")
        choice.runner(task, "als", 5)([first])
        assert trained.pop() == ("als", 1, 1, 5)
        assert len(trained) == 2
    choice.runner(task, "als", 6)([first])
    choice.runner(task, "bpr", 5)([first])
    assert trained[2:] == [("als", 1, 1, 6), ("bpr", 1, 1, 5)]


def test_the_tables_stay_on_the_page_when_the_rest_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "scores.md"
    assert with_block_of(page, "# Scores\n") == "# Scores\n"
    page.write_text("# Scores\n\nold\n", encoding="utf-8")
    assert with_block_of(page, "# Scores\n") == "# Scores\n"
    put(page, "## Peers\n\none\n")
    block = f"{BEGIN}\n## Peers\n\none\n{END}"
    assert page.read_text("utf-8") == f"# Scores\n\nold\n\n{block}\n"
    assert with_block_of(page, "# Scores\n\nnew\n") == f"# Scores\n\nnew\n\n{block}\n"
    put(page, "## Peers\n\ntwo")
    assert page.read_text("utf-8") == f"# Scores\n\nold\n\n{block.replace('one', 'two')}\n"
    assert block_of(f"{END} {BEGIN}") == ""


def test_a_line_of_the_table_and_the_verdict() -> None:
    pairs, blend = 200, np.full(200, 3.0)
    better, worse = np.full(pairs, 1.0), np.full(pairs, 11.0)
    # Half of them worth 1, half nothing: NDCG@10 of a half, which is that of rank 3.
    level = np.where(np.arange(pairs) % 2, 1.0, 11.0)
    cells = row("a", {"size": 2}, [better, better], [[blend], [worse]]).split(" | ")
    assert cells[:4] == ["| a", "size 2", "100.0 [100.0, 100.0] ±0.0", "100.0 [100.0, 100.0] ±0.0"]
    assert cells[4:] == ["+50.0 [+50.0, +50.0]", "+100.0 [+100.0, +100.0] |"]
    groups = beside_the_blend({"a": [better], "b": [worse, worse], "c": [level]}, [blend])
    assert verdict(groups) == "Above the blend: a. Level with it: c. Below it: b."
    none = beside_the_blend({"d": [level]}, [level])
    assert verdict(none) == "Above the blend: none. Level with it: d. Below it: none."
    said = what_beats_the_blend({"one": groups["above"], "two": none["above"]})
    assert (
        said == "**Above the blend in NDCG@10, by the paired interval: a on one; nothing on two.**"
    )
    rising, falling = np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.3, 0.3])
    assert still_rising({"a": [rising, rising[1:]], "b": [rising, falling]}).endswith(
        "every seed: a."
    )
    assert still_rising({"b": [falling]}) == ""


def test_each_peer_has_three_configurations_and_a_module() -> None:
    peers = yaml.safe_load((ROOT / PEERS).read_text("utf-8"))
    assert set(peers) == set(WHERE)
    for each in peers.values():
        assert len({json.dumps(settings, sort_keys=True) for settings in each["settings"]}) == 3
    assert re.fullmatch(
        r"rectools [\d.]+, cornac [\d.]+, torch [\d.]+, numpy [\d.]+, pm-implicit [\d.]+",
        versions(),
    )


def test_pins_are_exact_and_name_no_host() -> None:
    lines = [
        line
        for line in (ROOT / PINS).read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    exact = re.compile(r'[\w.-]+(\[torch\])?==[\w.+]+(; python_version (<|>=) "3\.13")?')
    assert [line for line in lines if not exact.fullmatch(line)] == []


def test_only_modules_of_peers_import_what_their_environment_has() -> None:
    # Where torch may be imported, tests/project/test_audio_pipeline.py says.
    heavy = {"rectools", "pytorch_lightning", "implicit", "cornac"}
    found = set()
    for folder in ("playlist2vec", "stages", "workflow", "benchmarks", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if heavy & {name.partition(".")[0] for name in names}:
                    found.add(path.relative_to(ROOT).as_posix())
    assert found == {f"{module.replace('.', '/')}.py" for module in WHERE.values()}
