"""The report in a real browser: its rule, its radio and its map, and nothing but Deezer is ever
asked.
"""

import re
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.songs import Row
from playlist2vec.corpus.vocabulary import Vocabulary, rows_of
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.recommend.constraints import Wishes
from playlist2vec.recommend.loading import load
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.assembly import page
from playlist2vec.report.songs import songs_data
from tests.conftest import ROOT, Project
from tests.report.browsing import (
    browser,
    click,
    nothing_wrong,
    text,
    texts,
    type_into_search,
    wait_for,
)
from tests.report.previews import Answers, make_certificate
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

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.thorough
K = 10


@pytest.fixture
def report(finished: Project, tmp_path: Path) -> Iterator[Callable[[], "Chrome"]]:
    with browser(tmp_path) as opened:

        def open_page() -> "Chrome":
            opened.get((finished.folder / "data/report/report.html").as_uri())
            return opened

        yield open_page


def histories(project: Project, recommender: Recommender) -> tuple[list[list[Row]], list[int]]:
    """The songs before each validation target, and the target, as rows of the model."""
    ids = Vocabulary.load(project.folder / "data/vocabulary/vocabulary.tsv").ids
    row_of = rows_of(recommender.model.vocabulary, ids)
    pairs = Pairs.load(project.folder / "data/split/validation.npz")
    lists = np.split(pairs.playlists.tracks, pairs.playlists.offsets[1:-1])
    before = [row_of[songs[:place]] for songs, place in zip(lists, pairs.places, strict=True)]
    kept = [[Row(int(row)) for row in songs if row >= 0] for songs in before]
    return kept, row_of[pairs.targets].tolist()


@pytest.mark.parametrize(
    ("ranker", "similarity", "query"),
    [
        ("blend", "log_odds_symmetric", "last"),
        ("blend", "log_odds", "history"),
        ("word2vec", "log_odds", "last"),
        ("word2vec", "cosine", "history"),
    ],
)
def test_the_page_suggests_what_next_suggests(
    project: Project, tmp_path: Path, ranker: str, similarity: str, query: str
) -> None:
    """At least 9 of the first 10 songs are those of `next`, for each of 500 queries, with every
    part of the blend.
    """
    project.change("evaluate", ranker=ranker, similarity=similarity, query=query)
    project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    recommender = load(project.folder)
    queries, targets = histories(project, recommender)
    queries = (queries * 500)[:500]
    expected = [[each.row for each in found] for found in recommender.next_of_each(queries, K)]
    with browser(tmp_path) as opened:
        opened.get((project.folder / "data/report/report.html").as_uri())
        script = (
            "return arguments[0].map((songs) => "
            "nextSongs(songs, 10, arguments[1]).map(({ row }) => row))"
        )
        found = opened.execute_script(script, queries, {})
        known = opened.execute_script(script, queries, {"known": True})
        nothing_wrong(opened)
    shared = [
        len(set(page) & set(right)) for page, right in zip(found, expected, strict=True) if right
    ]
    assert min(shared) >= 9
    wishes = Wishes(known=True)
    exact = [
        [each.row for each in listed] for listed in recommender.next_of_each(queries, K + 1, wishes)
    ]
    held = [
        [row for row in listed if row != songs[-1:][0]][:K] if songs else []
        for listed, songs in zip(exact, queries, strict=True)
    ]
    asked_for = (targets * 500)[:500]
    hits = [
        np.mean([row in listed for row, listed in zip(asked_for, lists, strict=True)])
        for lists in (known, held)
    ]
    assert hits[0] == pytest.approx(hits[1], abs=0.01)


def test_hits_of_the_page_are_those_of_the_metrics(
    finished: Project, report: Callable[[], "Chrome"]
) -> None:
    """The blend's ranks are by weights fitted on other playlists, so that its score may be a little
    lower.
    """
    recommender = load(finished.folder)
    queries, targets = histories(finished, recommender)
    script = (
        "return arguments[0].map((songs) => "
        "nextSongs(songs, 10, { known: true }).map(({ row }) => row))"
    )
    found = report().execute_script(script, queries)
    with np.load(finished.folder / "data/ranks/blend.npz", allow_pickle=False) as ranks:
        measured = hit_rate(ranks["blend"], K)
    page_hits = np.mean([target in listed for target, listed in zip(targets, found, strict=True)])
    assert page_hits == pytest.approx(measured, abs=0.03)


@pytest.mark.parametrize(
    ("script", "wishes"),
    [
        ("{ perArtist: 1 }", Wishes(an_artist=1)),
        ("{ diversity: 0.5 }", Wishes(diversity=0.5)),
        (
            "{ perArtist: 2, diversity: 0.3, banned: [0, 5] }",
            Wishes(frozenset([0, 5]), an_artist=2, diversity=0.3),
        ),
    ],
)
def test_wishes_mean_what_they_mean_on_the_command_line(
    finished: Project, report: Callable[[], "Chrome"], script: str, wishes: Wishes
) -> None:
    recommender = load(finished.folder)
    queries = [[Row(row), Row(row + 1)] for row in range(1, 60, 3)]
    ask = (
        "return arguments[0].map((songs) => "
        f"nextSongs(songs, 10, {script}).map(({{ row }}) => row))"
    )
    found = report().execute_script(ask, queries)
    expected = [
        [each.row for each in listed] for listed in recommender.next_of_each(queries, K, wishes)
    ]
    shared = [
        len(set(page) & set(right)) / len(right)
        for page, right in zip(found, expected, strict=True)
    ]
    assert np.mean(shared) >= 0.9


def test_similar_songs_are_those_of_the_command_line(
    report: Callable[[], "Chrome"], finished: Project
) -> None:
    recommender = load(finished.folder)
    opened = report()
    alike = 0
    for row in range(5):
        opened.execute_script("choose(arguments[0])", row)
        shown = texts(opened, "#similar b")
        expected = [
            recommender.catalogue.titles[each.row] for each in recommender.similar(Row(row), 8)
        ]
        alike += len(set(shown) & set(expected))
    assert alike >= 36


def test_reasons_are_counts_in_the_playlists(
    report: Callable[[], "Chrome"], finished: Project
) -> None:
    from playlist2vec.corpus.playlists import Playlists

    recommender = load(finished.folder)
    ids = Vocabulary.load(finished.folder / "data/vocabulary/vocabulary.tsv").ids
    train = Playlists.load(finished.folder / "data/split/train.npz")
    lists = [[ids[code] for code in songs] for songs in np.split(train.tracks, train.offsets[1:-1])]
    opened = report()
    checked = 0
    for row in range(30):
        (said,) = opened.execute_script(
            "return [arguments[0]].map((row) => { const next = nextSongs([row], 1)[0].row; "
            "return [next, reasonFor([row], next)]; })",
            row,
        )
        found = re.fullmatch(r"follows (.*) in (\d+) of (\d+) playlists?", said[1])
        if not found:
            continue
        song, after = recommender.catalogue.ids[row], recommender.catalogue.ids[said[0]]
        holding = [songs for songs in lists if song in songs]
        following = [songs for songs in holding if (song, after) in pairwise(songs)]
        assert (int(found[2]), int(found[3])) == (len(following), len(holding))
        checked += 1
    assert checked >= 10


def test_five_hundred_songs_of_the_radio_keep_the_rules(
    report: Callable[[], "Chrome"], finished: Project
) -> None:
    opened = report()
    songs = opened.execute_script("return count")
    script = (
        "startRadio([3]); for (let n = 1; n < arguments[0]; n++) playOn(); "
        "return [radio.played, data.artist, data.counts]"
    )
    played, artist, counts = opened.execute_script(script, min(500, songs))
    assert len(set(played)) == min(500, songs)
    notes = texts(opened, "#played li")
    for place in range(4, len(played)):
        heard = [artist[row] for row in played[place - 4 : place]]
        assert artist[played[place]] not in heard or "may come again" in notes[place]
    more = opened.execute_script(
        "for (let n = 0; n < 300; n++) playOn(); return radio.played.length"
    )
    assert more == min(500, songs) + 300
    first = np.array([counts[row] for row in played[:50]])
    assert np.mean(first) >= np.mean(counts)
    nothing_wrong(opened)


def test_the_radio_takes_the_best_without_chance_and_skips(report: Callable[[], "Chrome"]) -> None:
    opened = report()
    script = (
        "tuning.temperature = 0; tuning.pull = 0; tuning.cool_down = 1; "
        "startRadio([3]); playOn(); playOn();"
        "return [radio.played, nextSongs([3], 1)[0].row, "
        "nextSongs(radio.played.slice(0, 2), 1)[0].row]"
    )
    played, first, second = opened.execute_script(script)
    assert played == [3, first, second]
    before = texts(opened, "#played li")
    click(opened, "#radio-skip")
    after = texts(opened, "#played li")
    assert after[:2] == before[:2]
    assert len(after) == 3
    assert after[2] != before[2]
    nothing_wrong(opened)


def test_the_wheel_scrolls_the_page_and_zooms_with_control_alone(
    report: Callable[[], "Chrome"],
) -> None:
    opened = report()
    script = (
        "const event = new WheelEvent('wheel', { deltaY: -100, cancelable: true, bubbles: true, "
        "ctrlKey: arguments[0] }); "
        "map.marks.dispatchEvent(event); return [event.defaultPrevented, map.scale]"
    )
    assert opened.execute_script(script, False) == [False, 1]
    prevented, scale = opened.execute_script(script, True)
    assert prevented
    assert scale > 1.2
    assert opened.execute_script("return getComputedStyle(map.marks).touchAction") in (
        "pan-x pan-y",
        "pan-y pan-x",
    )
    click(opened, "#all")
    assert opened.execute_script("return map.scale") == 1


def test_a_click_on_the_map_chooses_the_song_there(report: Callable[[], "Chrome"]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    opened = report()
    marks = opened.find_element(By.ID, "marks")
    x, y, wide, high = opened.execute_script("return [...map.at(12), map.wide, map.high]")
    expected = opened.execute_script("return titleOf(map.under(...map.at(12)))")
    ActionChains(opened).move_to_element_with_offset(
        marks, round(x - wide / 2), round(y - high / 2)
    ).click().perform()
    assert text(opened, "card-title") == expected
    before = opened.execute_script("return map.scale")
    click(opened, "#closer")
    assert opened.execute_script("return map.scale") == pytest.approx(before * 1.6)
    ActionChains(opened).drag_and_drop_by_offset(marks, 80, 30).perform()
    assert opened.execute_script("return map.x") != pytest.approx(0.5)
    assert text(opened, "card-title") == expected
    nothing_wrong(opened)


def test_colours_can_be_told_apart(
    report: Callable[[], "Chrome"], finished: Project, tmp_path: Path
) -> None:
    """Dots against the map at least 3:1, and every two colours apart for all kinds of colour
    blindness.
    """
    from tests.report.colours import apart, contrast, rgb

    for scheme in (0, 1):
        with browser(tmp_path, f"--blink-settings=preferredColorScheme={scheme}") as opened:
            opened.get((finished.folder / "data/report/report.html").as_uri())
            dots, panel = opened.execute_script(
                "return [[map.style.dot, ...map.colours], map.style.panel]"
            )
        colours = [rgb(each) for each in dots]
        assert len(colours) == 9
        assert min(contrast(each, rgb(panel)) for each in colours) >= 3
        pairs = [(a, b) for place, a in enumerate(colours) for b in colours[:place]]
        assert min(apart(a, b) for a, b in pairs) >= 15


def test_hostile_names_are_text(tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    tracks = tracks_named(HOSTILE, 30)
    tracks.titles[:] = [f"{HOSTILE} {number}" for number in range(30)]
    data = small_data(asked(small_model(30), tracks), 30) | NO_RUNS
    file.write_text(page(PARTS, data, ROOT / "playlist2vec/report/page"), "utf-8")
    with browser(tmp_path) as opened:
        opened.get(file.as_uri())
        opened.execute_script(
            "change([1, 2], ''); choose(2); startRadio([2]); playOn(); playOn(); ban(5, true)"
        )
        type_into_search(opened, "script")
        assert opened.title == "x"
        assert "<img src=x" in text(opened, "card-title")
        assert "<img src=x" in text(opened, "results")
        assert "<img src=x" in text(opened, "next")
        assert texts(opened, "img") == []
        nothing_wrong(opened)


def test_without_a_network_it_says_so_once_and_goes_on(report: Callable[[], "Chrome"]) -> None:
    opened = report()
    opened.execute_script("startRadio([0])")
    click(opened, "#sound")
    wait_for(lambda: "Deezer cannot be reached from here" in text(opened, "sound-note"))
    opened.execute_script("playOn()")
    assert len(texts(opened, "#played li")) == 2
    assert opened.execute_script("return document.getElementById('sound').disabled")


def test_previews_come_from_deezer_and_from_nowhere_else(finished: Project, tmp_path: Path) -> None:
    make_certificate(tmp_path)
    server = Answers(tmp_path)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # What the browser asks its maker for, whatever the page does, is not asked of this server.
    own = ", ".join(f"EXCLUDE *.{host}" for host in ("google.com", "googleapis.com", "gstatic.com"))
    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{server.server_port}, {own}"
    try:
        with browser(tmp_path, rules, "--ignore-certificate-errors") as opened:
            opened.get((finished.folder / "data/report/report.html").as_uri())
            opened.execute_script("document.getElementById('radio').hidden = false")
            click(opened, "#sound")
            opened.execute_script("startRadio([0])")
            source = "return document.getElementById('audio').src"
            assert (
                wait_for(lambda: opened.execute_script(source))
                == "https://cdn.dzcdn.net/preview.mp3"
            )
            assert re.match(
                r"/search\?limit=1&q=artist.*&output=jsonp&callback=answer1$", server.paths[0]
            )
            assert not text(opened, "audio")
            server.preview = "https://elsewhere.example/x.mp3"
            opened.execute_script("playOn()")
            wait_for(lambda: text(opened, "sound-note") == "No preview of this song.")
            assert opened.execute_script(source) == "https://cdn.dzcdn.net/preview.mp3"
            assert texts(opened, "iframe[sandbox='allow-scripts']") == [""]
    finally:
        server.shutdown()


def test_twenty_thousand_songs_are_five_megabytes() -> None:
    """The projection is tried elsewhere; here the songs stand where chance puts them."""
    songs = 20_000
    draws = np.random.default_rng(1)
    places = draws.integers(0, 65_536, (songs, 2)).astype(np.uint16)
    tracks = tracks_named("", songs)
    tracks.artist_names[:] = [f"An Artist of the Name {number % 6000}" for number in range(songs)]
    tracks.titles[:] = [f"A Song that Has the Number {number}" for number in range(songs)]
    for size, shown in ((40, 20_000), (300, 4_000)):
        data = (
            songs_data(asked(small_model(songs, size), tracks), counted(songs, 30_000), places)
            | NO_RUNS
        )
        text_of_page = page(PARTS, data, ROOT / "playlist2vec/report/page")
        assert len(text_of_page.encode()) < 5e6
        assert len(data["ids"]) >= shown
