"""How songs are written: for people, for players, or for programs."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import as_json, visible
from playlist2vec.corpus.songs import Row
from playlist2vec.reading.songs import Listed
from playlist2vec.recommend.constraints import Suggestion
from playlist2vec.recommend.explanation import Reason, Voice
from playlist2vec.recommend.playlist_writer import as_columns, format_of, write_playlist
from playlist2vec.recommend.recommender import Recommender

Entry = dict[str, Any]
"""A song as JSON has it: track, artist, title, plays and what belongs to it here."""


def note(text: str) -> None:
    """Write a line for people beside the output."""
    print(visible(text), file=sys.stderr, flush=True)


def entry_of(recommender: Recommender, row: Row, **more: object) -> Entry:
    """Return the song of a row, with `more` of what belongs to it here."""
    catalogue = recommender.catalogue
    return {
        "track": catalogue.ids[row],
        "artist": catalogue.artist_names[row],
        "title": catalogue.titles[row],
        **({"genre": catalogue.genres[row]} if catalogue.genres else {}),
        "plays": int(catalogue.counts[row]),
        **more,
    }


def listed(recommender: Recommender, entries: Sequence[Entry]) -> list[Listed]:
    """Return songs as they are written into playlist files."""
    deezer = recommender.deezer_ids
    return [Listed(each["track"], each["artist"], each["title"], deezer) for each in entries]


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
) -> None:
    """Write what was suggested for `songs`, after the songs `before`.

    `query`: last or history, how it was asked. `unknown`, `skipped`: names and number of the songs
    that the model does not know, for programs. Raises DataError when nothing was found.
    """
    if not found:
        raise DataError("no song is left to suggest: expected wishes that rule out fewer")
    entries = []
    for row, score in found:
        entry = entry_of(recommender, row, score=round(score, 6))
        if getattr(arguments, "why", False):
            entry |= _why(recommender, songs, row, query)
        entries.append(entry)
    own = [entry_of(recommender, row) for row in before]
    asked = {
        "query": [entry_of(recommender, row) for row in songs],
        "skipped": skipped,
        "unknown": unknown,
    }
    write_songs(arguments, recommender, [*own, *entries], "score", asked)


def write_songs(
    arguments: argparse.Namespace,
    recommender: Recommender,
    entries: Sequence[Entry],
    number: str | None,
    more: Entry | None = None,
) -> None:
    """Write songs as the options of `add_output` ask.

    `number`: the key of the number in the table's last column, None for no such column. `more`:
    what JSON says before the songs.
    """
    form = arguments.format or (format_of(arguments.output) if arguments.output else "table")
    if arguments.json:
        content = {**(more or {}), "tracks": list(entries)}
        text = as_json(content, indent=2) + "\n"
    elif form == "table":
        text = _table(recommender, entries, number)
    else:
        text = write_playlist(listed(recommender, entries), form)
    if arguments.output:
        write_text(arguments.output, text)
        note(f"{arguments.output}: {len(entries):,} songs")
    else:
        sys.stdout.write(text)


def _why(recommender: Recommender, songs: Sequence[Row], suggestion: Row, query: str) -> Entry:
    """Return what spoke for a suggestion: parts of the blend, or else songs that were asked with."""
    if recommender.blend:
        voices = recommender.voices(songs, suggestion)
        return {"parts": [each._asdict() | _rounded(each) for each in voices]}
    why = [_part(recommender, reason) for reason in recommender.why(songs, suggestion, query)]
    return {"why": why, "by_itself": round(recommender.by_itself(suggestion), 6)}


def _rounded(voice: Voice) -> Entry:
    return {"adds": round(voice.adds, 6), "share": round(voice.share, 6)}


def _part(recommender: Recommender, reason: Reason) -> Entry:
    return entry_of(recommender, reason.row, part=round(reason.part, 6))


def _table(recommender: Recommender, entries: Sequence[Entry], number: str | None) -> str:
    """Return songs as a table for people, without the columns of what is known of none of them."""
    catalogue = recommender.catalogue
    digits = 4 if recommender.blend and number == "score" else 3
    genres = ["genre"] if catalogue.genres else []
    header = ["", "artist", "title", *genres, "track", "plays", *([number] if number else [])]
    rows = [
        [
            f"{place}",
            entry["artist"],
            entry["title"],
            *(entry[genre] for genre in genres),
            entry["track"],
            f"{entry['plays']}",
            *([f"{entry[number]:.{digits}f}" if number in entry else ""] if number else []),
        ]
        for place, entry in enumerate(entries, start=1)
    ]
    told = [place for place, column in enumerate(zip(*rows, strict=True)) if any(column)] or range(len(header))
    lines = as_columns([header[place] for place in told], [[row[place] for place in told] for row in rows]).splitlines()
    for place in range(len(entries), 0, -1):
        lines[place + 1 : place + 1] = _reasons(entries[place - 1])
    if catalogue.named < len(catalogue):
        lines.append(f"({catalogue.named:,} of {len(catalogue):,} songs have a name)")
    return "\n".join(lines) + "\n"


def _reasons(entry: Entry) -> list[str]:
    """Return a line for each part of a suggestion's score."""
    why = entry.get("why", ())
    parts = [f"     {part['part']:+.3f} by {visible(_name(part))}" for part in why]
    parts += [f"     {part['adds']:+.4f} ({part['share']:.0%}) by {part['words']}" for part in entry.get("parts", ())]
    own = entry.get("by_itself", 0)
    return [*parts, f"     {own:+.3f} by itself, whatever was asked with"] if own else parts


def _name(entry: Entry) -> str:
    return " – ".join(filter(None, (entry["artist"], entry["title"]))) or str(entry["track"])
