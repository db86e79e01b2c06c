"""`python -m benchmarks.scale`: measure the stages on invented playlists of growing size.

The playlists have the form of Spotify's, generated beforehand as slices of JSON. Every stage runs
in a process of its own, as dvc.yaml says.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import psutil
import yaml

from benchmarks.chain import make_project
from benchmarks.child import peak_megabytes
from benchmarks.commands import stage_arguments
from benchmarks.machine import machine
from benchmarks.measuring import ROOT, note

PREPARING = ("source", "ingest", "statistics", "filter", "vocabulary", "split")
STEPS = (*PREPARING, "train", "evaluate", "baselines", "blend", "slices")
ENTRIES = 66.4
"""Mean entries of a playlist."""
SAMPLED = 0.1
"""Seconds between two samples of the memory of a stage's processes."""


@dataclass(frozen=True)
class Took:
    """The cost of a stage.

    `wall`, `cpu`: seconds, workers included. `largest`: peak MB of its largest process. `together`:
    peak MB of all its processes together; shared memory counts for every process.
    """

    wall: float
    cpu: float
    largest: float
    together: float


@dataclass(frozen=True)
class Place:
    """A project in `folder` whose data set has `entries` entries and `tracks` different tracks.

    `bytes`: of JSON.
    """

    folder: Path
    entries: int
    tracks: int
    bytes: int


@dataclass(frozen=True)
class Column:
    """A column of the table: a size, and the cost of every step."""

    place: Place
    took: dict[str, Took]


def main(arguments: list[str]) -> str:
    """Measure the sizes and steps chosen on the command line; return the text to print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--entries",
        type=float,
        nargs="+",
        default=[1e5, 1e6, 1e7, 1e8],
        help="sizes (1e5 1e6 1e7 1e8)",
    )
    parser.add_argument(
        "--steps", nargs="+", choices=STEPS, default=STEPS, help="stages to run (all of them)"
    )
    parser.add_argument(
        "--songs", type=int, help="different tracks in each size (as many as grow with it)"
    )
    parser.add_argument(
        "--set",
        metavar="SECTION.KEY=VALUE",
        nargs="+",
        default=[],
        help="parameters (train.epochs=1 train.curve_pairs=0)",
    )
    parser.add_argument(
        "--folder",
        help="a place with room for 400 bytes an entry (the system's for temporary files)",
    )
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="scale-", dir=chosen.folder) as folder:
        columns = []
        for size in chosen.entries:
            with generated(Path(folder), size, chosen.songs, chosen.set) as place:
                columns.append(
                    Column(place, {step: run_stage(place, step) for step in chosen.steps})
                )
    changed = " ".join(["train.epochs=1 train.curve_pairs=0", *chosen.set])
    how = f"Parameters as committed, but for the sizes of the split and {changed}"
    return "\n\n".join([machine(), how, as_text(columns, chosen.steps)])


@contextmanager
def generated(
    folder: Path, entries: float, songs: int | None, changes: list[str]
) -> Iterator[Place]:
    """Yield a project with slices of about `entries` entries; delete both afterwards.

    `songs`: the number of different tracks; None for as many as in real data of the same size.
    `changes`: parameters, as `section.key=value`.
    """
    here = folder / f"{entries:.0e}"
    playlists = max(300, round(entries / ENTRIES))
    began = time.monotonic()
    # In a process of its own, since a stage starts with the peak memory of this process.
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.data.mpd_slices",
            str(here / "slices"),
            "--playlists",
            f"{playlists}",
            "--compact",
        ]
        + ([] if songs is None else ["--songs", f"{songs}"]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"([\d,]+) entries, ([\d,]+) different tracks, ([\d,]+) bytes", made.stdout)
    if found is None:
        raise ValueError(f"unexpected: {made.stdout}")
    count, tracks, size = (int(number.replace(",", "")) for number in found.groups())
    note(f"{count:,} entries, {size / 1e9:.1f} GB, generated in {time.monotonic() - began:.0f} s")
    make_project(here, _params(here / "slices", min(10_000, playlists // 10), changes))
    try:
        yield Place(here / "project", count, tracks, size)
    finally:
        shutil.rmtree(here)


def _params(slices: Path, pairs: int, changes: list[str]) -> dict[str, Any]:
    params: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params["dataset"] = "spotify_mpd"
    params["spotify_mpd"]["slices"] = str(slices)
    params["split"] |= {"validation": pairs, "test": pairs}
    params["train"] |= {"epochs": 1, "curve_pairs": 0}
    for change in changes:
        name, _, value = change.partition("=")
        section, _, key = name.partition(".")
        params[section][key] = yaml.safe_load(value)
    return params


def run_stage(place: Place, name: str) -> Took:
    """Run a stage as dvc.yaml says, in a process of its own; return the cost."""
    params = yaml.safe_load((place.folder / "params.yaml").read_text("utf-8"))
    words = [sys.executable, "-m", f"stages.{name}", *stage_arguments(name, params)]
    return measured(words, place.folder, name)


def measured(words: list[str], folder: Path, name: str) -> Took:
    """Run a stage's command in `folder`, and return the cost; exit if the stage fails."""
    began = time.monotonic()
    stage = subprocess.Popen(
        words, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr
    )
    with memory_of(stage.pid) as together:
        _, status, used = os.wait4(stage.pid, 0)
    stage.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"bench: the stage {name} ended with {stage.returncode}, see above")
    wall = time.monotonic() - began
    took = Took(
        wall,
        used.ru_utime + used.ru_stime,
        peak_megabytes(used.ru_maxrss),
        max(together, default=0) / 1e6,
    )
    note(
        f"{name}: {took.wall:.1f} s, {took.cpu:.1f} s CPU, {took.largest:.0f} MB, "
        f"{took.together:.0f} MB together"
    )
    return took


@contextmanager
def memory_of(process: int) -> Iterator[list[int]]:
    """Yield a list that grows by the resident bytes of a process and all its children.

    Sampling ends with the block.
    """
    sums: list[int] = []
    ended = Event()

    def sample() -> None:
        while not ended.wait(SAMPLED):
            try:
                first = psutil.Process(process)
                sums.append(
                    sum(each.memory_info().rss for each in (first, *first.children(recursive=True)))
                )
            except psutil.NoSuchProcess:
                continue

    thread = Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield sums
    finally:
        ended.set()
        thread.join()


def as_text(columns: list[Column], steps: tuple[str, ...]) -> str:
    """Return a Markdown table: seconds, microseconds of CPU per entry, and MB, by step and size."""
    header = ["", *(f"{column.place.entries:,}" for column in columns)]
    rows = [
        ["different tracks", *(f"{column.place.tracks:,}" for column in columns)],
        ["bytes of JSON", *(f"{column.place.bytes:,}" for column in columns)],
        *(
            [step, *(cell(column.took[step], column.place.entries) for column in columns)]
            for step in steps
        ),
    ]
    caption = (
        "seconds by the clock; microseconds of CPU an entry; MB of the largest process, of all "
        "together"
    )
    return f"{caption}:\n\n{markdown([header, *rows])}"


def cell(took: Took, entries: int) -> str:
    """Return the cost of a stage as a cell of the table."""
    return (
        f"{took.wall:.1f} s; {1e6 * took.cpu / entries:.2f} µs; {took.largest:.0f}, "
        f"{took.together:.0f} MB"
    )


def markdown(cells: list[list[str]]) -> str:
    """Return a table with aligned columns, the first row above the line."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in cells]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


if __name__ == "__main__":
    print(main(sys.argv[1:]))
