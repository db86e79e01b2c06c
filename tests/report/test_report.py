"""The report: what stands in it, and that nothing in it can be more than text."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.charts.svg import Bar, bars, line
from playlist2vec.corpus.songs import Row
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.recommend.loading import load
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.projection import EDGE, few_bytes, map_of
from playlist2vec.report.report import NAMES, Funnel, curve_part, effects_part, funnel_part, page
from playlist2vec.report.songs import next_songs, songs_data
from playlist2vec.songs.catalogue import Catalogue
from tests.builders.examples import query_params
from tests.conftest import ROOT, Project

HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=alert(1)>\u2028 {{css}}"


PARTS = dict.fromkeys(
    (
        "title",
        "summary",
        "scores",
        "curve",
        "popularity",
        "effects",
        "funnel",
        "parameters",
        "map_note",
        "cool_down",
        "listed",
        "ranker",
    ),
    "x",
)


def small_model(songs: int, size: int = 6) -> Model:
    vectors = np.random.default_rng(1).normal(size=(songs, size)).astype(np.float32)
    vocabulary = Vocabulary([f"s{row}" for row in range(songs)], np.arange(songs, 0, -1))
    return Model(vectors, vectors, vocabulary, np.zeros((0, songs, size), np.float32), 0.75)


def asked(model: Model, tracks: Tracks) -> Recommender:
    return Recommender(model, Catalogue.of(model.vocabulary, tracks), query_params())


def tracks_named(name: str, songs: int) -> Tracks:
    ids = [f"s{row}" for row in range(songs)]
    return Tracks(ids, [""] * songs, [name] * songs, [name] * songs, [""] * songs)


def test_the_page_of_a_run(finished: Project) -> None:
    text = (finished.folder / "data/report/report.html").read_text("utf-8")
    data = json.loads(re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)[0])
    model = Model.load(finished.folder / "data/model")
    assert data["ids"] == model.vocabulary.ids
    assert data["counts"] == model.vocabulary.counts.tolist()
    score = json.loads((finished.folder / "metrics/validation.json").read_text("utf-8"))["hit@10"]
    assert f">{score:.3f}</text>" in text
    assert "300" in text
    outside = [address for address in re.findall(r"https?://[\w.*-]+", text) if "www.deezer.com" not in address]
    assert set(outside) == {"https://api.deezer.com", "https://*.dzcdn.net", "https://*.deezer.com"}


def test_the_genres_of_a_data_set_that_has_them_are_on_its_page() -> None:
    tracks = tracks_named("x", 9)
    plain = songs_data(asked(small_model(8), tracks), 1)
    found = songs_data(asked(small_model(8), replace(tracks, more={"likes": ["1"] * 9, "genre": [*"abcdefghi"]})), 1)
    assert found == plain | {"genres": [*"abcdefgh"]}


def test_names_are_never_markup() -> None:
    text, harmless = (
        page(
            PARTS,
            songs_data(asked(small_model(8), tracks_named(name, 8)), 1),
            ROOT / "playlist2vec/report/page",
        )
        for name in (HOSTILE, "x")
    )
    assert re.findall("<[a-z/!]+", text) == re.findall("<[a-z/!]+", harmless)
    found = json.loads(re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)[0])
    assert found["titles"][0] == HOSTILE
    assert found["legend"] == [HOSTILE]


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
    apart = min(float(np.abs(groups[a].mean(0) - groups[b].mean(0)).max()) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert inside < apart


@pytest.mark.parametrize("songs", [0, 1, 4, 6])
def test_tiny_maps(songs: int) -> None:
    unit = np.eye(6, dtype=np.float32)[:songs]
    assert map_of(unit, 1).shape == (songs, 2)


@pytest.mark.parametrize("size", [5, 200])
def test_few_bytes_keep_the_cosines(size: int) -> None:
    draws = np.random.default_rng(1)
    vectors = draws.normal(size=(300, 20)) @ draws.normal(size=(20, size))
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    small = few_bytes(unit).astype(np.float64)
    assert small.shape == (300, min(size, 64))
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    assert np.abs(small @ small.T - unit @ unit.T).max() < 0.03


def test_a_long_label_has_room_beside_its_bar() -> None:
    long = "a way to count with a name of forty letters"
    drawn = bars("hit@10", [Bar(long, 0.5, 0.4, 0.6), Bar("b", 0.1, 0.1, 0.1)])
    (end,) = {float(place) for place in re.findall(r'<text x="([\d.]+)" y="\d+" text-anchor="end">', drawn)}
    assert end >= 7 * len(long)
    assert len(set(re.findall(r'<rect class="bar" x="([\d.]+)"', drawn))) == 1
    assert "<rect" not in bars("hit@10", [])


def test_bars_and_lines_say_their_numbers() -> None:
    chart = bars("hit@10", [Bar("a <b>", 0.5, 0.25, 1.0), Bar("c", 0.0, 0.0, 0.0)])
    assert 'aria-label="hit@10: a &lt;b&gt; 0.500, from 0.250 to 1.000; c 0.000, from 0.000 to 0.000"' in chart
    # 380 units are left for the bars, so 0.5 of 1.0 is 190 long and the whisker reaches from 190 + 95 to 190 + 380.
    assert 'width="190.0"' in chart
    assert "M285.0 15H570.0" in chart
    assert "from 0.100 to 0.300, at most 0.400, over 3 points" in line("x", "epochs", [(1, 0.1), (2, 0.4), (3, 0.3)])


def test_the_effect_of_a_parameter_is_shown_with_the_others_as_usual(tmp_path: Path) -> None:
    grid = tmp_path / "grid.csv"
    head = "grid,experiment,dataset,split.target,filter.count,train.window,train.negative,train.epochs,"
    head += "hit@10,hit@10_low,hit@10_high\n"
    rows = ["3,5,40,.30,.2,.4", "2,5,40,.20,.1,.3", "5,5,40,.25,.2,.3", "3,10,40,.35,.3,.4"]
    grid.write_text(
        head + "".join(f"g,e{number},local,random,playlists,{row}\n" for number, row in enumerate(rows)), "utf-8"
    )
    asked = {"dataset": "local", "local": {}, "filter": {"count": "playlists"}, "split": {"target": "random"}}
    text = effects_part(grid, asked)
    assert re.findall("<h3>(.*?)</h3>", text) == ["train.window", "train.negative"]
    assert "2 0.200, from 0.100 to 0.300; 3 0.300, from 0.200 to 0.400; 5 0.250" in text
    assert "5 0.300, from 0.200 to 0.400; 10 0.350" in text
    none = "No grid on the same pairs of the data set"
    assert f"{none} sample has been taken over" in effects_part(grid, {**asked, "dataset": "sample"})
    # Runs that were asked other questions are not shown beside these, nor are those of which that is not known.
    assert none in effects_part(grid, {**asked, "split": {"target": "last"}})
    assert none in effects_part(grid, {**asked, "filter": {"count": "playlists", "min_count": 2}})
    grid.write_text("", "utf-8")
    assert f"{none} local has been" in effects_part(grid, asked)
    grid.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(
        DataError, match=r"grid.csv: expected a table as `make grid` writes it, with the columns dataset"
    ):
        effects_part(grid, asked)


def test_what_comes_next_is_what_the_recommender_says() -> None:
    """Four directions, 0, 30, 70 and 180 degrees apart from the first: cosines 1, 0.87, 0.34, -1."""
    angles = np.radians([0, 30, 70, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    recommender = asked(Model.of_vectors(vectors), tracks_named("x", 4))
    rows, chances = next_songs(recommender, 4, 40)
    assert rows[0].tolist() == [1, 2, 3]
    high, middle, low = np.cos(np.radians([30, 70, 180]))
    assert chances[0].tolist() == [255, round(255 * (middle - low) / (high - low)), 0]
    # On a smaller page nobody comes next who is not on it; a list that is too short ends with the song itself.
    rows, chances = next_songs(recommender, 3, 2)
    assert rows.tolist() == [[1, 2], [0, 2], [1, 0]]
    assert (chances[:, 0] == 255).all()
    rows, chances = next_songs(recommender, 1, 5)
    assert (rows.tolist(), chances.tolist()) == ([[0]], [[0]])


@pytest.mark.parametrize("ranker", ["blend", "word2vec"])
def test_the_page_lists_what_the_ranker_of_the_run_suggests(project: Project, ranker: str) -> None:
    if ranker == "word2vec":
        project.change("evaluate", ranker=ranker)
        project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    text = (project.folder / "data/report/report.html").read_text("utf-8")
    data = json.loads(re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)[0])
    rows = np.frombuffer(base64.b64decode(data["next"]), "<u2").reshape(-1, data["listed"])
    recommender = load(project.folder)
    assert (recommender.mixture is None) == (ranker == "word2vec")
    for row in range(3):
        expected = [each.row for each in recommender.next([Row(row)], data["listed"])]
        assert rows[row, : len(expected)].tolist() == expected
    assert f"by {NAMES[ranker]} asked with that song alone" in text


def test_without_artists_the_map_shows_how_often_songs_are_played() -> None:
    data = songs_data(asked(small_model(9), tracks_named("", 9)), 1)
    # Plays are 9, 8, ... 1, 45 in all: two songs begin within the first 15 of them, two within the next.
    assert data["colour"] == [0, 0, 1, 1, 2, 2, 2, 2, 2]
    assert data["legend"][0] == "played most: 2 songs, a third of all plays"


def test_the_funnel_gives_shares_of_what_came_in() -> None:
    text = funnel_part([Funnel("as it came", 200, 1000, 50), Funnel("after filtering", 200, 900, 25)])
    assert re.findall("<td>(.*?)</td>", text) == ["200", "1,000", "50", "200", "900 (90.0%)", "25 (50.0%)"]


def test_the_curve_has_a_chart_for_each_rule_under_its_name(tmp_path: Path) -> None:
    for rule, values in {"log_odds_last": (0.1, 0.4, 0.3), "log_odds_history": (0.2, 0.1)}.items():
        rows = "".join(f"{step}\t{value}\n" for step, value in enumerate(values))
        (tmp_path / f"hit@10_{rule}.tsv").write_text(f"step\thit@10_{rule}\n{rows}", "utf-8")
    text = curve_part(tmp_path)
    assert re.findall("<h3>(.*?)</h3>", text) == ["hit@10_log_odds_history", "hit@10_log_odds_last"]
    shown = re.findall('aria-label="(.*?)"', text)
    assert shown[0] == "hit@10_log_odds_history after each epoch: from 0.200 to 0.100, at most 0.200, over 2 points"
    assert shown[1] == "hit@10_log_odds_last after each epoch: from 0.100 to 0.300, at most 0.400, over 3 points"


def test_a_run_without_a_curve_says_so(tmp_path: Path) -> None:
    assert curve_part(tmp_path / "none") == "<p>The run did not measure its curve (train.curve_pairs is 0).</p>"
