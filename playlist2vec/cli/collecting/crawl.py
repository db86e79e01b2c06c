"""`playlist2vec crawl`: find tracks that may be shared, and playlists with them, at SoundCloud.

The command is not a stage, since answers from SoundCloud change. Results are kept in a file in the
folder, and the same command continues where it stopped, also after a kill. With `--export`, nothing
is asked, and the input of the source `soundcloud` is written.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import visible
from playlist2vec.cli.collecting.asking import STATE, client, declare_asking
from playlist2vec.cli.commands import Command, going_on, line_pause
from playlist2vec.cli.names import as_count
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.export import export, read_ids
from playlist2vec.online.crawling.removal import read_removed, remove
from playlist2vec.online.crawling.rounds import Round, crawl
from playlist2vec.online.crawling.settings import SCORES, CrawlSettings, read_settings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.crawling.statistics import COMMON, statistics
from playlist2vec.online.deezer.enrich import duration
from playlist2vec.online.soundcloud.calls import RESOLVE, SEARCH
from playlist2vec.online.soundcloud.client import UNTRIED, SoundCloud
from playlist2vec.sources.soundcloud.genres import Genres

if TYPE_CHECKING:
    from tqdm import tqdm

EXPORT = "export"
BAR = "{desc}: {n_fmt} calls{postfix}"


def _declare_crawl(command: argparse.ArgumentParser) -> None:
    declare_asking(
        command,
        "What remove.txt in the folder\nnames is neither kept nor asked for. Ctrl-C keeps what was "
        "found; the same command goes on from there.",
    )
    add = command.add_argument
    add(
        "--start",
        action="append",
        default=[],
        metavar="URL",
        help="a page to begin at: a playlist, track or user",
    )
    add("--search", action="append", default=[], metavar="TEXT", help="words to begin with")
    add(
        "--score",
        choices=SCORES,
        help="what is asked next: by gain, by the rule of 2021, or anything (default: arms)",
    )
    known = ", ".join(CrawlSettings().as_dict())
    pair = f"a setting of the crawl, kept to its end; may be given several times: {known}"
    add("--set", action="append", default=[], dest="settings", metavar="NAME=VALUE", help=pair)
    add(
        "--calls",
        type=as_count,
        metavar="N",
        help="stop after the round in which N calls are made in all",
    )
    every = "print statistics after every N rounds (default: 50)"
    add("--statistics-every", type=as_count, default=50, metavar="N", help=every)
    _declare_export(command)


def _declare_export(command: argparse.ArgumentParser) -> None:
    add, table = command.add_argument, Path("data/sources/soundcloud/genres.tsv")
    add(
        "--genres",
        type=Path,
        default=table,
        metavar="TSV",
        help=f"the table of genres (default: {table})",
    )
    add(
        "--export",
        action="store_true",
        help=f"ask nothing; write FOLDER/{EXPORT}, for soundcloud.crawl",
    )
    chosen = (
        "with --export: only the tracks of this table, such as data/soundcloud/set/attribution.tsv"
    )
    add("--tracks", type=Path, metavar="TSV", help=chosen)


def _crawl(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    removed = read_removed(folder)
    if arguments.tracks and not arguments.export:
        raise DataError(f"--tracks {arguments.tracks}: expected --export beside it")
    if arguments.export:
        with closing(CrawlState.open(folder / STATE, None)) as state:
            remove(state, removed)
            done = export(
                state,
                folder / EXPORT,
                removed,
                read_ids(arguments.tracks) if arguments.tracks else None,
            )
            print(f"crawl: {folder / EXPORT}: {done}")
        return 0
    soundcloud = client(arguments)
    genres = Genres.load(arguments.genres)
    with closing(_open(arguments)) as state:
        if gone := remove(state, removed):
            print(f"crawl: {gone:,} tracks and playlists removed", flush=True)
        return _crawl_and_keep(arguments, state, soundcloud, genres, removed)


def _open(arguments: argparse.Namespace) -> CrawlState:
    """Open the state of the crawl, or start a crawl."""
    path = arguments.folder / STATE
    starts = [
        *((RESOLVE, each) for each in arguments.start),
        *((SEARCH, each) for each in arguments.search),
    ]
    if not starts and not path.exists():
        raise DataError(f"{path}: no such file: expected --start or --search, to begin a crawl")
    pairs = [*arguments.settings, *([f"score={arguments.score}"] if arguments.score else [])]
    settings = read_settings(pairs) if pairs or not path.exists() else None
    arguments.folder.mkdir(parents=True, exist_ok=True)
    return CrawlState.open(path, settings, starts)


def _crawl_and_keep(
    arguments: argparse.Namespace,
    state: CrawlState,
    soundcloud: SoundCloud,
    genres: Genres,
    removed: Removals,
) -> int:
    """Crawl under a progress bar, print a summary, and return the exit code."""
    from tqdm import tqdm

    begun = state.counts()["calls"]
    bar: tqdm[Any] = tqdm(desc="crawl", initial=begun, mininterval=line_pause(), bar_format=BAR)
    with going_on("crawl") as end, bar:
        rounds = crawl(
            state, soundcloud.ask, genres, removed, threads=arguments.threads, progress=bar.update
        )
        _watch(rounds, state, bar, arguments)
    if not end.code and not (state.counts()["tracks"] or state.counts()["playlists"]):
        end.code = 1
        begun_at = ", ".join(text for _, text in state.meta("starts"))
        line = f"{arguments.folder / STATE}: nothing was found at the start, {begun_at}"
        expected = "expected other pages, and this file deleted or another folder"
        print(visible(f"crawl: {line}: {expected}"), file=sys.stderr)
    for line in [*statistics(state), UNTRIED]:
        print(visible(f"crawl: {line}"))
    return end.code


def _watch(
    rounds: Iterator[Round], state: CrawlState, bar: "tqdm[Any]", arguments: argparse.Namespace
) -> None:
    """Show the progress of the rounds, up to the requested number of calls."""
    start, begun = time.monotonic(), state.counts()["calls"]
    if arguments.calls and begun >= arguments.calls:
        return
    for number, _ in enumerate(rounds, start=1):
        counts = state.counts()
        rate = (counts["calls"] - begun) / max(time.monotonic() - start, 1e-9)
        common = sum(n >= COMMON for n in state.genres().values())
        shown = [
            f"{counts['tracks']:,} tracks",
            f"{counts['tracks that count']:,} free",
            f"{common} genres",
            f"{rate:.1f} calls/s",
        ]
        if arguments.calls:
            left = max(0, arguments.calls - counts["calls"])
            shown.append(f"{duration(left / min(rate, arguments.per_second))} left")
        bar.set_postfix_str(", ".join(shown), refresh=False)
        if number % arguments.statistics_every == 0:
            for line in statistics(state):
                bar.write(visible(f"crawl: {line}"))
        if arguments.calls and counts["calls"] >= arguments.calls:
            return


COMMANDS = {"crawl": Command(_declare_crawl, _crawl)}
