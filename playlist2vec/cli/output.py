"""Output of songs for people, for players or for programs."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import as_json, visible
from playlist2vec.cli.terminal.looks import PLAIN, Looks, Style, looks_of
from playlist2vec.cli.terminal.songs import cold_table, songs_table
from playlist2vec.corpus.songs import Row
from playlist2vec.reading.songs import Listed
from playlist2vec.recommend.constraints import Suggestion
from playlist2vec.recommend.entries import Entry, entry_of, why_of
from playlist2vec.recommend.playlist_writer import format_of, write_playlist
from playlist2vec.recommend.recommender import Recommender

if TYPE_CHECKING:
    from playlist2vec.cli.cold import ColdSongs

BY_FILE = ("m3u8", "xspf")
"""Formats for players, in which a song is written as the path of its file, if there is one."""


def note(text: str) -> None:
    """Print a line for people to standard error."""
    print(visible(text), file=sys.stderr, flush=True)


def listed(
    recommender: Recommender, entries: Sequence[Entry], *, files: bool = False
) -> list[Listed]:
    """Return songs for a playlist file. `files`: True to name songs by the paths of their files."""
    deezer = recommender.deezer_ids
    tracks = [(files and each.get("file")) or each["track"] for each in entries]
    return [
        Listed(track, each["artist"], each["title"], deezer)
        for track, each in zip(tracks, entries, strict=True)
    ]


def write_suggestions(
    arguments: argparse.Namespace,
    recommender: Recommender,
    songs: Sequence[Row],
    found: Sequence[Suggestion],
    query: str = "last",
    *,
    before: Sequence[Row] = (),
    unknown: Sequence[str] = (),
    skipped: int = 0,
    cold: "ColdSongs | None" = None,
) -> None:
    """Write suggestions for the query `songs`, after the songs `before`.

    `query`: last or history, the songs used in the query. `unknown`, `skipped`: names and number of
    songs that the model does not know, for JSON. `cold`: source of cold songs, written last. Raises
    DataError if `found` is empty.
    """
    if not found:
        raise DataError("no song is left to suggest: expected constraints that allow more songs")
    entries = []
    for row, score in found:
        entry = entry_of(recommender, row, score=round(score, 6))
        if getattr(arguments, "why", False):
            entry |= why_of(recommender, songs, row, query)
        entries.append(entry)
    own = [entry_of(recommender, row) for row in before]
    asked = {
        "query": {
            "tracks": [entry_of(recommender, row) for row in songs],
            "skipped": skipped,
            "unknown": list(unknown),
        }
    }
    entries = [*own, *entries]
    if cold is None:
        write_songs(arguments, recommender, entries, "score", asked)
    else:
        new = [entry for _, entry in cold.after(songs, arguments.count)]
        write_songs(
            arguments, recommender, [cold.with_file(each) for each in entries], "score", asked, new
        )


def write_songs(
    arguments: argparse.Namespace,
    recommender: Recommender,
    entries: Sequence[Entry],
    number: str | None,
    more: Entry | None = None,
    cold: Sequence[Entry] | None = None,
) -> None:
    """Write songs according to the options of `add_output`.

    `number`: key of the number in the last column of the table, None for no such column. `more`:
    keys of the JSON before the songs. `cold`: cold songs, written in a list of their own.
    """
    form = form_of(arguments)
    if arguments.json:
        apart = {} if cold is None else {"cold": {"tracks": list(cold)}}
        content = {**(more or {}), "tracks": list(entries), **apart}
        text = as_json(content, indent=2) + "\n"
    elif form == "table":
        looks = shown_in(arguments)
        text = _table(recommender, entries, number, looks) + (
            "" if cold is None else cold_table(cold, looks)
        )
    else:
        every = [*entries, *(cold or ())]
        text = write_playlist(listed(recommender, every, files=form in BY_FILE), form)
    write_out(arguments, text, len(entries) + len(cold or ()))


def form_of(arguments: argparse.Namespace) -> str:
    """Return the format from the options of `add_output`: table, or a format of playlist files."""
    return arguments.format or (format_of(arguments.output) if arguments.output else "table")


def shown_in(arguments: argparse.Namespace) -> Looks:
    """Return the looks of the destination in the options of `add_output`: PLAIN for a file."""
    return PLAIN if arguments.output else looks_of()


def write_out(arguments: argparse.Namespace, text: str, songs: int) -> None:
    """Write a text with `songs` songs to the file or terminal in the options of `add_output`."""
    if arguments.output:
        write_text(arguments.output, text)
        note(f"{arguments.output}: {songs:,} songs")
    else:
        sys.stdout.write(text)


def _table(
    recommender: Recommender, entries: Sequence[Entry], number: str | None, looks: Looks
) -> str:
    """Return songs as a table for people, and the number of songs with names unless all have."""
    catalogue = recommender.catalogue
    table = songs_table(entries, number, 4 if recommender.blend and number == "score" else 3, looks)
    if catalogue.named == len(catalogue):
        return table
    named = f"({catalogue.named:,} of {len(catalogue):,} songs have a name)"
    return f"{table}{looks.styled(named, Style.FAINT)}\n"
