"""A person's path through the page: a dropped playlist, suggestions, radio, export; by mouse, touch
and keyboard.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playlist2vec.base.files import read_json
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.reading.songs import Listed
from playlist2vec.recommend.loading import load
from playlist2vec.recommend.playlist_writer import FORMATS, write_playlist
from tests.conftest import Project, needed_package
from tests.report.browsing import browser, click, nothing_wrong, text, texts, wait_for

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.thorough
WIDTHS = (1440, 1024, 390)
UNKNOWN = Listed("nowhere-1", "Nobody", "A Song that no Playlist Holds")


@contextmanager
def page_of(
    project: Project, folder: Path, width: int, scheme: str = "light"
) -> Iterator["Chrome"]:
    """The page of a run at a width, of a phone where that is small, light or dark."""
    option = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    with browser(folder, option) as opened:
        phone = width < 600
        metrics = {
            "width": width,
            "height": 844 if phone else 900,
            "deviceScaleFactor": 1,
            "mobile": phone,
        }
        opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        if phone:
            opened.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
        opened.get((project.folder / "data/report/report.html").as_uri())
        yield opened


def exported(project: Project, folder: Path, form: str) -> tuple[Path, list[str]]:
    """A playlist file of a form, with four songs that the model knows and one that it does not; and
    their ids.
    """
    catalogue = load(project.folder).catalogue
    rows = [3, 40, 75, 11]
    songs = [
        Listed(catalogue.ids[row], catalogue.artist_names[row], catalogue.titles[row])
        for row in rows
    ]
    path = folder / f"mine.{form}"
    path.write_text(write_playlist([*songs[:2], UNKNOWN, *songs[2:]], form), "utf-8")
    return path, [song.id for song in songs]


def mine(opened: "Chrome") -> list[str]:
    found: list[str] = opened.execute_script("return state.mine.map((row) => data.ids[row])")
    return found


def coming(opened: "Chrome") -> list[str]:
    found: list[str] = opened.execute_script("return map.suggested.map((row) => data.ids[row])")
    return found


def see(opened: "Chrome", part: str) -> None:
    """On a phone the parts are behind buttons."""
    if texts(opened, f"#part-{part}") and opened.execute_script(
        "return getComputedStyle(document.querySelector('.parts')).display !== 'none'"
    ):
        click(opened, f"#part-{part}")


def drop(opened: "Chrome", path: Path) -> None:
    """Choose a file as a visitor does."""
    from selenium.webdriver.common.by import By

    opened.find_element(By.ID, "file").send_keys(str(path))


def swipe(opened: "Chrome", x: float, ys: list[float]) -> None:
    """Touch the page at these places, one after the other; at one place alone it is a tap."""
    for number, y in enumerate(ys):
        kind = "touchMove" if number else "touchStart"
        touch = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        opened.execute_cdp_cmd("Input.dispatchTouchEvent", touch)
        time.sleep(0.02)
    opened.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1024, "dark"), (390, "light"), (390, "dark")]
)
def test_from_a_dropped_playlist_to_the_same_songs_on_the_command_line(
    finished: Project, tmp_path: Path, width: int, scheme: str
) -> None:
    path, ids = exported(finished, tmp_path, "m3u8")
    with page_of(finished, tmp_path, width, scheme) as opened:
        drop(opened, path)
        wait_for(lambda: len(mine(opened)) == 4)
        assert mine(opened) == ids
        assert "4 of 5 songs known" in text(opened, "file-note")
        assert "1 song not known to this model: Nobody – A Song that no Playlist Holds" in text(
            opened, "unknown"
        )
        see(opened, "coming")
        taken = []
        for _ in range(3):
            taken.append(coming(opened)[0])
            click(opened, "#next li button[title='Add']")
        assert mine(opened) == [*ids, *taken]
        click(opened, "#radio-start")
        for _ in range(3):
            click(opened, "#radio-on")
        assert len(texts(opened, "#played li")) == 4
        see(opened, "mine")
        click(opened, "#save")
        saved = tmp_path / "playlist.m3u8"
        wait_for(saved.exists)
        suggested = coming(opened)
        nothing_wrong(opened)
    assert [wanted.ids[0] for wanted in read_playlist(saved, Notes(saved))] == [*ids, *taken]
    command = [
        sys.executable,
        "-m",
        "playlist2vec",
        "complete",
        str(saved),
        "-k",
        "12",
        "--json",
        "--output",
    ]
    subprocess.run([*command, str(tmp_path / "next.json")], cwd=finished.folder, check=True)
    listed = [each["track"] for each in read_json(tmp_path / "next.json")["tracks"]]
    assert len(set(listed[:10]) & set(suggested[:10])) >= 9


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "table"])
def test_every_form_that_is_written_is_read_by_the_page(
    finished: Project, tmp_path: Path, form: str
) -> None:
    path, ids = exported(finished, tmp_path, form)
    with page_of(finished, tmp_path, 1440) as opened:
        drop(opened, path)
        wait_for(lambda: mine(opened))
        assert mine(opened) == ids
        assert text(opened, "unknown").startswith("1 song not known to this model")
        if form != "json":
            opened.execute_script("document.getElementById('form').value = arguments[0]", form)
            click(opened, "#save")
            saved = tmp_path / f"playlist.{form}"
            wait_for(saved.exists)
            assert [wanted.ids[0] for wanted in read_playlist(saved, Notes(saved))] == ids
        nothing_wrong(opened)


def noted(opened: "Chrome", name: str) -> bool:
    return text(opened, "file-note").startswith(f"{name}: ")


def test_a_file_that_is_none_says_so_and_changes_nothing(finished: Project, tmp_path: Path) -> None:
    (tmp_path / "a.xspf").write_text("<playlist><track>", "utf-8")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "c.json").write_text("{", "utf-8")
    with page_of(finished, tmp_path, 1440) as opened:
        opened.execute_script("change([1, 2], '')")
        for name in ("a.xspf", "b.zip", "c.json"):
            drop(opened, tmp_path / name)
            wait_for(partial(noted, opened, name))
            assert "Expected M3U" in text(opened, "file-note")
        assert len(mine(opened)) == 2
        nothing_wrong(opened)


def test_the_address_keeps_the_playlist(finished: Project, tmp_path: Path) -> None:
    with page_of(finished, tmp_path, 1440) as opened:
        opened.execute_script("change([7, 3, 9], ''); ban(12, true)")
        click(opened, "#tab-runs")
        before = (mine(opened), coming(opened))
        opened.refresh()
        assert (mine(opened), coming(opened)) == before
        assert opened.execute_script("return [state.view, state.banned]") == ["runs", [12]]
        assert opened.execute_script("return element('runs').hidden") is False


def test_by_the_keyboard_alone(finished: Project, tmp_path: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    def press(opened: "Chrome", *keys: str) -> None:
        ActionChains(opened).send_keys(*keys).perform()

    def tab_to(opened: "Chrome", wanted: Callable[[], bool]) -> None:
        for _ in range(120):
            press(opened, Keys.TAB)
            if wanted():
                return
        raise AssertionError("the focus did not come there")

    def focused(opened: "Chrome") -> str:
        found: str = opened.execute_script(
            "const one = document.activeElement; "
            "return one.id || one.getAttribute('aria-label') || one.textContent"
        )
        return found

    with page_of(finished, tmp_path, 1440) as opened:
        titles = opened.execute_script("return data.titles")
        tab_to(opened, lambda: focused(opened) == "search")
        # A letter is missing, another one is wrong.
        wrong = max((word for word in titles[5].split()), key=len)
        press(opened, titles[5].replace(wrong, wrong[:1] + wrong[2:]), Keys.ENTER)
        wait_for(lambda: mine(opened))
        assert 5 in opened.execute_script("return state.mine") or len(wrong) < 6
        press(opened, titles[30], Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER)
        assert len(mine(opened)) == 2
        first = mine(opened)
        tab_to(opened, lambda: focused(opened).startswith("Move "))
        press(opened, Keys.ARROW_DOWN)
        assert mine(opened) == first[::-1]
        assert focused(opened).startswith("Move ")
        tab_to(opened, lambda: focused(opened) == "marks")
        press(opened, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, "+", Keys.ENTER)
        assert focused(opened) == "card-add"
        press(opened, Keys.ENTER)
        assert len(mine(opened)) == 3
        assert opened.execute_script("return state.mine.at(-1) === state.chosen")
        tab_to(opened, lambda: focused(opened).startswith("Not "))
        press(opened, Keys.ENTER)
        assert len(opened.execute_script("return state.banned")) == 1
        tab_to(opened, lambda: focused(opened) == "radio-start")
        press(opened, Keys.ENTER)
        assert len(texts(opened, "#played li")) == 1
        nothing_wrong(opened)


def test_songs_are_ordered_by_dragging(finished: Project, tmp_path: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    with page_of(finished, tmp_path, 1440) as opened:
        opened.execute_script("change([7, 3, 9, 4], '')")
        grips = opened.find_elements(By.CSS_SELECTOR, ".grip")
        ActionChains(opened).click_and_hold(grips[0]).move_to_element(grips[2]).move_by_offset(
            0, 12
        ).release().perform()
        assert opened.execute_script("return state.mine") == [3, 9, 7, 4]
        click(opened, "#playlist li:first-child .icon")
        assert opened.execute_script("return state.mine") == [9, 7, 4]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_has_nothing_to_say_in_any_view(
    finished: Project, tmp_path: Path, width: int, scheme: str
) -> None:
    needed_package("axe_playwright_python")
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    with page_of(finished, tmp_path, width, scheme) as opened:
        opened.execute_script(axe)
        opened.execute_script(
            "change([7, 3, 9], ''); ban(12, true); state.unknown = ['x']; showPlaylist()"
        )
        opened.execute_script("choose(5); startRadio(state.mine)")
        for view in ("try", "scores", "runs", "about"):
            opened.execute_script("showView(arguments[0])", view)
            for part in ("mine", "middle", "coming") if view == "try" else ("",):
                if part:
                    see(opened, part)
                found = opened.execute_async_script(
                    "const done = arguments[arguments.length - 1]; axe.run(document).then((all) => "
                    "done(all.violations.map((each) => "
                    "[each.id, each.help, each.nodes.map((node) => node.html)])))"
                )
                assert found == [], (view, part, found)
            assert opened.execute_script(
                "return document.documentElement.scrollWidth <= innerWidth"
            )


def test_by_touch_one_finger_scrolls_and_a_tap_chooses(finished: Project, tmp_path: Path) -> None:
    with page_of(finished, tmp_path, 390) as opened:
        click(opened, "#part-middle")
        opened.execute_script("window.scrollTo(0, 0)")
        box = opened.execute_script(
            "map.measure(); const box = map.marks.getBoundingClientRect(); "
            "const [x, y] = map.at(12); return [box.left + x, box.top + y, "
            "titleOf(map.under(x, y)), box.left + box.width / 2, box.top + 300]"
        )
        swipe(opened, box[0], [box[1]])
        wait_for(lambda: text(opened, "card-title") == box[2])
        swipe(opened, box[3], [box[4] - 20 * step for step in range(12)])
        wait_for(lambda: opened.execute_script("return window.scrollY") > 100)
        assert opened.execute_script("return map.scale") == 1
        nothing_wrong(opened)


def test_a_table_is_sorted_by_a_click_on_its_head(finished: Project, tmp_path: Path) -> None:
    with page_of(finished, tmp_path, 1440) as opened:
        click(opened, "#tab-scores")
        column = (
            "return [...document.querySelectorAll('#scores table')][0].querySelectorAll('tbody tr')"
        )
        values = (
            f"{column.replace('return ', 'return [...')}]"
            ".map((row) => Number(row.cells[1].textContent))"
        )
        click(opened, "#scores thead th:nth-child(2) button")
        down = opened.execute_script(values)
        assert down == sorted(down, reverse=True)
        click(opened, "#scores thead th:nth-child(2) button")
        assert opened.execute_script(values) == sorted(down)
        assert texts(opened, "#scores th[aria-sort='ascending']") == ["hit@10"]


def test_the_page_of_a_server_asks_it_for_what_comes_next_and_for_files(
    finished: Project, tmp_path: Path
) -> None:
    needed_package("uvicorn")
    path, ids = exported(finished, tmp_path, "xspf")
    command = [sys.executable, "-m", "playlist2vec", "serve", str(finished.folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as server:
        try:
            assert server.stdout is not None
            address = re.findall(r"http://[\d.:]+/", server.stdout.readline())[0]
            with browser(tmp_path) as opened:
                opened.get(address)
                drop(opened, path)
                wait_for(lambda: len(mine(opened)) == 4)
                assert mine(opened) == ids
                assert "Nobody" in text(opened, "unknown")
                wait_for(lambda: coming(opened))
                exact = load(finished.folder)
                rows = [exact.catalogue.row_of[song] for song in ids]
                expected = [exact.catalogue.ids[each.row] for each in exact.next(rows, 12)]
                wait_for(lambda: coming(opened) == expected)
                nothing_wrong(opened, asked=(address,))
        finally:
            server.terminate()
