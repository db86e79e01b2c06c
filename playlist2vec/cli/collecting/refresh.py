"""`playlist2vec refresh`: ask again for all tracks of a crawl, so that what was deleted since then leaves.

The same command goes on where it stopped, also after a kill.
"""

import argparse
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from playlist2vec.cli.collecting.asking import STATE, client, declare_asking
from playlist2vec.cli.commands import Command
from playlist2vec.online.crawling.removal import read_removed, remove
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.scraping.folder import SCRAPED, tidy
from playlist2vec.online.scraping.queue import prepare
from playlist2vec.online.scraping.refreshing import refresh
from playlist2vec.online.scraping.rules import NONE
from playlist2vec.online.soundcloud.client import UNTRIED

BAR = "{desc}: {n_fmt} of {total_fmt} tracks{postfix}"


def _declare_refresh(command: argparse.ArgumentParser) -> None:
    declare_asking(
        command,
        "Tracks that were deleted or made\nprivate, or lost their free licence, leave the crawl and the manifest, and "
        "their files are deleted. Run it before\na data set is handed on.",
    )


def _refresh(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    folder: Path = arguments.folder
    removed = read_removed(folder)
    soundcloud = client(arguments)
    code, found = 0, Counter[str]()
    with closing(CrawlState.open(folder / STATE, None)) as state:
        gone = remove(state, removed)
        prepare(state, NONE, retry=False)
        total = state.rows("SELECT count(*) FROM tracks")[0][0]
        pause = 0.1 if sys.stderr.isatty() else 30.0  # a log gets a line now and then
        bar: tqdm[Any]
        try:
            with tqdm(desc="refresh", total=total, mininterval=pause, bar_format=BAR) as bar:
                for counts in refresh(state, soundcloud, threads=arguments.threads):
                    found.update(counts)
                    bar.update(counts["asked"])
        except (KeyboardInterrupt, DataError) as error:
            stopped = isinstance(error, KeyboardInterrupt)
            code = 130 if stopped else 1
            why = "stopped" if stopped else as_line(error)
            print(f"refresh: {why}; the same command goes on from here", file=sys.stderr)
        files = tidy(state, folder / SCRAPED)
    print(
        f"refresh: {found['asked']:,} tracks asked for: {found['kept']:,} kept, {found['deleted']:,} deleted, "
        f"{found['private']:,} private, {found['licence']:,} without their free licence, {found['unanswered']:,} "
        "without an answer, which stay"
    )
    print(
        f"refresh: {found['withdrawn']:,} of the kept are blocked or a preview now, and their sound left; "
        f"{gone:,} tracks and playlists removed by remove.txt; {files:,} files deleted"
    )
    print(f"refresh: {UNTRIED}")
    return code


COMMANDS = {"refresh": Command(_declare_refresh, _refresh)}
