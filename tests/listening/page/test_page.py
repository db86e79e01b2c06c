"""The page of two towers."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from playlist2vec.listening.page.page import FLAT, MODELS, PAPER, SLICES, render
from playlist2vec.listening.scoring.tables import CUTOFFS, HEADER
from playlist2vec.models.histories.rankers import BASELINES
from playlist2vec.models.two_tower.params import VARIANTS
from stages.two_tower import retrieve

Tables = tuple[Path, dict[str, Path], Path, Path]
HISTORY = {
    "training": {"listens": 55_841, "listeners": 200},
    "test": {"listens": 6_977, "of_songs_outside_vocabulary": 329, "questions": 3_981},
    "songs": {"in_training": 2_686, "in_all": 2_919, "artists": 141},
}


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    rows = [HEADER]
    for ranker, rate in (("ordered", 0.5), ("counts", 0.625), ("<b>&", 0.25)):
        for name, asked in (("all", 40), ("repeats", 30)):
            ends = f"{rate},{rate - 0.1},{rate + 0.1}"
            rows += [f"{ranker},{name},{asked},7,{cutoff},{ends}\n" for cutoff in CUTOFFS]
    (tmp_path / "test.csv").write_text("".join(rows))
    for variant in VARIANTS:
        lines = [f"{epoch},9.5,0.1,0.2,0.3,0.4,{epoch / 10}" for epoch in (1, 2)]
        head = "epoch,loss,top_1,top_5,top_10,top_50,top_100"
        (tmp_path / f"{variant}.csv").write_text("\n".join([head, *lines]) + "\n")
    columns = [f"{name}_{cutoff}" for name in retrieve.FLAT for cutoff in CUTOFFS]
    values = ",".join("0.125" for _ in columns)
    (tmp_path / "flat.csv").write_text(
        f"epoch,{','.join(columns)}\n1,{values}\n2,{values}\n3,{values}\n"
    )
    (tmp_path / "history.json").write_text(json.dumps(HISTORY))
    curves = {name: tmp_path / f"{name}.csv" for name in VARIANTS}
    return tmp_path / "test.csv", curves, tmp_path / "flat.csv", tmp_path / "history.json"


def cells(page: str) -> list[list[list[str]]]:
    """The rows of each table of the page, with their headers."""
    body = re.sub(r"<!DOCTYPE html>|<meta [^>]*>", "", page)
    found = ElementTree.fromstring(body).iter("table")
    rows = [list(each.iter("tr")) for each in found]
    return [[["".join(cell.itertext()) for cell in row] for row in each] for each in rows]


def test_numbers_are_those_of_the_tables(tables: Tables) -> None:
    page = render(*tables)
    assert page.count("62.5*") == 2 * len(CUTOFFS)
    assert "<td>50.0</td>" in page
    assert "40 questions of 7 listeners" in page
    assert "30 questions of 7 listeners" in page
    assert page.index("counts") < page.index("ordered")
    assert page.count("The test has no question of this kind.") == len(SLICES) - 1
    assert "recent ends at 0.200" in page
    assert "most_played ends at 0.125" in page


def test_it_has_no_script_and_shows_names_as_they_are(tables: Tables) -> None:
    page = render(*tables)
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page


def test_rows_of_a_table_by_hand(tables: Tables) -> None:
    every, repeats = cells(render(*tables))
    heads = ["top 1, %", "top 5, %", "top 10, %", "top 50, %", "top 100, %"]
    marks = ["62.5*", "62.5*", "62.5*", "52.5 to 72.5", "62.5*", "62.5*"]
    assert every == [
        ["ranker", "kind", *heads[:3], "95 % interval at 10", *heads[3:]],
        ["counts", "baseline", *marks],
        ["ordered", "model", "50.0", "50.0", "50.0", "40.0 to 60.0", "50.0", "50.0"],
        ["<b>&", "baseline", "25.0", "25.0", "25.0", "15.0 to 35.0", "25.0", "25.0"],
    ]
    assert repeats == every


def test_each_column_marks_its_own_best(tables: Tables) -> None:
    test = tables[0]
    changed = test.read_text().replace("ordered,all,40,7,1,0.5,", "ordered,all,40,7,1,0.75,")
    test.write_text(changed)
    (_, counts, ordered, _), _ = cells(render(*tables))
    assert counts[2:5] == ["62.5", "62.5*", "62.5*"]
    assert ordered[2:5] == ["75.0*", "50.0", "50.0"]


def test_sentences_say_counts_and_the_best_baseline_of_the_tables(tables: Tables) -> None:
    page = render(*tables)
    assert "Learned from 55,841 listens of 200 listeners to 2,686 songs by 141 artists." in page
    assert "Of the 6,977 listens of the test, 3,981 are asked about. 329 of all" in page
    assert "30 of 40 questions (75.0 %) are about songs that the listener heard before" in page
    assert "the best baseline: counts, 62.5 % at 10." in page
    test = tables[0]
    test.write_text(test.read_text().replace("<b>&,all,40,7,10,0.25,", "<b>&,all,40,7,10,0.875,"))
    assert "the best baseline: &lt;b&gt;&amp;, 87.5 % at 10." in render(*tables)


def test_a_table_without_repeats_or_baselines_says_so(tables: Tables) -> None:
    test = tables[0]
    every = test.read_text().splitlines()
    kept = [line for line in every if line.startswith(("ranker,", "ordered,all,"))]
    test.write_text("\n".join(kept) + "\n")
    page = render(*tables)
    assert "0 of 40 questions (0.0 %)" in page
    assert "best baseline" not in page
    assert page.count("The test has no question of this kind.") == len(SLICES)


def test_every_chart_says_its_numbers_and_every_header_has_a_scope(tables: Tables) -> None:
    page = render(*tables)
    tree = ElementTree.fromstring(re.sub(r"<!DOCTYPE html>|<meta [^>]*>", "", page))
    charts = list(tree.iter("svg"))
    assert len(charts) == 2 + 3
    assert all(each.get("role") == "img" and each.get("aria-label") for each in charts)
    assert {each.get("scope") for each in tree.iter("th")} == {"col", "row"}
    assert all("".join(each.itertext()) for each in tree.iter("th"))
    assert not [each for each in tree.iter() if each.get("src") or each.get("href")]


def test_a_tower_has_one_style_in_all_charts(tables: Tables) -> None:
    charts = re.findall(r'<svg [^>]*aria-label="(?:top|loss).*?</svg>', render(*tables))
    styles = [re.findall(r'class="line line(\d)"', chart) for chart in charts]
    rates = dict(zip(VARIANTS, styles[0], strict=False))
    assert dict(zip(PAPER, styles[2], strict=True)) == {name: rates[name] for name in PAPER}


def test_flat_lines_are_baselines_that_are_written() -> None:
    assert set(FLAT) <= set(retrieve.FLAT) <= set(BASELINES)


def test_models_are_what_is_trained() -> None:
    assert set(MODELS) == {"ordered", *VARIANTS}
    assert set(PAPER) < set(VARIANTS)
    assert not set(MODELS) & set(BASELINES)
