"""Sessions of listening: what a user listens to between two pauses is a playlist."""

import heapq
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, offsets_of, save_parts
from playlist2vec.corpus.tracks import write_tracks
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.parts import parts_of
from playlist2vec.sources.listenbrainz.pieces import PIECES, PLAY, Unfit, begins, by_piece, sort_part
from playlist2vec.sources.listenbrainz.shares import COUNT, most_listens

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine

Plays = NDArray[np.void]
"""PLAY records, (listens,), ascending by user and time."""
SESSION = np.dtype([("length", "<i8"), ("key", "<u8"), ("time", "<i8")])
"""A playlist: its plays, its key, made from the user's key and the time of the first play, the time of the last."""
SPAN = 1 << 19
"""Listens that are worked at together, at least, where there are more."""


@dataclass
class Listening:
    """What became of the listens that were read.

    `unfit`: those that cannot be used. `duplicates`: those with user, time and recording of another one. `few`: those
    of users with too few. `surplus`: those beyond a user's share of a track. `kept`: all others, in `playlists`
    playlists of `users` users; they are of `tracks` tracks.
    """

    unfit: Unfit
    duplicates: int = 0
    few: int = 0
    surplus: int = 0
    kept: int = 0
    playlists: int = 0
    users: int = 0
    tracks: int = 0


class Work(NamedTuple):
    """What the steps after the first have in common: `folders` with the pieces of each part, all in `scratch`.

    `spans`: the pieces, several in a row together where they are small. A step takes one span at a time and writes
    files with its number; spans ascend by key, as pieces do.
    """

    scratch: str
    folders: tuple[str, ...]
    spans: tuple[range, ...]
    params: ListenBrainzParams

    @property
    def numbers(self) -> range:
        """Those of the spans."""
        return range(len(self.spans))

    def path(self, name: str) -> Path:
        """A file in `scratch`."""
        return Path(self.scratch) / name

    def pieces(self, kind: str, number: int) -> list[Path]:
        """The files of a kind that the parts have for a span."""
        paths = (Path(folder) / f"{kind}-{piece}" for folder in self.folders for piece in self.spans[number])
        return [path for path in paths if path.exists()]


class Thinned(NamedTuple):
    """What left a span, and where in its counts those of each span's tracks end: int64 (spans,)."""

    duplicates: int
    few: int
    ends: NDArray[np.int64]


class Cut(NamedTuple):
    """What left a span and what stays, and the places of the keys of the tracks in it, ascending: int32 (tracks,)."""

    surplus: int
    kept: int
    users: int
    tracks: NDArray[np.int32]


def ingest_dumps(
    dumps: Sequence[Path],
    params: ListenBrainzParams,
    engine: "Engine",
    playlists: Path,
    tracks: Path,
    scratch: Path,
    turns: int = 1,
) -> Listening:
    """Turn dumps into the canonical form: write `playlists`, .npz, and the table of `tracks`; the same in any order.

    Playlists stand in the order of their users' keys, those of a user by time. A track's names are those of its
    earliest listen, and its artist's id is the name. The engine's processes read parts of the dumps, a large .tar.zst
    in so many `turns`, and then have a span of the pieces in memory each; this one has 13 bytes a track and 56 a
    playlist. `scratch`: a folder that is not there yet; it is made, gets some 50 bytes a listen and the
    names, and is left there. Raises DataError for a damaged dump, and if no listen is left.
    """
    scratch = scratch.absolute()
    scratch.mkdir(parents=True)
    parts = parts_of([path.absolute() for path in dumps], turns)
    told = Listening(Unfit())
    folders = []
    for folder, unfit in engine.map(partial(sort_part, str(scratch), params.track == "recording_mbid"), parts):
        folders.append(folder)
        told.unfit += unfit
    fit = sum(path.stat().st_size for folder in folders for path in Path(folder).glob("plays-*")) // PLAY.itemsize
    work = Work(str(scratch), tuple(folders), _spans(fit), params)
    _thin(work, engine, told)
    before = _sort_names(work, engine)
    played = _cut(work, engine, told, int(before[-1]))
    if not told.kept:
        raise DataError(f"none of {told.unfit.read:,} listens is left, expected one at least: {left_out(told)}")
    codes = np.empty(len(played), np.int32)
    write_tracks(tracks, _coded_tracks(work, before, played, codes))
    save_parts(playlists, _coded_playlists(work, codes))
    return told


def left_out(told: Listening) -> str:
    """How many listens were left out, and why, in words; with those that were kept they are all that were read."""
    unfit = told.unfit
    reasons = {
        "without a user": unfit.user,
        "without a time": unfit.time,
        "without a recording": unfit.recording,
        "without names": unfit.names,
        "before 2002-10-01": unfit.early,
        "duplicates": told.duplicates,
        "of users with too few": told.few,
        "beyond a user's share of a track": told.surplus,
    }
    return "left out " + ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())


def distinct(plays: Plays) -> Plays:
    """The plays, in any order, by user, time and track, without those that are equal to another in all three."""
    ordered = plays[np.lexsort((plays["track"], plays["time"], plays["user"]))]
    again = np.zeros(len(ordered), bool)
    again[1:] = ordered[1:] == ordered[:-1]
    return ordered[~again]


def of_users_with(plays: Plays, least: int) -> Plays:
    """Those plays whose user has `least` of them or more."""
    lengths = np.diff(np.flatnonzero(begins(plays["user"])), append=len(plays))
    return plays[np.repeat(lengths >= least, lengths)]


def within_limits(plays: Plays, tracks: NDArray[np.uint64], limits: NDArray[np.int64]) -> Plays:
    """The plays without a user's later ones of a track that are more than its limit.

    `tracks`: the keys of those that have a limit, ascending, uint64 (limited,); `limits`: theirs, int64 (limited,).
    """
    if not len(limits):
        return plays
    grouped = np.lexsort((plays["track"], plays["user"]))
    user, track = plays["user"][grouped], plays["track"][grouped]
    starts = np.flatnonzero(begins(user) | begins(track))
    place = np.minimum(np.searchsorted(tracks, track[starts]), len(limits) - 1)
    limit = np.where(tracks[place] == track[starts], limits[place], len(plays))
    lengths = np.diff(starts, append=len(plays))
    number = np.arange(len(plays)) - np.repeat(starts, lengths)
    kept = np.zeros(len(plays), bool)
    kept[grouped] = number < np.repeat(limit, lengths)
    return plays[kept]


def sessions_of(plays: Plays, gap: int) -> NDArray[np.void]:
    """Cut plays into playlists: one begins with each user, and where the play before is more than `gap` minutes ago.

    Returns SESSION records in the order of the plays, (playlists,).
    """
    pause = np.diff(plays["time"], prepend=0) > 60 * gap
    starts = np.flatnonzero(begins(plays["user"]) | pause)
    sessions = np.empty(len(starts), SESSION)
    sessions["length"] = np.diff(starts, append=len(plays))
    first = plays[starts]
    with np.errstate(over="ignore"):
        sessions["key"] = mix(first["user"] + mix(first["time"].astype(np.uint64)))
    sessions["time"] = plays["time"][starts + sessions["length"] - 1]
    return sessions


def _spans(listens: int) -> tuple[range, ...]:
    items = min(PIECES, max(1, listens // SPAN))
    return tuple(range(PIECES * number // items, PIECES * (number + 1) // items) for number in range(items))


def _thin(work: Work, engine: "Engine", told: Listening) -> None:
    """Make `kept-<n>` of each span and, where shares are limited, `limited.npy` and `limits.npy`, for all tracks."""
    ends = []
    for number, thinned in zip(work.numbers, engine.map(partial(thin, work), work.numbers), strict=True):
        told.duplicates += thinned.duplicates
        told.few += thinned.few
        ends.append(thinned.ends)
        _delete(work.pieces("plays", number))
    if work.params.max_share < 1:
        limits = np.concatenate(list(engine.map(partial(limit, work, np.array(ends)), work.numbers)))
        np.save(work.path("limited.npy"), limits["track"])
        np.save(work.path("limits.npy"), limits["listens"])
        _delete(work.path(f"counts-{number}") for number in work.numbers)


def thin(work: Work, number: int) -> Thinned:
    """Write `kept-<n>`, what stays of a span; where shares are limited, `counts-<n>`, COUNT, ascending by track."""
    plays = np.concatenate([np.empty(0, PLAY), *(np.fromfile(path, PLAY) for path in work.pieces("plays", number))])
    once = distinct(plays)
    kept = of_users_with(once, work.params.min_listens)
    _write(work.path(f"kept-{number}"), kept)
    ends = np.zeros(len(work.spans), np.int64)
    if work.params.max_share < 1:
        grouped = kept[np.lexsort((kept["user"], kept["track"]))]
        starts = np.flatnonzero(begins(grouped["user"]) | begins(grouped["track"]))
        counts = np.empty(len(starts), COUNT)
        counts["track"] = grouped["track"][starts]
        counts["listens"] = np.diff(starts, append=len(grouped))
        _write(work.path(f"counts-{number}"), counts)
        ends = by_piece(counts["track"])[1][[span.stop - 1 for span in work.spans]]
    return Thinned(len(plays) - len(once), len(once) - len(kept), ends)


def limit(work: Work, ends: NDArray[np.int64], number: int) -> NDArray[np.void]:
    """What `most_listens` says of the tracks of a span. `ends`: int64 (spans, spans), those of all `Thinned`."""
    starts = ends[:, number - 1] if number else np.zeros(len(ends), np.int64)
    counts = [
        np.fromfile(work.path(f"counts-{other}"), COUNT, end - start, offset=start * COUNT.itemsize)
        for other, (start, end) in enumerate(zip(starts.tolist(), ends[:, number].tolist(), strict=True))
    ]
    return most_listens(np.concatenate(counts), work.params.max_share)


def _sort_names(work: Work, engine: "Engine") -> NDArray[np.int64]:
    """Make `keys.npy`, those of all tracks, ascending; return how many are before each span: int64 (spans + 1,)."""
    keys = list(engine.map(partial(sort_names, work), work.numbers))
    np.save(work.path("keys.npy"), np.concatenate(keys))
    _delete(path for number in work.numbers for path in work.pieces("names", number))
    return offsets_of(np.array([len(each) for each in keys], np.int64))


def sort_names(work: Work, number: int) -> NDArray[np.uint64]:
    """Write `names-<n>` of a span; return the keys of its tracks, ascending: uint64 (tracks,).

    The file has a line a track, ascending by id: id, artist, title, place of the key in the span, with tabs between.
    Raises DataError when two tracks have the same key, which one in 5,000 data sets of 60 million tracks would.
    """
    earliest: dict[int, Named] = {}
    for path in work.pieces("names", number):
        _add_names(path, earliest)
    keys = sorted(earliest)
    rows = sorted((*earliest[key][1:], place) for place, key in enumerate(keys))
    lines = "".join(f"{track}\t{artist}\t{title}\t{place}\n" for track, artist, title, place in rows).encode()
    _write(work.path(f"names-{number}"), np.frombuffer(lines, np.uint8))
    return np.array(keys, np.uint64)


Named = tuple[int, str, str, str]
"""Time, id, artist, title."""


def _add_names(path: Path, earliest: dict[int, Named]) -> None:
    with open(path, "rb") as file:
        for line in file:
            text, time, track, artist, title = line.decode()[:-1].split("\t")
            found = int(time), track, artist, title
            known = earliest.get(key := int(text))
            if known is None or found < known:
                earliest[key] = found
            if known is not None and known[1] != found[1]:
                raise DataError(f"the tracks {known[1]} and {found[1]} have the same key: expected one of them alone")


def _cut(work: Work, engine: "Engine", told: Listening, tracks: int) -> NDArray[np.bool_]:
    """Make `places-<n>` and `sessions-<n>` of each span; return whether each track is played: bool (tracks,)."""
    played = np.zeros(tracks, bool)
    for number, found in zip(work.numbers, engine.map(partial(cut, work), work.numbers), strict=True):
        told.surplus += found.surplus
        told.kept += found.kept
        told.users += found.users
        told.playlists += work.path(f"sessions-{number}").stat().st_size // SESSION.itemsize
        played[found.tracks] = True
        _delete([work.path(f"kept-{number}")])
    told.tracks = int(np.count_nonzero(played))
    return played


def cut(work: Work, number: int) -> Cut:
    """Cut a span into playlists: write `sessions-<n>`, SESSION, and `places-<n>`, int32, in the keys of each play's."""
    plays = thinned = np.fromfile(work.path(f"kept-{number}"), PLAY)
    if work.params.max_share < 1:
        limited, limits = (np.load(work.path(f"{name}.npy"), mmap_mode="r") for name in ("limited", "limits"))
        plays = within_limits(thinned, limited, limits)
    tracks, codes = np.unique(plays["track"], return_inverse=True)
    places = np.searchsorted(np.load(work.path("keys.npy"), mmap_mode="r"), tracks).astype(np.int32)
    _write(work.path(f"places-{number}"), places[codes])
    _write(work.path(f"sessions-{number}"), sessions_of(plays, work.params.gap))
    return Cut(len(thinned) - len(plays), len(plays), int(np.count_nonzero(begins(plays["user"]))), places)


def _coded_tracks(
    work: Work, before: NDArray[np.int64], played: NDArray[np.bool_], codes: NDArray[np.int32]
) -> Iterator[tuple[str, ...]]:
    """The rows of the tracks that are `played`, ascending by id; `codes`, by place of the key, is filled on the way."""
    code = 0
    with ExitStack() as stack:
        files = [stack.enter_context(open(work.path(f"names-{number}"), "rb")) for number in work.numbers]
        lines = (zip(file, repeat(start)) for file, start in zip(files, before.tolist(), strict=False))
        # A tab sorts below all that an id may hold.
        for line, start in heapq.merge(*lines):
            track, artist, title, place = line.decode().split("\t")
            if played[start + int(place)]:
                codes[start + int(place)] = code
                code += 1
                yield track, artist, artist, title, ""


def _coded_playlists(work: Work, codes: NDArray[np.int32]) -> Iterator[Playlists]:
    before = 0
    for number in work.numbers:
        sessions = np.fromfile(work.path(f"sessions-{number}"), SESSION)
        yield Playlists(
            tracks=codes[np.fromfile(work.path(f"places-{number}"), np.int32)],
            offsets=offsets_of(sessions["length"]),
            keys=sessions["key"],
            rows=np.arange(before, before + len(sessions)),
            times=sessions["time"],
        )
        before += len(sessions)


def _write(path: Path, array: NDArray[Any]) -> None:
    """Write the bare elements, under another name first, for a step may be done twice."""
    unfinished = path.with_name(f"{path.name}-{uuid4().hex}")
    with open(unfinished, "wb") as file:
        file.write(np.ascontiguousarray(array).data)
    os.replace(unfinished, path)


def _delete(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
