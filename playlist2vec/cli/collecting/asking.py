"""Options and client of all commands that ask SoundCloud."""

import argparse
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.cli.names import as_count
from playlist2vec.online.soundcloud.client import ADDRESS, AT_ONCE, PER_SECOND, SoundCloud
from playlist2vec.online.soundcloud.credentials import read_credentials

STATE = "state.sqlite"
FASTEST = 5.0
"""Maximum requests per second to SoundCloud."""
NEEDED = (
    "SC_CLIENT_ID or SC_OAUTH_TOKEN, your own, and SC_CONTACT, your e-mail address or page, "
    "are read from\nthe environment or from a file .env. Read SoundCloud's terms first. "
)


def declare_asking(command: argparse.ArgumentParser, epilog: str) -> None:
    """Declare the common options, and describe the credentials below the help."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = f"{command.epilog}\n{NEEDED}{epilog}"
    add = command.add_argument
    place = Path("data/incoming/soundcloud")
    add("--folder", type=Path, default=place, help=f"where the crawl is kept (default: {place})")
    add(
        "--per-second",
        type=float,
        default=PER_SECOND,
        metavar="X",
        help=f"requests a second (default: {PER_SECOND})",
    )
    at_once = f"calls at once (default and at most: {AT_ONCE})"
    add("--threads", type=as_count, default=AT_ONCE, metavar="N", help=at_once)
    add("--address", default=ADDRESS, help=argparse.SUPPRESS)
    add("--backoff", type=float, default=1.0, help=argparse.SUPPRESS)


def client(arguments: argparse.Namespace) -> SoundCloud:
    """Return the client with the user's credentials.

    Raises DataError if --per-second is not above 0 or above FASTEST.
    """
    pace = arguments.per_second
    if not 0 < pace <= (FASTEST if arguments.address == ADDRESS else 1e6):
        raise DataError(f"--per-second {pace}: expected a number above 0 and at most {FASTEST:g}")
    return SoundCloud(
        read_credentials(), arguments.address, per_second=pace, backoff=arguments.backoff
    )
