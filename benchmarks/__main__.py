"""`python -m benchmarks`: print a table of speed and memory, on generated data."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.machine import machine
from benchmarks.rows.registry import ROWS, measure_rows
from benchmarks.rows.row import Workplace
from benchmarks.rows.table import as_text


def main(arguments: list[str]) -> str:
    """Measure the rows chosen on the command line; return the text to print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", metavar="ROW[,ROW]", default=",".join(ROWS), help="rows to measure"
    )
    parser.add_argument(
        "--scale", metavar="PLAYLISTS", type=int, default=100_000, help="playlists (100000)"
    )
    parser.add_argument(
        "--repeats", metavar="TIMES", type=int, default=3, help="median of so many runs (3)"
    )
    chosen = parser.parse_args(arguments)
    numbers = chosen.only.split(",")
    unknown = [number for number in numbers if number not in ROWS]
    if unknown:
        parser.error(f"--only {unknown[0]}: expected some of {','.join(ROWS)}")
    if chosen.scale < 300:
        parser.error(f"--scale {chosen.scale}: expected 300 or more")
    with TemporaryDirectory(prefix="benchmark-") as folder:
        rows = measure_rows(numbers, Workplace(Path(folder), chosen.scale, max(1, chosen.repeats)))
    how = (
        f"CPU seconds, user and system, and peak MB of the process; median of {chosen.repeats} "
        "unless said otherwise"
    )
    return f"{machine()}\n{how}\n\n{as_text(rows)}"


if __name__ == "__main__":
    print(main(sys.argv[1:]))
