"""The commands of `playlist2vec`: names, purposes, and modules.

A command starts fast: only its module is loaded, and the module imports only what is needed.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple, NoReturn

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line, visible

ABOUT = "Find songs in a trained model, ask it for suggestions, and compare models."
NAMING = """\
A TRACK is a track id, "Artist – Title", a title, or something much like one of these.
`playlist2vec COMMAND --help` shows an example. `playlist2vec completion --help` says how a shell
learns to complete all this."""


class Command(NamedTuple):
    """A command in its module: a function that declares the options, and a function that runs it.

    `run` returns an exit code, or None for success.
    """

    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int | None]


class Entry(NamedTuple):
    """A command in the table: module below playlist2vec.cli, purpose, and example."""

    module: str
    about: str
    example: str


COMMANDS = {
    "find": Entry("asking", "find songs by title and artist, roughly", '"seven ratlesnakes"'),
    "similar": Entry(
        "asking",
        "songs that may stand in a song's place, by cosine alone",
        '"Seven Rattlesnakes" --an-artist 1',
    ),
    "next": Entry(
        "asking",
        "songs that come next",
        '"Seven Rattlesnakes" "Wild Rattlesnakes" --why',
    ),
    "complete": Entry(
        "completing",
        "songs that fit a playlist",
        "list.m3u --diversity 0.3 --output new.m3u8",
    ),
    "path": Entry(
        "asking",
        "a playlist that walks from one song to another, by cosine alone",
        '"Two Grooves" "Warm Mangoes"',
    ),
    "radio": Entry(
        "listening",
        "song after song, each drawn from what `next` suggests after those before",
        '"Two Grooves" --export r.m3u8',
    ),
    "listen": Entry(
        "listening",
        "what to listen to next, from a file of what you listened to (needs `make two-tower`)",
        "--listens scrobbles.csv --new-only --per-artist 1",
    ),
    "add": Entry(
        "cold",
        "give your own music files a place among the songs, by their sound (needs `make audio`)",
        "~/Music/new",
    ),
    "submit": Entry(
        "challenge",
        "continue the playlists of the RecSys Challenge 2018, 500 songs each",
        "challenge_set.json --team Us --email us@example.org",
    ),
    "compare": Entry(
        "runs",
        "compare two runs on the same validation pairs: hit@10 and NDCG@10, paired",
        "HEAD~1 workspace --markdown",
    ),
    "suggest-params": Entry(
        "runs",
        "suggest parameters for the corpus that `dvc repro` has split, as settings for dvc exp run",
        "--data data; to run with them: dvc exp run $(playlist2vec suggest-params)",
    ),
    "enrich": Entry(
        "names",
        "ask Deezer for names of songs without one, those played most often first",
        "--limit 1000",
    ),
    "fetch-mels": Entry(
        "fetching",
        "hear songs at Deezer and keep the mel spectrograms of their previews, for pipelines/audio",
        "--limit 1000 --isrc isrcs.csv",
    ),
    "crawl": Entry(
        "collecting.crawl",
        "find free tracks and playlists at SoundCloud, with credentials of your own, for the "
        "source soundcloud",
        "--start https://soundcloud.com/someone/sets/free-music --calls 1000; then crawl --export",
    ),
    "scrape": Entry(
        "collecting.scrape",
        "take sound and covers of free tracks that a crawl found, as far as that is allowed",
        "--audio offered",
    ),
    "refresh": Entry(
        "collecting.refresh",
        "ask again for all tracks of a crawl, so that what was deleted, or is free no more, leaves",
        "--folder data/incoming/soundcloud",
    ),
    "runs": Entry(
        "checkout.runs",
        "list the experiments that DVC keeps: what differs in each, and its scores, best first",
        "--by ndcg@10",
    ),
    "doctor": Entry(
        "checkout.doctor",
        "say what is installed, what is missing and what to type; no connection is opened",
        "--json",
    ),
    "serve": Entry(
        "programs.serve",
        "serve the page of a run and its suggestions on this machine "
        "(needs `make setup EXTRAS=serve`)",
        "--port 8765; or two models side by side: serve blend=. word2vec=data/model",
    ),
    "export": Entry(
        "programs.export",
        "write the song vectors with their names for embedding-atlas, TensorBoard's projector, "
        "or as a table",
        "projector --output data/projector",
    ),
    "completion": Entry(
        "completion",
        "print what makes a shell complete this command",
        "bash > ~/.local/share/bash-completion/completions/playlist2vec",
    ),
}
"""Commands in the order of the help."""


class Parser(argparse.ArgumentParser):
    """A parser that shows control characters of the input as codes in errors.

    `commands`: parsers of the commands by name.
    """

    commands: "dict[str, Parser]"

    def error(self, message: str) -> NoReturn:
        """Print a usage error, and exit."""
        super().error(visible(message, keep="\n"))

    def options(self) -> list[str]:
        """Return the options that the help names."""
        return re.findall(r"(?<![\w-])--[a-z][a-z-]*", self.format_help())


def read_words(words: Sequence[str]) -> argparse.Namespace:
    """Return the parsed arguments; report a wrong command or option with the nearest valid name.

    In the result, `command` is the name, and `run` the function that does the work.
    """
    command = next((word for word in words if not word.startswith("-")), "")
    whole = parser(command)
    if command and command not in COMMANDS:
        expected = nearest(command, COMMANDS) or f"expected one of {', '.join(COMMANDS)}"
        whole.error(f"no command {command!r}: {expected}")
    arguments, unknown = whole.parse_known_args(words)
    if unknown:
        typed = whole.commands[command]
        wrong = next((word for word in unknown if word.startswith("--")), "")
        near = nearest(wrong.partition("=")[0], typed.options())
        end = near or f"`playlist2vec {command} --help` says what is expected"
        typed.error(f"unrecognized arguments: {' '.join(unknown)}: {end}")
    return arguments


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a question with the nearest of the known words, empty if none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]}?" if near else ""


def parser(*declared: str) -> Parser:
    """Return the parser of all commands, with options only for the commands in `declared`.

    In its results, `command` is the name, and `run` the function that does the work.
    """
    whole = Parser(
        prog="playlist2vec",
        description=ABOUT,
        epilog=NAMING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    whole.commands = {}
    for name, entry in COMMANDS.items():
        made = whole.commands[name] = commands.add_parser(
            name,
            help=entry.about,
            description=f"{entry.about[0].upper()}{entry.about[1:]}.",
            epilog=f"example: playlist2vec {name} {entry.example}",
        )
        if name in declared:
            found: Command = import_module(f"playlist2vec.cli.{entry.module}").COMMANDS[name]
            found.declare(made)
            made.set_defaults(run=found.run)
    return whole


class _Version(argparse.Action):
    """An action that prints the version, and looks it up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import playlist2vec

        print(f"playlist2vec {playlist2vec.__version__}")
        parser.exit()


@dataclass
class End:
    """The exit code of a command that may be interrupted."""

    code: int = 0


@contextmanager
def going_on(command: str) -> Iterator[End]:
    """Report Ctrl-C or a DataError in a line, for a command that continues when run again."""
    end, why = End(), ""
    try:
        yield end
    except KeyboardInterrupt:
        end.code, why = 130, "stopped"
    except DataError as error:
        end.code, why = 1, as_line(error)
    if why:
        print(f"{command}: {why}; the same command goes on from here", file=sys.stderr)


def line_pause() -> float:
    """Return the seconds between updates of a progress bar, more in a log than in a terminal."""
    return 0.1 if sys.stderr.isatty() else 30.0
