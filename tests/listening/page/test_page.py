"""The page of two towers."""

from pathlib import Path

import pytest

from playlist2vec.listening.page.page import FLAT, SLICES, render
from playlist2vec.listening.scoring.tables import CUTOFFS, HEADER
from playlist2vec.models.two_tower.params import VARIANTS
from stages.two_tower import retrieve


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, dict[str, Path], Path]:
    rows = [HEADER]
    for ranker, rate in (("ordered", 0.5), ("counts", 0.625), ("<b>&", 0.25)):
        for name in ("all", "repeats"):
            rows += [f"{ranker},{name},40,7,{cutoff},{rate},{rate - 0.1},{rate + 0.1}\n" for cutoff in CUTOFFS]
    (tmp_path / "test.csv").write_text("".join(rows))
    for variant in VARIANTS:
        lines = [f"{epoch},9.5,0.1,0.2,0.3,0.4,{epoch / 10}" for epoch in (1, 2)]
        head = "epoch,loss,top_1,top_5,top_10,top_50,top_100"
        (tmp_path / f"{variant}.csv").write_text("\n".join([head, *lines]) + "\n")
    columns = [f"{name}_{cutoff}" for name in retrieve.FLAT for cutoff in CUTOFFS]
    values = ",".join("0.125" for _ in columns)
    (tmp_path / "flat.csv").write_text(f"epoch,{','.join(columns)}\n1,{values}\n2,{values}\n3,{values}\n")
    return tmp_path / "test.csv", {name: tmp_path / f"{name}.csv" for name in VARIANTS}, tmp_path / "flat.csv"


def test_numbers_are_those_of_the_tables(tables: tuple[Path, dict[str, Path], Path]) -> None:
    page = render(*tables)
    assert page.count("62.5*") == 2 * len(CUTOFFS)
    assert "<td>50.0</td>" in page
    assert "40 questions of 7 listeners" in page
    assert page.index("counts") < page.index("ordered")
    assert page.count("No question of the test is one.") == len(SLICES) - 1
    assert "recent ends at 0.200" in page
    assert "most_played ends at 0.125" in page


def test_it_has_no_script_and_shows_names_as_they_are(tables: tuple[Path, dict[str, Path], Path]) -> None:
    page = render(*tables)
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page


def test_flat_lines_are_baselines_that_are_written() -> None:
    assert set(FLAT) <= set(retrieve.FLAT)
