"""A crawl in the form that the source `soundcloud` reads: tracks and playlists, an object a line.

Of people who like or make playlists nothing is in it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.files import whole_file
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.bodies import Entry, id_of_entry
from playlist2vec.online.crawling.state import CrawlState

TRACKS, PLAYLISTS = "tracks.jsonl", "playlists.jsonl"


class Exported(NamedTuple):
    """The numbers of tracks, of playlists, and of the playlists' entries that remove.txt names, which are null."""

    tracks: int
    playlists: int
    removed: int

    def __str__(self) -> str:
        return f"{self.tracks:,} tracks, {self.playlists:,} playlists, {self.removed:,} of their entries removed"


def export(state: CrawlState, folder: Path, removed: Removals) -> Exported:
    """Write the tracks and the playlists of a crawl, ascending by id, each file whole or not at all."""
    tracks = _write(folder / TRACKS, (body for (body,) in _rows(state, "SELECT body FROM tracks ORDER BY id")))
    gone = [0]
    playlists = _write(folder / PLAYLISTS, _playlists(state, removed, gone))
    return Exported(tracks, playlists, gone[0])


def _playlists(state: CrawlState, removed: Removals, gone: list[int]) -> Iterator[str]:
    for body, text in _rows(state, "SELECT body, entries FROM playlists ORDER BY id"):
        entries: list[Entry] = json.loads(text)
        kept = [entry if id_of_entry(entry) not in removed.tracks else 0 for entry in entries]
        gone[0] += sum(a != b for a, b in zip(entries, kept, strict=True))
        found = json.loads(body) | {"tracks": [_track(entry) for entry in kept]}
        yield json.dumps(found, ensure_ascii=True, separators=(",", ":"))


def _rows(state: CrawlState, statement: str) -> Iterator[tuple[str, ...]]:
    yield from state.connection.execute(statement)


def _track(entry: Entry) -> dict[str, object] | None:
    """Return a track of a playlist as the api gives a stub."""
    number = id_of_entry(entry)
    if not number:
        return None
    policy = "ALLOW" if isinstance(entry, int) else entry[1]
    return {"id": number, "kind": "track", "policy": policy}


def _write(path: Path, lines: Iterator[str]) -> int:
    written = 0
    with whole_file(path) as unfinished, open(unfinished, "w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(f"{line}\n")
            written += 1
    return written
