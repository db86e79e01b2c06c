"""A headless Chromium for tests of pages: what is shown, what is typed and clicked, what is asked
of whom.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tests.conftest import needed, needed_package

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

Found = TypeVar("Found")


@contextmanager
def browser(folder: Path, *options: str) -> Iterator["Chrome"]:
    """A headless Chromium that keeps a log of its console and of all requests; downloads go into
    `folder`.
    """
    needed_package("selenium")
    program, driver = needed("chromium"), needed("chromedriver")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    chosen = ChromeOptions()
    chosen.binary_location = program
    for option in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1200,900",
        *options,
    ):
        chosen.add_argument(option)
    chosen.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chosen.add_experimental_option("prefs", {"download.default_directory": str(folder)})
    opened = Chrome(options=chosen, service=Service(driver))
    opened.set_script_timeout(300)
    try:
        yield opened
    finally:
        opened.quit()


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
    complaints = [entry["message"] for entry in _log(opened, "browser")]
    assert complaints == [], complaints
    requests = [
        message["params"]["request"]["url"]
        for message in (
            json.loads(entry["message"])["message"] for entry in _log(opened, "performance")
        )
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert [
        url for url in requests if not url.startswith(("file:", "blob:", "data:", "about:", *asked))
    ] == []
