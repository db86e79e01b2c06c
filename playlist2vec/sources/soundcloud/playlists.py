"""Conversion of playlists saved from SoundCloud to the canonical form."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.storage import save_parts
from playlist2vec.sources.soundcloud.crawls import PassedOver, read_items
from playlist2vec.sources.soundcloud.genres import Genres
from playlist2vec.sources.soundcloud.judging import KEPT, NUMBERS, REASONS, Judged, judge_piece
from playlist2vec.sources.soundcloud.params import SoundCloudParams
from playlist2vec.sources.soundcloud.pieces import (
    PLAYLISTS,
    TRACKS,
    Pieces,
    Seen,
    delete_piece,
    greatest_lines,
    numbers,
)
from playlist2vec.sources.soundcloud.records import Playlist
from playlist2vec.sources.soundcloud.summary import Crawl, in_words
from playlist2vec.sources.soundcloud.table import write_table

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine

GROUP = 1 << 28
"""Bytes of files read together by a process; a group may be a single larger file."""


@dataclass(frozen=True)
class _Known:
    """All tracks read, ascending by key.

    `starts`: int64 (partitions + 1,), the place of the first track of every partition. `keys`:
    uint64 (tracks,), the hash of the id. `verdicts`: uint8 (tracks,), the place in REASONS.
    `stubs`: bool (tracks,).
    """

    starts: NDArray[np.int64]
    keys: NDArray[np.uint64]
    verdicts: NDArray[np.uint8]
    stubs: NDArray[np.bool_]


@dataclass(frozen=True)
class _Part:
    """The kept playlists of a partition, and the counts of rejected playlists and of all entries.

    `lengths`: int64, `keys`: uint64, (playlists,). `copies`, `private`, `without_tracks`: as in
    `Crawl`. `reasons`: int64 (REASONS,), entries of the kept playlists. `stub_entries`: kept
    entries of stubs.
    """

    lengths: NDArray[np.int64]
    keys: NDArray[np.uint64]
    copies: int
    private: int
    without_tracks: int
    reasons: NDArray[np.int64]
    stub_entries: int


class _Group(NamedTuple):
    """The result of reading a group of files.

    `folder`: the partitions. `empty`: the number of files without an item.
    """

    folder: Path
    passed: PassedOver
    seen: Seen
    empty: int


def ingest_crawl(
    files: Sequence[Path],
    params: SoundCloudParams,
    genres: Genres,
    engine: "Engine",
    playlists: Path,
    tracks: Path,
    scratch: Path,
) -> Crawl:
    """Convert saved playlists to the canonical form: `playlists`, .npz, and the table of `tracks`.

    The result does not depend on the order of files, on the division of items into files, or on the
    engine. Playlists are in the order of their keys, which are hashes of their ids. Memory: a
    partition of the items read (a piece of `pieces`), 32 bytes a playlist and 15 a track.
    `scratch`: an existing folder; it gets some 11 bytes an entry and 300 a track. Raises DataError
    for a damaged file, and if no entry is left.
    """
    groups = list(engine.map(partial(_read_group, scratch), _groups(files)))
    folders = [group.folder for group in groups]
    judged = []
    for number, found in enumerate(
        engine.map(partial(judge_piece, folders, scratch, params, genres), numbers())
    ):
        judged.append(found)
        delete_piece(folders, TRACKS, number)
    known = _known(judged)
    parts, played = _sort_playlists(folders, known, scratch / "entries")
    summary = _summed_up(len(files), groups, parts, len(known.keys))
    if not summary.entries[KEPT]:
        raise DataError(
            f"no track in a playlist is left, expected one at least: {in_words(summary)}"
        )
    table = write_table(tracks, [found.rows for found in judged], known.starts, played)
    save_parts(playlists, _coded(scratch / "entries", parts, table.codes))
    return replace(summary, tracks=table.tracks, stubs=table.stubs, genres=table.genres)


def _groups(files: Sequence[Path]) -> list[list[Path]]:
    """Return the files in groups of about GROUP bytes, so that small files share partitions."""
    groups: list[list[Path]] = []
    size = GROUP
    for path in files:
        if size >= GROUP:
            groups.append([])
            size = 0
        groups[-1].append(path)
        size += path.stat().st_size
    return groups


def _read_group(scratch: Path, files: Sequence[Path]) -> _Group:
    """Sort the items of some files into partitions, in a folder of their own."""
    # Use a unique name: an engine may run the task twice, even at the same time.
    pieces = Pieces(Path(mkdtemp(dir=scratch, prefix="group-")))
    empty = sum(pieces.add(read_items(path)) == 0 for path in files)
    pieces.finish()
    return _Group(pieces.folder, pieces.passed, pieces.seen, empty)


def _known(judged: Sequence[Judged]) -> _Known:
    """Return all tracks, from the tracks of every partition."""
    starts = np.cumsum([0, *(len(each.ids) for each in judged)])
    return _Known(
        starts=starts,
        keys=mix(np.concatenate([np.array(each.ids, np.uint64) for each in judged])),
        verdicts=np.frombuffer(b"".join(each.verdicts for each in judged), np.uint8),
        stubs=np.frombuffer(b"".join(each.stubs for each in judged), np.bool_),
    )


def _sort_playlists(
    folders: Sequence[Path], known: _Known, entries: Path
) -> tuple[list[_Part], NDArray[np.bool_]]:
    """Write the places of the tracks of all kept entries to `entries`, int32, by partition.

    Returns the parts, a part for every partition, and a mask of the tracks with a kept entry, bool
    (tracks,).
    """
    parts, played = [], np.zeros(len(known.keys), np.bool_)
    with open(entries, "wb") as file:
        for number in numbers():
            part, places = _sort_partition(folders, number, known)
            played[places] = True
            file.write(places.tobytes())
            parts.append(part)
    return parts, played


def _sort_partition(
    folders: Sequence[Path], number: int, known: _Known
) -> tuple[_Part, NDArray[np.int32]]:
    """Return the playlists of a partition, and the places of the tracks of kept entries, int32.

    Deletes the partition.
    """
    copies, lines = greatest_lines(folders, PLAYLISTS, number)
    private = without_tracks = 0
    ids: list[int] = []
    entries: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    for line in lines:
        playlist = Playlist(*orjson.loads(line))
        if playlist.private:
            private += 1
        elif not playlist.has_tracks:
            without_tracks += 1
        else:
            ids.append(playlist.id)
            entries.append(np.array(playlist.tracks, np.uint64))
    delete_piece(folders, PLAYLISTS, number)
    lengths = np.array([len(each) for each in entries[1:]], np.int64)
    tracks = np.concatenate(entries)
    verdicts = np.full(len(tracks), NUMBERS["deleted"], np.uint8)
    there = np.flatnonzero(tracks)
    places = np.searchsorted(known.keys, mix(tracks[there])).astype(np.int32)
    verdicts[there] = known.verdicts[places]
    kept = verdicts == NUMBERS[KEPT]
    places = places[kept[there]]
    owner = np.repeat(np.arange(len(ids)), lengths)
    part = _Part(
        lengths=np.bincount(owner[kept], minlength=len(ids)),
        keys=mix(np.array(ids, np.uint64)),
        copies=copies,
        private=private,
        without_tracks=without_tracks,
        reasons=np.bincount(verdicts, minlength=len(REASONS)),
        stub_entries=int(np.count_nonzero(known.stubs[places])),
    )
    return part, places


def _summed_up(files: int, groups: Sequence[_Group], parts: Sequence[_Part], known: int) -> Crawl:
    """Return the counts of all groups and parts; the counts of the table of tracks are 0."""
    reasons = sum((part.reasons for part in parts), np.zeros(len(REASONS), np.int64))
    return Crawl(
        passed=sum((group.passed for group in groups), PassedOver()),
        seen=sum((group.seen for group in groups), Seen()),
        files=files,
        empty=sum(group.empty for group in groups),
        copies=sum(part.copies for part in parts),
        without_tracks=sum(part.without_tracks for part in parts),
        private=sum(part.private for part in parts),
        kept=sum(len(part.keys) for part in parts),
        entries=Counter(dict(zip(REASONS, reasons.tolist(), strict=True))),
        stub_entries=sum(part.stub_entries for part in parts),
        known=known,
    )


def _coded(entries: Path, parts: Sequence[_Part], codes: NDArray[np.int32]) -> Iterator[Playlists]:
    """Yield the playlists of every part, the places in the file `entries` replaced by `codes`."""
    before = 0
    with open(entries, "rb") as file:
        for part in parts:
            yield Playlists(
                tracks=codes[np.fromfile(file, np.int32, int(part.lengths.sum()))],
                offsets=offsets_of(part.lengths),
                keys=part.keys,
                rows=np.arange(before, before + len(part.keys), dtype=np.int64),
            )
            before += len(part.keys)
