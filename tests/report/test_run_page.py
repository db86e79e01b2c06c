"""The report of a run: what stands in it, and that nothing in it can be more than text."""

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playlist2vec.models.embeddings.model import Model
from playlist2vec.report.about import Funnel, data_name, funnel_part, pipelines_part
from playlist2vec.report.assembly import page
from playlist2vec.report.projection import EDGE, map_of
from playlist2vec.report.songs import map_note, shown_songs
from tests.conftest import ROOT, Project
from tests.report.small import (
    HOSTILE,
    NO_RUNS,
    PARTS,
    asked,
    counted,
    small_data,
    small_model,
    tracks_named,
)


def data_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)[0])
    return found


def test_the_page_of_a_run(finished: Project) -> None:
    text = (finished.folder / "data/report/report.html").read_text("utf-8")
    data = data_of(text)
    model = Model.load(finished.folder / "data/model")
    assert data["ids"] == model.vocabulary.ids
    assert data["counts"] == model.vocabulary.counts.tolist()
    assert data["api"] == ""
    blend = json.loads((finished.folder / "metrics/blend.json").read_text("utf-8"))["blend"][
        "hit@10"
    ]
    assert f"hit@10 {blend:.3f} on validation" in text
    assert f">{blend:.3f}</text>" in text
    outside = [
        address
        for address in re.findall(r"https?://[\w.*-]+", text)
        if "www.deezer.com" not in address
    ]
    known = {"https://api.deezer.com", "https://*.dzcdn.net", "https://*.deezer.com"}
    assert set(outside) <= {*known, "http://xspf.org", "http://www.w3.org"}
    for place in ("What was dropped", "All parameters", "make two-tower", "docs/audio.md"):
        assert place in text


def test_the_page_says_by_which_ranker_it_suggests(project: Project) -> None:
    project.change("evaluate", ranker="word2vec")
    project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    text = (project.folder / "data/report/report.html").read_text("utf-8")
    score = json.loads((project.folder / "metrics/validation.json").read_text("utf-8"))["hit@10"]
    assert f"By Word2Vec, the rule that was scored: hit@10 {score:.3f} on validation" in text
    assert data_of(text)["rule"]["weights"] == {}


def test_the_genres_of_a_data_set_that_has_them_are_on_its_page() -> None:
    tracks = tracks_named("x", 9)
    plain = small_data(asked(small_model(8), tracks), 8)
    with_genres = replace(tracks, more={"likes": ["1"] * 9, "genre": [*"abcdefghi"]})
    found = small_data(asked(small_model(8), with_genres), 8)
    assert found == plain | {"genres": [*"abcdefgh"]}


def test_names_are_never_markup() -> None:
    text, harmless = (
        page(
            PARTS,
            small_data(asked(small_model(8), tracks_named(name, 8)), 8) | NO_RUNS,
            ROOT / "playlist2vec/report/page",
        )
        for name in (HOSTILE, "x")
    )
    assert re.findall("<[a-z/!]+", text) == re.findall("<[a-z/!]+", harmless)
    assert data_of(text)["titles"][0] == HOSTILE


@pytest.mark.parametrize("budget", [0, 3_000, 10**9])
def test_songs_that_do_not_fit_are_left_out_and_told(budget: int) -> None:
    recommender, playlists = asked(small_model(50), tracks_named("x", 50)), counted(50)
    shown = shown_songs(recommender, playlists, budget)
    assert shown == {0: 0, 10**9: 50}.get(budget, shown)
    assert (0 < shown < 50) == (budget == 3_000)
    data: dict[str, Any] = {"ids": ["a"] * 20, "titles": ["x"] * 20}
    assert map_note(data, 50).startswith("The 20 most frequent of 50 songs, near")
    assert "All 20 songs" in map_note(data, 20)
    assert "They have no names" in map_note({**data, "titles": [""] * 20}, 20)


def test_the_map_is_the_same_each_time_and_keeps_neighbours_together() -> None:
    draws = np.random.default_rng(1)
    middles = draws.normal(size=(3, 10)) * 3
    vectors = np.concatenate([middle + draws.normal(size=(40, 10)) * 0.1 for middle in middles])
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    places = map_of(unit, 1)
    assert places.dtype == np.uint16
    assert np.ptp(places.astype(int), axis=0).max() == EDGE
    assert (places == map_of(unit, 1)).all()
    groups = places.reshape(3, 40, 2).astype(float)
    inside = max(float(np.ptp(group, axis=0).max()) for group in groups)
    apart = min(
        float(np.abs(groups[a].mean(0) - groups[b].mean(0)).max())
        for a, b in ((0, 1), (0, 2), (1, 2))
    )
    assert inside < apart


@pytest.mark.parametrize("songs", [0, 1, 4, 6])
def test_tiny_maps(songs: int) -> None:
    unit = np.eye(6, dtype=np.float32)[:songs]
    assert map_of(unit, 1).shape == (songs, 2)


def test_the_funnel_gives_shares_of_what_came_in() -> None:
    text = funnel_part(
        [Funnel("as it came", 200, 1000, 50), Funnel("after filtering", 200, 900, 25)]
    )
    assert re.findall("<td>(.*?)</td>", text) == [
        "200",
        "1,000",
        "50",
        "200",
        "900 (90.0%)",
        "25 (50.0%)",
    ]


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ({"file": "data/incoming/gd_sets.tsv.gz", "artist_column": ""}, "local: gd_sets.tsv.gz"),
        ({"file": "data/sources/local/example.csv"}, "local"),
        ({}, "local"),
    ],
)
def test_own_data_are_called_by_their_file(section: dict[str, str], name: str) -> None:
    assert data_name({"dataset": "local", "local": section}) == name


def test_each_other_pipeline_has_a_place() -> None:
    folders = [
        path.name for path in (ROOT / "pipelines").iterdir() if (path / "dvc.yaml").is_file()
    ]
    assert pipelines_part().count("<li>") == len(folders)
