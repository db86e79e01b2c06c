"""The map of a run's page, read back."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.exporting.places import places_of
from playlist2vec.recommend.loading import load
from tests.conftest import Project

POINTS = np.array([[0, 0], [65_535, 0], [0, 13_107]], "<u2")


def written(path: Path, data: object) -> Path:
    text = json.dumps(data)
    path.write_text(
        f'<html><script type="application/json" id="data">{text}</script></html>', encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("deep", [False, True])
def test_songs_stand_where_the_page_has_them(tmp_path: Path, deep: bool) -> None:
    part = {"ids": ["a", "b", "c"], "places": base64.b64encode(POINTS.tobytes()).decode()}
    page = written(tmp_path / "page.html", {"songs": part, "api": ""} if deep else part)
    found = places_of(page, ["c", "x", "a", "b"])
    assert found is not None
    expected = [[0, 0], [np.nan, np.nan], [0, 0.2], [1, 0.2]]
    np.testing.assert_allclose(found, np.array(expected, np.float32), atol=1e-6)
    assert places_of(page, ["x"]) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"ids": ["a"]},
        {"ids": ["a"], "places": "no base64!"},
        {"ids": ["a"], "places": "AAAA"},
        {"ids": 7, "places": 7},
    ],
)
def test_a_page_without_a_map_gives_none(tmp_path: Path, data: object) -> None:
    assert places_of(written(tmp_path / "page.html", data), ["a"]) is None


def test_no_page_gives_none(tmp_path: Path) -> None:
    assert places_of(tmp_path / "page.html", ["a"]) is None
    (tmp_path / "page.html").write_bytes(b"\xff<html>")
    assert places_of(tmp_path / "page.html", ["a"]) is None


def test_the_page_of_a_run_has_all_songs(finished: Project) -> None:
    ids = load(finished.folder, ranker="word2vec").catalogue.ids
    found = places_of(finished.folder / "data/report/report.html", ids)
    assert found is not None
    assert np.isfinite(found).all()
    assert found.min() == 0
    assert found.max() == 1
