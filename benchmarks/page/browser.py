"""A headless Chromium with a window of a given size."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playlist2vec.base.errors import DataError

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@contextmanager
def browser(size: tuple[int, int], *, dark: bool = False) -> Iterator["Chrome"]:
    """Open a browser with pages of `size` pixels, across and down.

    Raises DataError if there is no browser.
    """
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        raise DataError(
            "no chromium and chromedriver: expected both, and `make setup EXTRAS=test-all`"
        )
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    chosen = ChromeOptions()
    chosen.binary_location = program
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", scheme):
        chosen.add_argument(option)
    opened = Chrome(options=chosen, service=Service(driver))
    try:
        across, down = size
        metrics = {"width": across, "height": down, "deviceScaleFactor": 1, "mobile": across < 600}
        opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        opened.set_script_timeout(300)
        yield opened
    finally:
        opened.quit()
