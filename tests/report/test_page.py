"""The report in a real browser: every control does what it says, and nothing but Deezer is ever asked."""

import datetime
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pytest

from playlist2vec.corpus.songs import Row
from playlist2vec.models.embeddings.model import Model
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.report.report import page
from playlist2vec.report.songs import songs_data
from tests.conftest import ROOT, Project, needed, needed_package
from tests.report.test_report import HOSTILE, PARTS, asked, small_model, tracks_named

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.thorough
Found = TypeVar("Found")


@contextmanager
def browser(folder: Path, *options: str) -> Iterator["Chrome"]:
    """A headless Chromium that keeps a log of its console and of all requests; downloads go into `folder`."""
    needed_package("selenium")
    program, driver = needed("chromium"), needed("chromedriver")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    chosen = ChromeOptions()
    chosen.binary_location = program
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,900", *options):
        chosen.add_argument(option)
    chosen.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chosen.add_experimental_option("prefs", {"download.default_directory": str(folder)})
    opened = Chrome(options=chosen, service=Service(driver))
    opened.set_script_timeout(300)
    try:
        yield opened
    finally:
        opened.quit()


@pytest.fixture
def report(finished: Project, tmp_path: Path) -> Iterator[Callable[[], "Chrome"]]:
    with browser(tmp_path) as opened:

        def open_page() -> "Chrome":
            opened.get((finished.folder / "data/report/report.html").as_uri())
            return opened

        yield open_page


def wait_for(what: Callable[[], Found]) -> Found:
    end = time.monotonic() + 200
    while not (found := what()):
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.05)
    return found


def texts(opened: "Chrome", selector: str) -> list[str]:
    script = "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)"
    found: list[str] = opened.execute_script(script, selector)
    return found


def text(opened: "Chrome", name: str) -> str:
    return texts(opened, f"#{name}")[0]


def click(opened: "Chrome", selector: str) -> None:
    from selenium.webdriver.common.by import By

    button = opened.find_element(By.CSS_SELECTOR, selector)
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def type_into_search(opened: "Chrome", wanted: str) -> None:
    from selenium.webdriver.common.by import By

    field = opened.find_element(By.ID, "search")
    field.clear()
    field.send_keys(wanted)


def _log(opened: "Chrome", kind: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = opened.get_log(kind)
    return entries


def nothing_wrong(opened: "Chrome", *, asked: tuple[str, ...] = ()) -> None:
    """No error in the console, and no request to another place than these and the file itself."""
    assert [entry["message"] for entry in _log(opened, "browser")] == []
    requests = [
        message["params"]["request"]["url"]
        for message in (json.loads(entry["message"])["message"] for entry in _log(opened, "performance"))
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in requests if not url.startswith(("file:", "blob:", "data:", "about:", *asked))] == []


def test_search_play_on_skip_and_export(report: Callable[[], "Chrome"], finished: Project, tmp_path: Path) -> None:
    opened = report()
    model = Model.load(finished.folder / "data/model")
    type_into_search(opened, model.vocabulary.ids[7])
    assert text(opened, "found") == "1 found"
    click(opened, "#results button")
    assert model.vocabulary.ids[7] in text(opened, "chosen-note")
    assert len(texts(opened, "#neighbours li")) == 10
    click(opened, "#start")
    for _ in range(5):
        click(opened, "#on")
    before = texts(opened, "#played li")
    assert len(before) == len(set(before)) == 6
    click(opened, "#skip")
    after = texts(opened, "#played li")
    assert after[:5] == before[:5]
    assert len(after) == 6
    assert after[5] != before[5]
    click(opened, "#export")
    file = tmp_path / "radio.m3u8"
    wait_for(file.exists)
    tracks = [wanted.ids[0] for wanted in read_playlist(file, Notes(file))]
    assert tracks[0] == model.vocabulary.ids[7]
    assert len(tracks) == 6
    assert set(tracks) <= set(model.vocabulary.ids)
    nothing_wrong(opened)


def test_neighbours_are_those_of_the_command_line(report: Callable[[], "Chrome"], finished: Project) -> None:
    from playlist2vec.recommend.loading import load

    recommender = load(finished.folder)
    opened = report()
    alike = 0
    for row in range(5):
        opened.execute_script("choose(arguments[0])", row)
        shown = texts(opened, "#neighbours button")
        expected = [recommender.catalogue.label(each.row) for each in recommender.similar(Row(row), 10)]
        alike += len(set(shown) & set(expected))
    assert alike >= 45


def test_the_radio_draws_from_what_comes_next_and_says_when_it_cannot(report: Callable[[], "Chrome"]) -> None:
    opened = report()
    script = (
        "rule.temperature = 0; rule.pull = 0; rule.cool_down = 1; startRadio(3); playOn(); playOn();"
        "return radio.played.map((row) => [row, ...nearest(following(row), () => true, 1)])"
    )
    steps = opened.execute_script(script)
    assert steps[0][0] == 3
    assert steps[1][0] == steps[0][1]
    assert texts(opened, "#played small") == []
    click(opened, "#played li:first-child button")
    best = texts(opened, "#next button")
    assert len(best) == 10
    assert texts(opened, "#played li button")[1] == best[0]
    opened.execute_script("next.fill(radio.played.at(-1)); playOn()")
    assert texts(opened, "#played small")[-1].startswith("by cosine: the songs that come next have been played or rest")
    nothing_wrong(opened)


def test_five_hundred_songs_keep_the_rules(report: Callable[[], "Chrome"], finished: Project) -> None:
    opened = report()
    songs = len(Model.load(finished.folder / "data/model").vocabulary)
    script = "startRadio(3); for (let n = 1; n < arguments[0]; n++) playOn(); return [radio.played, data.artist]"
    played, artist = opened.execute_script(script, min(500, songs))
    assert len(set(played)) == min(500, songs)
    notes = texts(opened, "#played li")
    for place in range(4, len(played)):
        heard = [artist[row] for row in played[place - 4 : place]]
        assert artist[played[place]] not in heard or "may come again" in notes[place]
    more = opened.execute_script("for (let n = 0; n < 1500; n++) playOn(); return radio.played.length")
    assert more == min(500, songs) + 1500
    nothing_wrong(opened)


def test_a_click_on_the_map_chooses_the_song_there(report: Callable[[], "Chrome"]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    opened = report()
    canvas = opened.find_element(By.ID, "canvas")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
    x, y, wide, high = opened.execute_script("return [...map.at(12), map.canvas.clientWidth, map.canvas.clientHeight]")
    expected = opened.execute_script("return label(map.under(...map.at(12)))")
    ActionChains(opened).move_to_element_with_offset(canvas, round(x - wide / 2), round(y - high / 2)).click().perform()
    assert text(opened, "chosen-title") == expected
    assert text(opened, "shown") == expected
    before = opened.execute_script("return map.scale")
    click(opened, "#closer")
    assert opened.execute_script("return map.scale") == pytest.approx(before * 1.6)
    ActionChains(opened).drag_and_drop_by_offset(canvas, 80, 30).perform()
    assert opened.execute_script("return map.x") != pytest.approx(0.5)
    assert text(opened, "chosen-title") == expected
    click(opened, "#all")
    assert opened.execute_script("return [map.scale, map.x]") == [1, 0.5]
    nothing_wrong(opened)


def test_with_the_keyboard_alone(report: Callable[[], "Chrome"]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    opened = report()
    opened.execute_script("document.getElementById('canvas').focus()")
    ActionChains(opened).send_keys("+", Keys.ARROW_LEFT).perform()
    assert opened.execute_script("return [map.scale > 1, map.x < 0.5]") == [True, True]
    opened.execute_script("document.getElementById('search').focus()")
    first = texts(opened, "script#data")[0]
    title = json.loads(first)["titles"][0]
    ActionChains(opened).send_keys(title, Keys.ARROW_DOWN, Keys.ENTER).perform()
    assert title in text(opened, "chosen-title")
    seen = []
    for _ in range(40):
        ActionChains(opened).send_keys(Keys.TAB).perform()
        seen.append(opened.execute_script("return document.activeElement.id"))
        if seen[-1] == "start":
            break
    ActionChains(opened).send_keys(Keys.ENTER).perform()
    assert len(texts(opened, "#played li")) == 1
    unnamed = opened.execute_script(
        "return [...document.querySelectorAll('button, input, audio, canvas')].filter((each) => !each.hidden && "
        "!each.textContent.trim() && !each.ariaLabel && !each.labels?.length).length"
    )
    assert unnamed == 0
    nothing_wrong(opened)


@pytest.mark.parametrize(
    "option", ["--blink-settings=preferredColorScheme=0", "--blink-settings=preferredColorScheme=1"]
)
def test_light_and_dark_have_contrast(finished: Project, tmp_path: Path, option: str) -> None:
    with browser(tmp_path, option) as opened:
        opened.get((finished.folder / "data/report/report.html").as_uri())
        colours = opened.execute_script(
            "const style = getComputedStyle(document.body); return [style.color, style.backgroundColor, "
            "getComputedStyle(document.querySelector('caption')).color]"
        )
    lights = [_luminance([int(part) for part in re.findall(r"\d+", colour)[:3]]) for colour in colours]
    for front in (lights[0], lights[2]):
        assert (max(front, lights[1]) + 0.05) / (min(front, lights[1]) + 0.05) >= 4.5
    assert (lights[1] < 0.5) == option.endswith("0")


def _luminance(colour: list[int]) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_hostile_names_are_text(tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    data = songs_data(asked(small_model(30), tracks_named(HOSTILE, 30)), 1)
    file.write_text(page(PARTS, data, ROOT / "playlist2vec/report/page"), "utf-8")
    with browser(tmp_path) as opened:
        opened.get(file.as_uri())
        opened.execute_script("choose(2); startRadio(2); playOn(); playOn()")
        assert opened.title == "x"
        assert "<img src=x" in text(opened, "chosen-title")
        assert texts(opened, "img") == []
        nothing_wrong(opened)


def test_without_a_network_it_says_so_once_and_goes_on(report: Callable[[], "Chrome"]) -> None:
    opened = report()
    opened.execute_script("startRadio(0)")
    click(opened, "#sound")
    wait_for(lambda: "Deezer cannot be reached from here" in text(opened, "sound-note"))
    opened.execute_script("playOn()")
    assert len(texts(opened, "#played li")) == 2
    assert opened.execute_script("return document.getElementById('sound').disabled")


class Answers(ThreadingHTTPServer):
    """Answers like Deezer's API by script, and serves a preview, under whatever name it is called."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.paths: list[str] = []
        self.preview = "https://cdn.dzcdn.net/preview.mp3"


class Handler(BaseHTTPRequestHandler):
    server: Answers

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        callback = re.search(r"callback=(\w+)", self.path)
        content = f'{callback[1]}({{"data":[{{"preview":"{self.server.preview}"}}]}})' if callback else ""
        self.send_response(200 if callback else 404)
        self.send_header("Content-Type", "application/javascript")
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: Any) -> None:
        return None


def make_certificate(folder: Path) -> None:
    needed_package("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(1)
    )
    certificate = builder.sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


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
            click(opened, "#sound")
            opened.execute_script("startRadio(0)")
            source = "return document.getElementById('audio').src"
            assert wait_for(lambda: opened.execute_script(source)) == "https://cdn.dzcdn.net/preview.mp3"
            assert re.match(r"/search\?limit=1&q=artist.*&output=jsonp&callback=answer1$", server.paths[0])
            assert not text(opened, "audio")
            server.preview = "https://elsewhere.example/x.mp3"
            opened.execute_script("playOn()")
            wait_for(lambda: text(opened, "sound-note") == "No preview of this song.")
            assert opened.execute_script(source) == "https://cdn.dzcdn.net/preview.mp3"
            assert texts(opened, "iframe[sandbox='allow-scripts']") == [""]
    finally:
        server.shutdown()


def test_twenty_thousand_songs_are_five_megabytes_and_fluid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The projection is tried elsewhere; here the songs stand where chance puts them."""
    songs = 20_000
    draws = np.random.default_rng(1)
    monkeypatch.setattr(
        "playlist2vec.report.songs.map_of",
        lambda unit, seed: draws.integers(0, 65_536, (len(unit), 2)).astype(np.uint16),
    )
    tracks = tracks_named("", songs)
    tracks.artist_names[:] = [f"An Artist of the Name {number % 6000}" for number in range(songs)]
    tracks.titles[:] = [f"A Song that Has the Number {number}" for number in range(songs)]
    file = tmp_path / "large.html"
    file.write_text(
        page(PARTS, songs_data(asked(small_model(songs, 100), tracks), 1), ROOT / "playlist2vec/report/page"),
        "utf-8",
    )
    size = file.stat().st_size / 1e6
    assert size < 5
    with browser(tmp_path) as opened:
        opened.get(file.as_uri())
        frame, neighbours = opened.execute_script(
            "const time = (act) => { const began = performance.now(); for (let n = 0; n < 10; n++) act(n); "
            "return (performance.now() - began) / 10; }; "
            "return [time((n) => { map.zoom(1.05); map.paint(); }), time((n) => { choose(n); })]"
        )
        type_into_search(opened, "number 12345")
        assert text(opened, "found") == "1 found"
        nothing_wrong(opened)
    print(f"20,000 songs: {size:.1f} MB, {frame:.0f} ms a frame of the map, {neighbours:.0f} ms to choose a song")
