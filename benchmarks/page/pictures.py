"""`python -m benchmarks.page.pictures NAME=report.html ...`: take a picture of every view of pages.

It needs selenium, chromium and chromedriver, and writes docs/pictures/NAME-VIEW.png.
"""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.page.browser import browser

FOLDER = Path("docs/pictures")
DESK, PHONE = (1440, 900), (390, 844)
FILL = (
    "change(data.ids.map((_, row) => row).filter((row) => [3, 8, 21].includes(row)), ''); "
    "choose(state.mine[1]);"
)
VIEWS = {
    "try": (DESK, FILL),
    "scores": (DESK, "showView('scores')"),
    "runs": (DESK, "showView('runs')"),
    "data": (DESK, "showView('about')"),
    "phone": (PHONE, f"{FILL} element('part-coming').click()"),
}
"""Size and script of every picture."""


def take(page: Path, name: str, *, dark: bool = False) -> list[Path]:
    """Write the pictures of a page; return the paths."""
    written = []
    for view, (size, script) in VIEWS.items():
        with browser(size, dark=dark) as opened:
            opened.get(page.absolute().as_uri())
            opened.execute_script(script)
            time.sleep(0.5)  # until requested frames are drawn
            path = FOLDER / f"{name}-{view}.png"
            opened.save_screenshot(str(path))
            written.append(path)
    return written


def main() -> None:
    """Take the pictures of the named pages."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.page.pictures", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "pages", nargs="+", metavar="NAME=FILE", help="a name and the page of a run"
    )
    parser.add_argument(
        "--dark", action="store_true", help="as a visitor with a dark screen sees it"
    )
    arguments = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    for each in arguments.pages:
        name, _, file = each.partition("=")
        if not Path(file).is_file():
            sys.exit(f"pictures: {each}: expected NAME=FILE, the page of a finished run")
        for path in take(Path(file), name, dark=arguments.dark):
            print(f"{path}: {path.stat().st_size / 1e3:.0f} KB")


if __name__ == "__main__":
    main()
