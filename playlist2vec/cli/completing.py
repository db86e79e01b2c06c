"""`playlist2vec complete`: songs that fit a playlist, read from a file of any known format."""

import argparse

from playlist2vec.base.errors import DataError
from playlist2vec.cli.cold import add_cold, cold_of
from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import (
    add_corrections,
    add_model,
    add_output,
    add_why,
    add_wishes,
    suggesting,
    wishes_of,
)
from playlist2vec.cli.output import note, write_suggestions
from playlist2vec.corpus.songs import Row
from playlist2vec.reading.addresses import short_link
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.reading.songs import Wanted
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.corrections import write_unknown

MAX_NAMED = 20
"""Number of unknown songs, and of inexact matches, that are named; more are counted."""


def _declare_complete(command: argparse.ArgumentParser) -> None:
    kinds = (
        "M3U, XSPF, CSV, JSON, what services and players export (docs/formats.md), "
        "or text with a song a line"
    )
    command.add_argument("file", metavar="PLAYLIST_FILE", help=kinds)
    command.add_argument(
        "--playlist", metavar="NAME", default="", help="one of several playlists in the file"
    )
    whole = "write the playlist's own songs as well, before the new"
    command.add_argument("--whole", action="store_true", help=whole)
    add_corrections(command)
    fill = (
        "add the songs that the model does not know to a table for --corrections, to be filled in"
    )
    command.add_argument("--unknown", metavar="CSV", help=fill)
    add_wishes(command)
    add_why(command)
    add_cold(command)
    add_output(command)
    add_model(command)


def _complete(arguments: argparse.Namespace) -> None:
    recommender = suggesting(arguments)
    songs, unknown = _known_songs(recommender, arguments.file, arguments.playlist)
    if arguments.unknown and unknown:
        new = write_unknown(arguments.unknown, unknown)
        note(f"{arguments.unknown}: {new:,} songs to be filled in were added")
    if not songs:
        raise DataError(
            f"{arguments.file}: none of its {len(unknown):,} songs is known: expected one at least"
        )
    cold = cold_of(arguments, recommender)
    found = recommender.complete(songs, arguments.count, wishes_of(recommender, arguments, cold))
    write_suggestions(
        arguments,
        recommender,
        songs,
        found,
        "history",
        before=songs if arguments.whole else [],
        unknown=[f"{wanted}" for wanted in unknown[:MAX_NAMED]],
        skipped=len(unknown),
        cold=cold,
    )


def _known_songs(
    recommender: Recommender, file: str, playlist: str
) -> tuple[list[Row], list[Wanted]]:
    """Return the rows of a playlist's songs, and the songs that the model does not know.

    Print the notes of the reader, the inexact matches, and the unknown songs.
    """
    notes = Notes(file)
    songs: list[Row] = []
    unknown: list[Wanted] = []
    taken: list[str] = []
    for wanted in read_playlist(file, notes, playlist):
        match = recommender.match(wanted)
        if match is None:
            unknown.append(wanted)
            continue
        songs.append(match.row)
        if match.note:
            taken.append(f"{file}: {wanted.place}: {match.note}")
    said = [
        f"{file}: {wanted.place}: {wanted}: {_why_unknown(wanted)}: skipped" for wanted in unknown
    ]
    for line in (
        *notes,
        *_first(taken, file, "taken for another one"),
        *_first(said, file, "that the model does not know: skipped"),
    ):
        note(line)
    return songs, unknown


def _why_unknown(wanted: Wanted) -> str:
    return next(filter(None, map(short_link, wanted.ids)), "the model does not know this song")


def _first(lines: list[str], file: str, what: str) -> list[str]:
    """Return the first MAX_NAMED lines, and a line that counts the rest."""
    rest = len(lines) - MAX_NAMED
    return [*lines[:MAX_NAMED], *([f"{file}: {rest:,} more songs {what}"] if rest > 0 else [])]


COMMANDS = {"complete": Command(_declare_complete, _complete)}
