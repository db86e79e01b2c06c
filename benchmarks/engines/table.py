"""The table of candidates, and the disk space of packages."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from tabulate import tabulate

from benchmarks.engines.watching import Run

PACKAGES = {"local": "", "dask": "distributed", "ray": "ray", "spark": "pyspark"}
"""The package needed by a candidate."""


def installed(package: str) -> float:
    """Return the MB on disk of a package and its dependencies, beyond those of the project."""
    own = _needed("playlist2vec")
    return sum(_size(name) for name in _needed(package) - own)


def _needed(package: str) -> set[str]:
    found: set[str] = set()
    waiting = [package]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        found.add(name)
        needed = [Requirement(each) for each in requires]
        waiting += [
            each.name
            for each in needed
            if each.marker is None or each.marker.evaluate({"extra": ""})
        ]
    return found


def _size(name: str) -> float:
    files = [Path(str(file.locate())) for file in distribution(name).files or []]
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


def as_text(runs: list[Run]) -> str:
    """Return the table."""
    first = runs[0]
    lines = []
    for run in runs:
        packages = PACKAGES[run.candidate]
        lines.append(
            [
                f"{run.candidate}, {run.workers}",
                f"{run.startup:.1f}",
                *(f"{seconds:.1f}" for seconds in run.seconds.values()),
                f"{sum(run.seconds.values()):.1f}",
                f"{run.cpu:.1f}",
                f"{run.driver:.0f}",
                f"{run.others:.0f}",
                f"{installed(packages):.0f}" if packages else "0",
                "yes" if run.digest == first.digest else "NO",
            ]
        )
    headers = [
        "engine, workers",
        "start",
        *first.seconds,
        "all",
        "CPU",
        "driver MB",
        "others MB",
        "installed MB",
        "same bytes",
    ]
    return tabulate(lines, headers=headers, tablefmt="simple", disable_numparse=True)
