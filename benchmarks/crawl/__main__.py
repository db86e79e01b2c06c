"""`python -m benchmarks.crawl`: compare policies of a crawl on generated worlds, offline.

A line is a world, a policy, and a cost of lists: lists name all tracks of their playlists, or the
missing tracks take a call per playlist. The figures follow after a number of calls, from the least
to the most over crawls with different starts. They are: tracks that count (free, heard whole and
liked by some, with a picture and a genre); the worst ratio of their number to that of `seed` from
the same start; playlists with two such tracks or more; genres with 20 or more.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from tabulate import tabulate

from benchmarks.crawl.policies import POLICIES, Found, run
from benchmarks.data.soundcloud_shapes import WORLDS, generate
from benchmarks.data.soundcloud_world import World
from benchmarks.measuring import ROOT
from playlist2vec.online.crawling.settings import SEED
from playlist2vec.sources.soundcloud.genres import Genres

LISTS = {"name all": True, "cost a call": False}
"""True where lists name all tracks of a playlist, by the words of the table."""


class Case(NamedTuple):
    """A crawl of the table. `lists`: a key of LISTS. `drawn`: the seed of the world."""

    world: str
    lists: str
    policy: str
    seed: int
    tracks: int
    drawn: int
    calls: tuple[int, ...]


def main() -> None:
    """Print the table."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=about)
    parser.add_argument(
        "--tracks", type=int, default=2_000_000, help="of each world (default: 2 million)"
    )
    parser.add_argument("--worlds", nargs="+", choices=WORLDS, default=list(WORLDS))
    parser.add_argument("--drawn", type=int, default=2, help="the seed of the worlds (default: 2)")
    parser.add_argument("--lists", nargs="+", choices=LISTS, default=list(LISTS))
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[2, 3, 4], help="of the crawls (default: 2 3 4)"
    )
    parser.add_argument(
        "--calls", type=int, nargs="+", default=[2000, 10_000], help="after so many calls"
    )
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=list(POLICIES))
    parser.add_argument("--jobs", type=int, default=2, help="crawls at once (default: 2)")
    given = parser.parse_args()
    calls = tuple(sorted(given.calls))
    cases = [
        Case(*each, given.tracks, given.drawn, calls)
        for each in product(given.worlds, given.lists, given.policies, given.seeds)
    ]
    found = {}
    with ProcessPoolExecutor(given.jobs) as pool:
        for case, each in zip(cases, pool.map(_run, cases), strict=True):
            found[case] = each
            print(*case[:4], *each, file=sys.stderr, flush=True)
    print(_table(found, calls))


@cache
def _genres() -> Genres:
    return Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")


@lru_cache(1)
def _world(name: str, tracks: int, drawn: int) -> World:
    names = sorted(set(_genres().genre_of.values()) - {""})
    return generate(replace(WORLDS[name], tracks=tracks), names, drawn)


def _run(case: Case) -> list[Found]:
    world = replace(_world(case.world, case.tracks, case.drawn), stubs=LISTS[case.lists])
    return run(world, case.policy, case.calls, case.seed, _genres())


def _table(found: dict[Case, list[Found]], calls: Sequence[int]) -> str:
    """Return the table of all crawls, a line for crawls that differ in the seed only."""
    lines: dict[tuple[str, str, str], list[Case]] = {}
    for case in found:
        lines.setdefault(case[:3], []).append(case)
    rows = [
        (
            *line,
            *(
                text
                for place in range(len(calls))
                for text in (
                    _span([found[case][place].tracks for case in cases]),
                    _worst(found, cases, place),
                    _span([found[case][place].playlists for case in cases]),
                    _span([found[case][place].genres for case in cases]),
                )
            ),
        )
        for line, cases in lines.items()
    ]
    columns = [
        text
        for n in calls
        for text in (f"tracks, {n:,} calls", "times seed", "playlists", "genres")
    ]
    return tabulate(rows, ["world", "lists", "policy", *columns], tablefmt="github")


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _worst(found: dict[Case, list[Found]], cases: Sequence[Case], place: int) -> str:
    """Return the least ratio of found tracks to those of `seed`, with the crawl's seed.

    The text is empty without a crawl by `seed`.
    """
    ratios = [
        (found[case][place].tracks / max(1, found[rival][place].tracks), case.seed)
        for case in cases
        if (rival := case._replace(policy=SEED)) in found
    ]
    return "{:.1f} (crawl {})".format(*min(ratios)) if ratios else ""


if __name__ == "__main__":
    main()
