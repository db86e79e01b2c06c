"""`python -m benchmarks.engines`: compare engines for the preparation of playlists.

The local engine and engines for several machines run the unchanged stages from `ingest` to `split`
on the same invented slices in the form of Spotify's Million Playlist Dataset. Only the mapping of
functions over items differs. A candidate that is not installed is left out with a line.
"""

import argparse
import importlib.util
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import stages  # noqa: F401 -- pins numeric libraries to one thread, before any of them is imported
from benchmarks.engines.preparation import prepare
from benchmarks.engines.table import PACKAGES, as_text
from benchmarks.engines.watching import measured
from benchmarks.machine import machine
from benchmarks.measuring import note

ENTRIES_A_PLAYLIST = 66.4
RUNS = (("local", 1), ("local", 2), ("dask", 1), ("dask", 2), ("ray", 2), ("spark", 2))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.engines", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--entries", type=float, default=1e7, help="about so many (10000000)")
    parser.add_argument(
        "--slices", type=Path, help="a folder with slices instead of newly made ones"
    )
    parser.add_argument("--only", default=",".join(PACKAGES), help="candidates to run")
    parser.add_argument(
        "--run",
        nargs=4,
        metavar=("CANDIDATE", "WORKERS", "SLICES", "FOLDER"),
        help=argparse.SUPPRESS,
    )
    given = parser.parse_args()
    if given.run:
        candidate, workers, slices, folder = given.run
        cost = prepare(candidate, int(workers), Path(slices), Path(folder))
        (Path(folder) / "answer.json").write_text(json.dumps(cost), encoding="utf-8")
        return
    there = [each for each in PACKAGES if each in given.only.split(",") and _is_there(each)]
    if not there:
        parser.error(
            f"--only {given.only}: expected some of {','.join(PACKAGES)} that are installed"
        )
    with TemporaryDirectory(prefix="slices-") as made:
        slices = given.slices or _slices(Path(made), round(given.entries / ENTRIES_A_PLAYLIST))
        runs = [
            measured(candidate, workers, slices)
            for candidate, workers in RUNS
            if candidate in there
        ]
    print(f"{machine()}\n\n{as_text(runs)}")


def _is_there(candidate: str) -> bool:
    """Return True if a candidate is installed; print the missing part otherwise."""
    if PACKAGES[candidate] and importlib.util.find_spec(PACKAGES[candidate]) is None:
        note(
            f"{candidate}: {PACKAGES[candidate]} is not installed: `make bench-engines` installs it"
        )
        return False
    if candidate == "spark" and shutil.which("java") is None:
        note("spark: there is no java: it needs a JVM of version 17 or later")
        return False
    return True


def _slices(folder: Path, playlists: int) -> Path:
    from benchmarks.data.mpd_slices import shape_of, write_slices

    note(f"{playlists:,} playlists are written")
    write_slices(folder / "slices", shape_of(playlists, indent=None), workers=2)
    return folder / "slices"


if __name__ == "__main__":
    main()
