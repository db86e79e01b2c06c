"""`python -m benchmarks.printed [PAGE ...]`: compare the output shown in pages with real output.

It runs the commands of all blocks in a clone of the last commit, in about five minutes. `--write`
puts the new output into the pages of this folder.
"""

import argparse
import difflib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measuring import ROOT
from benchmarks.printed.blocks import BLOCK
from benchmarks.printed.checkout import README, Checkout
from playlist2vec.base.files import write_text


def pages() -> list[str]:
    """Return the pages that have blocks, README.md first."""
    paths = [README, *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))]
    return [path for path in paths if BLOCK.search((ROOT / path).read_text("utf-8"))]


def changes(named: list[str], *, write: bool) -> list[str]:
    """Return the changed lines of the named pages; with `write` the pages are written."""
    lines: list[str] = []
    with TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder) / "playlist2vec")
        for page in named:
            old = (ROOT / page).read_text("utf-8")
            new = checkout.renewed(page, old)
            lines += difflib.unified_diff(
                old.splitlines(), new.splitlines(), page, page, lineterm=""
            )
            if write and new != old:
                write_text(ROOT / page, new)
    return lines


def main() -> int:
    """Run the command line; return the exit code, 1 if a page differs and is not written."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.printed",
        description="Compare the output in README.md and docs/ with what commands print.",
    )
    parser.add_argument(
        "pages", nargs="*", metavar="PAGE", help="without any: all that have blocks"
    )
    parser.add_argument("--write", action="store_true", help="put what is printed into the pages")
    arguments = parser.parse_args()
    if unknown := set(arguments.pages) - set(pages()):
        parser.error(f"{sorted(unknown)[0]}: expected one of {', '.join(pages())}")
    lines = changes(arguments.pages or pages(), write=arguments.write)
    print("\n".join(lines))
    return 1 if lines and not arguments.write else 0


if __name__ == "__main__":
    sys.exit(main())
