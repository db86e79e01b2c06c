"""`playlist2vec scrape`: download sound and covers of free tracks of a crawl, if allowed.

The command is not a stage, since answers from SoundCloud change. Every free track ends in a single
state, kept in the file of the crawl. The same command continues where it stopped, also after a
kill.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line, visible
from playlist2vec.cli.collecting.asking import STATE, client, declare_asking
from playlist2vec.cli.commands import Command, going_on, line_pause
from playlist2vec.online.crawling.removal import read_removed, remove
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.deezer.enrich import duration
from playlist2vec.online.scraping import queue
from playlist2vec.online.scraping.folder import MANIFEST, SCRAPED, tidy
from playlist2vec.online.scraping.queue import Outcome
from playlist2vec.online.scraping.rules import AUDIO, NONE, STREAMS
from playlist2vec.online.scraping.scraping import scrape
from playlist2vec.online.scraping.summary import summary
from playlist2vec.online.scraping.taking import Taker
from playlist2vec.online.soundcloud.cdn import Cdn
from playlist2vec.online.soundcloud.client import UNTRIED, SoundCloud

if TYPE_CHECKING:
    from tqdm import tqdm

PACKAGES = ("av", "m3u8", "mutagen", "PIL")
SHORTEST, LONGEST = 10, 2000
"""Minimum and maximum length of a permission, in characters."""
BAR = "{desc}: {n_fmt} tracks{postfix}"


def _declare_scrape(command: argparse.ArgumentParser) -> None:
    declare_asking(
        command,
        "Its terms forbid to copy content\nthrough the API, so that streams are taken only with a "
        "permission of SoundCloud's that you state. Never taken\nare DRM, previews, private and "
        "blocked tracks, and what has no free licence. Ctrl-C keeps what was taken;\nthe same "
        "command goes on from there.",
    )
    add = command.add_argument
    kinds = (
        "sound that is taken: none; what uploaders offer for download; streams too (default: none)"
    )
    add("--audio", choices=AUDIO, default=NONE, help=kinds)
    allowed = (
        "for --audio streams: the words by which SoundCloud allowed it, "
        "which the data set's card quotes"
    )
    add("--permission", default="", metavar="TEXT", help=allowed)
    add("--retry", action="store_true", help="try tracks again that failed")
    add("--cdn", default="", help=argparse.SUPPRESS)


def _scrape(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    if arguments.audio == NONE:
        print(
            f"scrape: --audio {NONE}: nothing is asked for and nothing taken; "
            "offered and streams take sound"
        )
        print(f"scrape: {UNTRIED}")
        return 0
    permission = _permission(arguments)
    if missing := [each for each in PACKAGES if find_spec(each) is None]:
        raise DataError(f"{', '.join(missing)} missing: type `pip install -e '.[soundcloud]'`")
    removed = read_removed(folder)
    soundcloud = client(arguments)
    cdn = Cdn(soundcloud, arguments.cdn, backoff=arguments.backoff)
    with closing(CrawlState.open(folder / STATE, None)) as state:
        gone = remove(state, removed)
        gone_too = queue.prepare(state, arguments.audio, retry=arguments.retry)
        if permission:
            queue.state_permission(state, permission)
        tidy(state, folder / SCRAPED)
        if gone or gone_too:
            print(
                f"scrape: {gone:,} tracks and playlists removed, "
                f"{gone_too:,} tracks left the queue",
                flush=True,
            )
        taker = Taker(soundcloud, cdn, arguments.audio, removed, folder / SCRAPED)
        return _scrape_and_keep(arguments, state, soundcloud, taker)


def _permission(arguments: argparse.Namespace) -> str:
    """Return the stated permission.

    Raises DataError if streams are taken without a permission, or a permission is given without
    need.
    """
    text = str(arguments.permission).strip()
    fits = SHORTEST <= len(text) <= LONGEST and visible(text) == text
    if fits if arguments.audio == STREAMS else not text:
        return text
    raise DataError(
        f"--audio {arguments.audio} --permission {text[:80]!r}: expected for {STREAMS} the words "
        f"by which SoundCloud allowed it, a line of {SHORTEST} to {LONGEST} characters, "
        f"and none without {STREAMS}"
    )


def _scrape_and_keep(
    arguments: argparse.Namespace, state: CrawlState, soundcloud: SoundCloud, taker: Taker
) -> int:
    """Scrape under a progress bar, print a summary, and return the exit code."""
    from tqdm import tqdm

    manifest = arguments.folder / SCRAPED / MANIFEST
    bar: tqdm[Any]
    with (
        going_on("scrape") as end,
        tqdm(desc="scrape", mininterval=line_pause(), bar_format=BAR) as bar,
    ):
        _watch(scrape(state, soundcloud, taker, threads=arguments.threads), state, bar)
    try:
        tidy(state, manifest.parent)
    except DataError as error:
        # On a full disk the manifest stays unchanged; the next command writes it.
        end.code = end.code or 1
        print(f"scrape: {as_line(error)}", file=sys.stderr)
    for line in summary(state, manifest):
        print(visible(f"scrape: {line}"))
    return end.code


def _watch(outcomes: Iterator[Outcome], state: CrawlState, bar: "tqdm[Any]") -> None:
    """Show the progress of the tracks to the end."""
    start = time.monotonic()
    found = queue.counts(state)
    left = sum(number for (name, _), number in found.items() if name == queue.WAITING)
    taken = sum(number for (name, _), number in found.items() if name == queue.TAKEN)
    for number, outcome in enumerate(outcomes, start=1):
        left -= outcome.state != queue.FAILED
        taken += outcome.state == queue.TAKEN
        rate = number / max(time.monotonic() - start, 1e-9)
        shown = (
            f"{taken:,} taken",
            f"{left:,} left",
            f"{rate:.1f} tracks/s",
            f"{duration(left / rate)} to go",
        )
        bar.set_postfix_str(", ".join(shown), refresh=False)
        bar.update()


COMMANDS = {"scrape": Command(_declare_scrape, _scrape)}
