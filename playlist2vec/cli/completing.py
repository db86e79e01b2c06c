"""`playlist2vec complete`: songs that fit a playlist, which is read from any file that people have."""

import argparse

from playlist2vec.base.errors import DataError
from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import add_model, add_output, add_why, add_wishes, suggesting, wishes_of
from playlist2vec.cli.output import note, write_suggestions
from playlist2vec.corpus.songs import Row
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.reading.songs import Wanted
from playlist2vec.recommend.recommender import Recommender

MAX_NAMED = 20
"""Unknown songs of a playlist that are named; more are counted."""


def _declare_complete(command: argparse.ArgumentParser) -> None:
    kinds = "M3U, XSPF, CSV, JSON, what services and players export (docs/formats.md), or text with a song a line"
    command.add_argument("file", metavar="PLAYLIST_FILE", help=kinds)
    command.add_argument("--playlist", metavar="NAME", default="", help="one of several playlists in the file")
    whole = "write the playlist's own songs as well, before the new"
    command.add_argument("--whole", action="store_true", help=whole)
    add_wishes(command)
    add_why(command)
    add_output(command)
    add_model(command)


def _complete(arguments: argparse.Namespace) -> None:
    recommender = suggesting(arguments)
    songs, unknown, skipped = _known_songs(recommender, arguments.file, arguments.playlist)
    found = recommender.complete(songs, arguments.count, wishes_of(recommender, arguments))
    write_suggestions(
        arguments,
        recommender,
        songs,
        found,
        "history",
        before=songs if arguments.whole else [],
        unknown=unknown,
        skipped=skipped,
    )


def _known_songs(recommender: Recommender, file: str, playlist: str) -> tuple[list[Row], list[str], int]:
    """Return the rows of a playlist's songs, the first unknown songs, and how many are unknown.

    Each of these unknown songs is told in a line, and so is what the reader notes. Raises DataError when no song is
    known.
    """
    notes = Notes(file)
    songs: list[Row] = []
    unknown: list[Wanted] = []
    skipped = 0
    for wanted in read_playlist(file, notes, playlist):
        row = _row_of(recommender, wanted)
        if row is not None:
            songs.append(row)
            continue
        skipped += 1
        if skipped <= MAX_NAMED:
            unknown.append(wanted)
    for text in notes:
        note(text)
    for wanted in unknown:
        note(f"{file}: {wanted.place}: {wanted}: the model does not know this song: skipped")
    if skipped > MAX_NAMED:
        more = skipped - MAX_NAMED
        note(f"{file}: {more:,} more songs that the model does not know: skipped")
    if not songs:
        raise DataError(f"{file}: none of its {skipped:,} songs is known: expected one at least")
    return songs, [f"{wanted}" for wanted in unknown], skipped


def _row_of(recommender: Recommender, wanted: Wanted) -> Row | None:
    for track in wanted.ids:
        row = recommender.row_of(track, "", "")
        if row is not None:
            return row
    return recommender.row_of("", wanted.artist, wanted.title)


COMMANDS = {"complete": Command(_declare_complete, _complete)}
