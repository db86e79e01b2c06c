"""Commands that query a model once: `find`, `similar`, `next`, `path`."""

import argparse

from playlist2vec.base.errors import DataError
from playlist2vec.cli.batch import answer_batch
from playlist2vec.cli.cold import add_cold, cold_of
from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import (
    add_corrections,
    add_model,
    add_output,
    add_why,
    add_wishes,
    check_count,
    recommender_of,
    row_of,
    suggesting,
    wishes_of,
)
from playlist2vec.cli.output import note, write_songs, write_suggestions
from playlist2vec.recommend.entries import entry_of

LAST_ALONE = "asked with the last song alone, as evaluate.query says; --query history asks with all"


def _declare_find(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "text",
        metavar="TEXT",
        help="title, artist or both; for a song without a name, the id or a part of it",
    )
    add_output(command)
    add_model(command)


def _find(arguments: argparse.Namespace) -> None:
    recommender = recommender_of(arguments)
    check_count(arguments)
    catalogue = recommender.catalogue
    hits = recommender.find(arguments.text, arguments.count)
    if not hits:
        unnamed = len(catalogue) - catalogue.named
        without = (
            f", and no id contains it; {unnamed:,} of {len(catalogue):,} songs have no name"
            if unnamed
            else ""
        )
        raise DataError(f"{arguments.text!r}: no song is called anything like it{without}")
    entries = [entry_of(recommender, hit.row, likeness=hit.score) for hit in hits]
    write_songs(arguments, recommender, entries, "likeness")


def _declare_similar(command: argparse.ArgumentParser) -> None:
    command.add_argument("track", metavar="TRACK")
    add_wishes(command)
    add_cold(command)
    add_output(command)
    add_model(command)


def _similar(arguments: argparse.Namespace) -> None:
    recommender = recommender_of(arguments)
    song, cold = row_of(recommender, arguments.track), cold_of(arguments, recommender)
    found = recommender.similar(song, arguments.count, wishes_of(recommender, arguments, cold))
    write_suggestions(arguments, recommender, [song], found, cold=cold)


def _declare_next(command: argparse.ArgumentParser) -> None:
    played = "what was played, the latest last"
    command.add_argument("tracks", metavar="TRACK", nargs="*", help=played)
    command.add_argument(
        "--batch",
        metavar="FILE",
        help="many queries: one a line, track ids with tabs between; - = standard input. Writes "
        "lines with the query's number, place, track and score, with tabs between; songs that the "
        "model does not know are counted",
    )
    command.add_argument(
        "--query",
        choices=("last", "history"),
        help="ask Word2Vec with the last song alone, or with all (evaluate.query of params.yaml); "
        "the other parts of the blend always have all",
    )
    add_corrections(command)
    add_wishes(command)
    add_why(command)
    add_cold(command)
    add_output(command)
    add_model(command)


def _next(arguments: argparse.Namespace) -> None:
    if arguments.batch is not None:
        if arguments.cold:
            raise DataError("--cold beside --batch: expected one of the two")
        if arguments.tracks:
            raise DataError(f"{arguments.tracks[0]!r} beside --batch: expected one of the two")
        answer_batch(arguments)
        return
    if not arguments.tracks:
        raise DataError("no song: expected one TRACK or more, or --batch FILE")
    recommender = suggesting(arguments)
    songs = [row_of(recommender, track) for track in arguments.tracks]
    query = recommender.params.query
    if len(songs) > 1 and query == "last" and not recommender.blend:
        note(LAST_ALONE)
    cold = cold_of(arguments, recommender)
    found = recommender.next(songs, arguments.count, wishes_of(recommender, arguments, cold))
    write_suggestions(arguments, recommender, songs, found, query, cold=cold)


def _declare_path(command: argparse.ArgumentParser) -> None:
    command.add_argument("start", metavar="A")
    command.add_argument("end", metavar="B")
    add_output(command)
    add_model(command)


def _path(arguments: argparse.Namespace) -> None:
    recommender = recommender_of(arguments)
    start, end = row_of(recommender, arguments.start), row_of(recommender, arguments.end)
    rows = recommender.path(start, end, arguments.count)
    write_songs(arguments, recommender, [entry_of(recommender, row) for row in rows], None)


COMMANDS = {
    "find": Command(_declare_find, _find),
    "similar": Command(_declare_similar, _similar),
    "next": Command(_declare_next, _next),
    "path": Command(_declare_path, _path),
}
