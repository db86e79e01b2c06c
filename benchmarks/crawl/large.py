"""`python -m benchmarks.crawl.large`: measure a crawl whose state holds a million tracks.

CPU milliseconds of a round of 20 calls, with the answers' content kept in the state, without making
the answers: for the plan alone, for a round with empty answers, and for a round with the answers of
a generated world. Seconds from the file to the first plan, and peak memory of the process that
continues from the file. The state holds the tracks found in a generated world, and copies of them
under other ids, whose calls promise next to nothing.
"""

import argparse
import resource
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tabulate import tabulate

from benchmarks.child import peak_megabytes
from benchmarks.data.soundcloud_shapes import FLAT, generate
from benchmarks.data.soundcloud_world import World
from benchmarks.measuring import ROOT
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.absorbing import Absorber
from playlist2vec.online.crawling.bodies import genre_finder
from playlist2vec.online.crawling.planning import Plan, Planned, plan_round
from playlist2vec.online.crawling.settings import CrawlSettings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.soundcloud.answers import CallError, Reply
from playlist2vec.online.soundcloud.calls import MOST_IDS, PLAYLISTS, RESOLVE, Call, tracks_call
from playlist2vec.sources.soundcloud.genres import Genres

FOUND = 30_000
"""Tracks of the world requested by id; playlists show further tracks."""
APART = 1 << 42
"""A number above all ids of a world."""
ROUNDS = 50
"""Measured rounds of every kind."""
COPIES = (
    "INSERT INTO tracks SELECT id + ?, uploader, free, okay, counts, genre, body "
    "FROM tracks WHERE id < ?",
    "INSERT INTO playlists SELECT id + ?, maker, visited, seen, entries, body "
    "FROM playlists WHERE id < ?",
    "INSERT INTO calls SELECT kind, subject + ?, promise * 1e-6, tie, page, pages, state "
    "FROM calls WHERE subject < ?",
)
"""Statements that copy rows to other ids: an offset, and the bound of the ids to copy."""
Answered = list[Reply | CallError]


def main() -> None:
    """Print the table."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl.large", description=about)
    parser.add_argument(
        "--tracks", type=int, default=1_000_000, help="in the state (default: a million)"
    )
    given = parser.parse_args()
    genres = Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")
    # The pool starts first, since a process starts with the peak memory of its parent.
    with get_context("spawn").Pool(1) as pool, TemporaryDirectory() as folder:
        pool.apply(int)
        world = generate(FLAT, sorted(set(genres.genre_of.values()) - {""}), 1)
        path = Path(folder) / "state.sqlite"
        state = CrawlState.open(path, CrawlSettings(), [(RESOLVE, world.start(1))])
        _fill(state, world, genres)
        _multiply(state, given.tracks)
        rounds = [
            _measured(state, genres, answer) for answer in (lambda call: _answer(world, call), None)
        ]
        state.close()
        seconds, memory, tracks, calls_open = pool.apply(_gone_on, (str(path), genres))
        size = path.stat().st_size
    row = {
        "tracks": f"{tracks:,}",
        "calls": f"{calls_open:,}",
        "MB": size / 1e6,
        "plan, ms": rounds[1][0],
        "no answers, ms": rounds[1][1],
        "answers, ms": rounds[0][1],
        "go on, s": seconds,
        "peak, MB": memory,
    }
    print(tabulate([row], "keys", tablefmt="github", floatfmt=".1f"))


def _fill(state: CrawlState, world: World, genres: Genres) -> None:
    """Request FOUND tracks of the world by id, and some of their playlists."""
    keep = _keeper(state, genres)
    for first in range(1, FOUND, MOST_IDS * 20):
        calls = [_ids(start) for start in range(first, first + MOST_IDS * 20, MOST_IDS)]
        calls.append(_lists(first))
        keep(Plan(calls), [_answer(world, each.call) for each in calls])


def _multiply(state: CrawlState, tracks: int) -> None:
    """Copy the found tracks until there are `tracks` of them."""
    with state.transaction():
        ((there,),) = state.rows("SELECT count(*) FROM tracks")
        for number in range(1, -(-tracks // there)):
            values = (number * APART, APART)
            for statement in COPIES:
                state.connection.execute(statement, values)


def _ids(start: int) -> Planned:
    ids = list(range(start, start + MOST_IDS))
    return Planned(tracks_call(ids), tuple(ids), 0.1)


def _lists(track: int) -> Planned:
    return Planned(Call(PLAYLISTS, str(track)), (track,), 0.1)


def _answer(world: World, call: Call) -> Reply | CallError:
    try:
        return world.ask(call)
    except CallError as error:
        return error


def _keeper(state: CrawlState, genres: Genres) -> Callable[[Plan, Answered], None]:
    genre_of = genre_finder(genres)
    number = len(set(genres.genre_of.values()) - {""})

    def keep(plan: Plan, answers: Answered) -> None:
        with state.transaction():
            absorber = Absorber(state, genre_of, number, Removals())
            for place, (planned, answer) in enumerate(zip(plan.calls, answers, strict=True)):
                absorber.add(place, planned, answer)
            absorber.finish(plan.visit)

    return keep


def _measured(
    state: CrawlState, genres: Genres, answer: Callable[[Call], Reply | CallError] | None
) -> tuple[float, float]:
    """Return the CPU milliseconds of a plan, and of a whole round."""
    keep = _keeper(state, genres)
    planning = keeping = 0.0
    for _ in range(ROUNDS):
        start = time.process_time()
        plan = plan_round(state)
        planning += time.process_time() - start
        answers: Answered = [
            answer(each.call) if answer else Reply([], [], []) for each in plan.calls
        ]
        start = time.process_time()
        keep(plan, answers)
        keeping += time.process_time() - start
    return 1000 * planning / ROUNDS, 1000 * (planning + keeping) / ROUNDS


def _gone_on(path: str, genres: Genres) -> tuple[float, float, int, int]:
    """Return seconds from the file to a plan, peak memory after some rounds, tracks and calls."""
    start = time.perf_counter()
    state = CrawlState.open(path, None)
    plan_round(state)
    seconds = time.perf_counter() - start
    _measured(state, genres, None)
    memory = peak_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    ((tracks, calls),) = state.rows(
        "SELECT (SELECT count(*) FROM tracks), (SELECT count(*) FROM calls)"
    )
    return seconds, memory, tracks, calls


if __name__ == "__main__":
    main()
