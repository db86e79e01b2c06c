"""`playlist2vec refresh`: ask again for all tracks of a crawl, and remove deleted tracks.

The same command continues where it stopped, also after a kill.
"""

import argparse
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from playlist2vec.cli.collecting.asking import STATE, client, declare_asking
from playlist2vec.cli.commands import Command, going_on, line_pause
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
        "Tracks that were deleted or made\nprivate, or lost their free licence, leave the crawl "
        "and the manifest, and their files are deleted. Run it before\na data set is handed on.",
    )


def _refresh(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    folder: Path = arguments.folder
    removed = read_removed(folder)
    soundcloud = client(arguments)
    found = Counter[str]()
    with closing(CrawlState.open(folder / STATE, None)) as state:
        gone = remove(state, removed)
        prepare(state, NONE, retry=False)
        total = state.rows("SELECT count(*) FROM tracks")[0][0]
        bar: tqdm[Any] = tqdm(desc="refresh", total=total, mininterval=line_pause(), bar_format=BAR)
        with going_on("refresh") as end, bar:
            for counts in refresh(state, soundcloud, threads=arguments.threads):
                found.update(counts)
                bar.update(counts["asked"])
        files = tidy(state, folder / SCRAPED)
    print(
        f"refresh: {found['asked']:,} tracks asked for: {found['kept']:,} kept, "
        f"{found['deleted']:,} deleted, {found['private']:,} private, "
        f"{found['licence']:,} without their free licence, "
        f"{found['unanswered']:,} without an answer, which stay"
    )
    print(
        f"refresh: {found['withdrawn']:,} of the kept are now blocked or a preview, without sound; "
        f"{gone:,} tracks and playlists removed by remove.txt; {files:,} files deleted"
    )
    print(f"refresh: {UNTRIED}")
    return end.code


COMMANDS = {"refresh": Command(_declare_refresh, _refresh)}
