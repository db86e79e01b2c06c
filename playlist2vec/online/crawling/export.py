"""Export of a crawl for the source `soundcloud`: tracks and playlists, a JSON object a line.

Data on people who like or make playlists are not exported.
"""

import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_lines, whole_file
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.bodies import Entry, id_of_entry
from playlist2vec.online.crawling.state import CrawlState

TRACKS, PLAYLISTS = "tracks.jsonl", "playlists.jsonl"
EXPECTED = (
    "a table whose first column, named id, has the ids of tracks, such as attribution.tsv of a "
    "data set"
)
_ID = re.compile("[0-9]{1,18}")


@dataclass
class Exported:
    """Counts of an export: tracks, playlists, and entries of playlists that became null.

    Null entries are `removed`, named in remove.txt, or `others`, not in the list of tracks.
    """

    tracks: int = 0
    playlists: int = 0
    removed: int = 0
    others: int = 0

    def __str__(self) -> str:
        others = f" and {self.others:,} not in the list" if self.others else ""
        return (
            f"{self.tracks:,} tracks, {self.playlists:,} playlists, "
            f"{self.removed:,} of their entries removed{others}"
        )


def read_ids(path: Path) -> frozenset[int]:
    """Return the track ids in the first column of a table with a heading line.

    Raises DataError, naming the line, for a value that is no id, and for a table without ids.
    """
    ids = set()
    for number, line in read_lines(path, EXPECTED):
        first = line.partition("\t")[0]
        if number == 1 and first == "id":
            continue
        if number == 1 or not _ID.fullmatch(first):
            raise DataError(
                f"{path}: line {number} begins with {first[:80]!r}: expected {EXPECTED}"
            )
        ids.add(int(first))
    if not ids:
        raise DataError(f"{path}: no track: expected {EXPECTED}")
    return frozenset(ids)


def export(
    state: CrawlState, folder: Path, removed: Removals, only: Set[int] | None = None
) -> Exported:
    """Write the tracks and the playlists of a crawl, ascending by id, as whole files or not at all.

    `only`: ids of tracks; other tracks are left out, and are null in playlists.
    """
    done = Exported()
    rows = _rows(state, "SELECT id, body FROM tracks ORDER BY id")
    done.tracks = _write(
        folder / TRACKS, (body for number, body in rows if only is None or number in only)
    )
    done.playlists = _write(folder / PLAYLISTS, _playlists(state, removed, only, done))
    return done


def _playlists(
    state: CrawlState, removed: Removals, only: Set[int] | None, done: Exported
) -> Iterator[str]:
    for body, text in _rows(state, "SELECT body, entries FROM playlists ORDER BY id"):
        entries: list[Entry] = json.loads(text)
        kept = [entry if id_of_entry(entry) not in removed.tracks else 0 for entry in entries]
        done.removed += sum(a != b for a, b in zip(entries, kept, strict=True))
        if only is not None:
            others = [bool(id_of_entry(entry)) and id_of_entry(entry) not in only for entry in kept]
            done.others += sum(others)
            kept = [0 if other else entry for entry, other in zip(kept, others, strict=True)]
        found = json.loads(body) | {"tracks": [_track(entry) for entry in kept]}
        yield json.dumps(found, ensure_ascii=True, separators=(",", ":"))


def _rows(state: CrawlState, statement: str) -> Iterator[tuple[Any, ...]]:
    yield from state.connection.execute(statement)


def _track(entry: Entry) -> dict[str, object] | None:
    """Return a track of a playlist in the form of the API's stubs."""
    number = id_of_entry(entry)
    if not number:
        return None
    policy = "ALLOW" if isinstance(entry, int) else entry[1]
    return {"id": number, "kind": "track", "policy": policy}


def _write(path: Path, lines: Iterator[str]) -> int:
    written = 0
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as file,
    ):
        for line in lines:
            file.write(f"{line}\n")
            written += 1
    return written
