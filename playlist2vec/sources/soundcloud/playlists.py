"""Playlists of SoundCloud, as somebody saved them, in the canonical form."""

import heapq
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, offsets_of, save_parts
from playlist2vec.corpus.tracks import write_tracks
from playlist2vec.sources.soundcloud.crawls import PassedOver, read_items
from playlist2vec.sources.soundcloud.genres import IGNORED, NONE, TABLE, TYPED, Genre, Genres
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
from playlist2vec.sources.soundcloud.records import BLOCKED, Playlist, Track

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine

COLUMNS = ("genre", "licence", "duration", "likes", "plays", "artwork", "address")
"""What the table of tracks says beside names: duration in seconds, two addresses, of a picture and of the page."""
SHARED = frozenset({"no-rights-reserved", "cc-by", "cc-by-sa", "cc-by-nd", "cc-by-nc", "cc-by-nc-sa", "cc-by-nc-nd"})
LICENCES = {
    "to_share": SHARED,
    "to_use_commercially": frozenset(each for each in SHARED if "-nc" not in each),
    "to_modify_commercially": frozenset(each for each in SHARED if "-nc" not in each and "-nd" not in each),
}
"""The licences that SoundCloud's own search gives for each of these."""
KEPT = "kept"
REASONS = (KEPT, "deleted", "blocked", "private", "without metadata", "licence", "duration", "likes", "plays", "genre")
"""What becomes of a playlist's entry: it is kept, or it is left out under the first of these reasons that holds."""
NUMBERS = {reason: number for number, reason in enumerate(REASONS)}
GROUP = 1 << 28
"""Bytes of files that are read by one process at once, or of one file."""
Judge = Callable[[Track, Genre], str]


@dataclass
class Crawl:
    """What became of what was read.

    `files`: how many, `empty` of them without a playlist or a track. `passed`, `seen`: what stood in them.
    `copies`: playlists of which another copy says more or as much; `untold`: those whose tracks no copy says;
    `private`: those that their maker did not publish; `kept`: all others. `entries`: what became of those in the
    kept playlists, by one of REASONS; `stub_entries`: the kept ones of them whose track is a stub.
    `known`: tracks that were read; `tracks`: those in the table, `stubs` of them without names; `genres`: how the
    others came to their genres.
    """

    passed: PassedOver = field(default_factory=PassedOver)
    seen: Seen = field(default_factory=Seen)
    files: int = 0
    empty: int = 0
    copies: int = 0
    untold: int = 0
    private: int = 0
    kept: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    stub_entries: int = 0
    known: int = 0
    tracks: int = 0
    stubs: int = 0
    genres: Counter[str] = field(default_factory=Counter)


class _Judged(NamedTuple):
    """The tracks of a piece, ascending by the hash of the id: ids, places of REASONS, and whether they are stubs.

    `rows`: a file, a JSON list a line for each kept one, ascending by id as text. It holds the id, the place among the
    tracks of the piece, how the genre was found, and the fields of the table from the artist's id on.
    """

    ids: "array[int]"
    verdicts: bytearray
    stubs: bytearray
    rows: Path


@dataclass(frozen=True)
class _Known:
    """All tracks that were read, ascending by key.

    `starts`: int64 (pieces + 1,), the place of the first track of each piece. `keys`: uint64 (tracks,), the hash of
    the id. `verdicts`: uint8 (tracks,), the place of one of REASONS.
    `stubs`: bool (tracks,). `played`: bool (tracks,), whether a playlist has it; `codes`: int32 (tracks,), its code
    then; both are filled later.
    """

    starts: NDArray[np.int64]
    keys: NDArray[np.uint64]
    verdicts: NDArray[np.uint8]
    stubs: NDArray[np.bool_]
    played: NDArray[np.bool_]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class _Part:
    """The playlists of a piece, whose entries lie in a file. `lengths`: int64, `keys`: uint64, (playlists,)."""

    lengths: NDArray[np.int64]
    keys: NDArray[np.uint64]


class _Group(NamedTuple):
    """What became of files that were read together: their pieces lie in `folder`; `empty` of them had no item."""

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
    """Turn saved playlists into the canonical form: write `playlists`, .npz, and the table of `tracks`.

    Both are the same for any order of files, for any spread of items over them, and for any engine. Playlists stand in
    the order of their keys, which are hashes of their ids. In memory are one piece of what was read (see
    `soundcloud_pieces`) and 32 bytes a playlist, 15 a track. `scratch`: a folder that is there; it gets some 11 bytes
    an entry and 300 a track. Raises DataError for a damaged file, and if no entry is left.
    """
    told = Crawl(files=len(files))
    folders = []
    for group in engine.map(partial(_read_group, scratch), _groups(files)):
        folders.append(group.folder)
        told.passed += group.passed
        told.seen += group.seen
        told.empty += group.empty
    judged = []
    for number, piece in enumerate(engine.map(partial(_judge_piece, folders, scratch, params, genres), numbers())):
        judged.append(piece)
        delete_piece(folders, TRACKS, number)
    known = _known(judged)
    told.known = len(known.keys)
    with open(scratch / "entries", "wb") as file:
        parts = [_sort_entries(folders, number, file, known, told) for number in numbers()]
    if not told.entries[KEPT]:
        raise DataError(f"no track in a playlist is left, expected one at least: {in_words(told)}")
    write_tracks(tracks, _rows([piece.rows for piece in judged], known, told), COLUMNS)
    save_parts(playlists, _coded(scratch, parts, known.codes))
    return told


def _groups(files: Sequence[Path]) -> list[list[Path]]:
    """The files in groups of about GROUP bytes, so that many small ones do not make many pieces each."""
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
    """Sort what stands in some files into pieces, in a folder of their own."""
    # Of a name that no other has, for an engine may run this twice, at once even.
    pieces, passed = Pieces(Path(mkdtemp(dir=scratch, prefix="group-"))), PassedOver()
    empty = sum(pieces.add(read_items(path, passed)) == 0 for path in files)
    pieces.finish()
    return _Group(pieces.folder, passed, pieces.seen, empty)


def in_words(told: Crawl) -> str:
    """What was read, kept and left out, with every reason; what was read is what was kept and each of the reasons."""
    seen, passed = told.seen, told.passed
    left_out = {
        "further copies": told.copies,
        "without their tracks": told.untold,
        "private": told.private,
        "made by SoundCloud": seen.system,
        "without an id": seen.nameless_playlists,
    }
    entries = {reason: told.entries[reason] for reason in REASONS[1:]}
    genres = {how: told.genres[how] for how in (TABLE, TYPED, IGNORED, NONE)}
    others = {
        "users": passed.users,
        "nulls": passed.nulls,
        "ids alone": passed.ids,
        "tracks without an id": seen.nameless_tracks,
        "others": passed.others,
    }
    said = (
        f"{told.files:,} files read, {told.empty:,} of them without a playlist or a track",
        f"{seen.playlists:,} playlists, {told.kept:,} kept, left out {_listed(left_out)}",
        f"{sum(told.entries.values()):,} entries in those kept, {told.entries[KEPT]:,} kept ({told.stub_entries:,} of "
        f"stubs), left out {_listed(entries)}",
        f"{told.tracks:,} distinct tracks of {told.known:,} known, {told.stubs:,} of them stubs",
        f"genres {_listed(genres)}",
        f"passed over {_listed(others)}",
    )
    return "; ".join(said)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in counts.items())


def judge_of(params: SoundCloudParams, genres: Genres) -> Judge:
    """What says of a track and its genre which of REASONS holds. Raises DataError for a filter on what is no genre."""
    wanted = {genres.of(each).name for each in params.genres.split(",")} if params.genres.strip() else set[str]()
    if "" in wanted:
        raise DataError(f"soundcloud.genres = {params.genres}: expected genres with commas between, or '' for all")
    licences = LICENCES.get(params.licence)
    shortest, longest = 1000 * params.min_duration, 1000 * params.max_duration
    limits = (params.min_duration, params.max_duration, params.min_likes, params.min_plays)
    filtered = bool(wanted or licences or any(limits))
    stubs = params.stubs == "always" or (params.stubs == "unless_filtered" and not filtered)

    def judge(track: Track, genre: Genre) -> str:
        if track.policy == BLOCKED:
            return "blocked"
        if track.private:
            return "private"
        if not track.complete:
            return KEPT if stubs else "without metadata"
        if licences is not None and track.licence not in licences:
            return "licence"
        if not _within(track.duration, shortest, longest):
            return "duration"
        if not _within(track.likes, params.min_likes):
            return "likes"
        if not _within(track.plays, params.min_plays):
            return "plays"
        return KEPT if not wanted or genre.name in wanted else "genre"

    return judge


def _within(number: int | None, least: int, most: int = 0) -> bool:
    """Whether a number is from `least` to `most`, 0 for no limit; one that is not known is within no limits."""
    if number is None:
        return not least and not most
    return number >= least and (not most or number <= most)


def _judge_piece(
    folders: Sequence[Path], scratch: Path, params: SoundCloudParams, genres: Genres, number: int
) -> _Judged:
    """Judge each track of a piece."""
    judge, genre_of = judge_of(params, genres), lru_cache(1 << 16)(genres.of)
    # Of a name that no other has, as in `_read_group`.
    descriptor, path = mkstemp(dir=scratch, prefix="rows-")
    judged = _Judged(array("Q"), bytearray(), bytearray(), Path(path))
    rows = []
    for line in greatest_lines(folders, TRACKS, number)[1]:
        track = Track(*orjson.loads(line))
        genre = genre_of(track.genre)
        verdict = judge(track, genre)
        if verdict == KEPT:
            how = genre.how if track.complete else ""
            rows.append((f"{track.id}", len(judged.ids), how, *_fields(track, genre)))
        judged.ids.append(track.id)
        judged.verdicts.append(NUMBERS[verdict])
        judged.stubs.append(not track.complete)
    with open(descriptor, "wb") as file:
        file.writelines(orjson.dumps(row) + b"\n" for row in sorted(rows))
    return judged


def _known(judged: Sequence[_Judged]) -> _Known:
    """All tracks, from those of each piece."""
    starts = np.cumsum([0, *(len(each.ids) for each in judged)])
    return _Known(
        starts=starts,
        keys=mix(np.concatenate([np.array(each.ids, np.uint64) for each in judged])),
        verdicts=np.frombuffer(b"".join(each.verdicts for each in judged), np.uint8),
        stubs=np.frombuffer(b"".join(each.stubs for each in judged), np.bool_),
        played=np.zeros(starts[-1], np.bool_),
        codes=np.empty(starts[-1], np.int32),
    )


def _fields(track: Track, genre: Genre) -> tuple[str, ...]:
    seconds = None if track.duration is None else (track.duration + 500) // 1000
    counts = ("" if number is None else f"{number}" for number in (seconds, track.likes, track.plays))
    names = (track.artist, track.artist_name, track.title, "")
    return (*names, genre.name, track.licence, *counts, track.artwork, track.address)


def _sort_entries(folders: Sequence[Path], number: int, file: IO[bytes], known: _Known, told: Crawl) -> _Part:
    """Count the entries of a piece's playlists, and write the places of the tracks of those kept to `file`, int32."""
    copies, lines = greatest_lines(folders, PLAYLISTS, number)
    told.copies += copies
    ids: list[int] = []
    entries: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    for line in lines:
        playlist = Playlist(*orjson.loads(line))
        if playlist.private:
            told.private += 1
        elif not playlist.told:
            told.untold += 1
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
    told.entries.update(dict(zip(REASONS, np.bincount(verdicts, minlength=len(REASONS)).tolist(), strict=True)))
    kept = verdicts == NUMBERS[KEPT]
    places = places[kept[there]]
    told.stub_entries += int(np.count_nonzero(known.stubs[places]))
    known.played[places] = True
    file.write(places.tobytes())
    told.kept += len(ids)
    owner = np.repeat(np.arange(len(ids)), lengths)
    return _Part(np.bincount(owner[kept], minlength=len(ids)), mix(np.array(ids, np.uint64)))


def _rows(files: Sequence[Path], known: _Known, told: Crawl) -> Iterator[tuple[str, ...]]:
    """The rows of the tracks that are `played`, ascending by id; their codes are filled in on the way."""
    with ExitStack() as stack:
        pieces = [
            _rows_of_piece(stack.enter_context(open(path, "rb")), start)
            for path, start in zip(files, known.starts.tolist(), strict=False)
        ]
        for track, place, how, *fields in heapq.merge(*pieces):
            if known.played[place]:
                known.codes[place] = told.tracks
                told.tracks += 1
                told.stubs += not how
                told.genres[how] += bool(how)
                yield track, *fields


def _rows_of_piece(file: Iterable[bytes], start: int) -> Iterator[list[Any]]:
    """The rows with the place among all tracks instead of that in the piece, whose first one is `start`."""
    for line in file:
        row = orjson.loads(line)
        row[1] += start
        yield row


def _coded(scratch: Path, parts: Sequence[_Part], codes: NDArray[np.int32]) -> Iterator[Playlists]:
    before = 0
    with open(scratch / "entries", "rb") as file:
        for part in parts:
            yield Playlists(
                tracks=codes[np.fromfile(file, np.int32, int(part.lengths.sum()))],
                offsets=offsets_of(part.lengths),
                keys=part.keys,
                rows=np.arange(before, before + len(part.keys), dtype=np.int64),
            )
            before += len(part.keys)
