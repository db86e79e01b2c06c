"""Sessions of listening: what a user listens to between two pauses is a playlist."""

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from playlist2vec.errors import DataError
from playlist2vec.hashing import mix
from playlist2vec.listen_dumps import read_dump
from playlist2vec.listens import PIECES, PLAY, Pieces, Unfit, read_piece, write_pieces
from playlist2vec.params import ListenBrainzParams
from playlist2vec.playlists import Playlists, offsets_of
from playlist2vec.shares import COUNT, most_listens
from playlist2vec.tracks import write_tracks

Plays = NDArray[np.void]
"""PLAY records, (listens,), ascending by user and time."""
BLOCK = 1 << 22
"""Songs whose codes are looked up at once."""


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


class Sessions(NamedTuple):
    """Playlists in the order of their plays.

    `lengths`: int64 (playlists,). `keys`: uint64 (playlists,), made from the user's key and the time of the first play.
    `times`: int64 (playlists,), that of the last play.
    """

    lengths: NDArray[np.int64]
    keys: NDArray[np.uint64]
    times: NDArray[np.int64]


def ingest_dumps(
    dumps: Sequence[Path], params: ListenBrainzParams, playlists: Path, tracks: Path, scratch: Path
) -> Listening:
    """Turn dumps into the canonical form: write `playlists`, .npz, and the table of `tracks`; the same in any order.

    Playlists stand in the order of their users' keys, those of a user by time. A track's names are those of its
    earliest listen, and its artist's id is the name. In memory are one piece of the listens (see `listens`) and the
    canonical form: 4 bytes a listen, 32 a playlist, 13 a track. `scratch`: a folder that is not there yet; it is made,
    gets some 50 bytes a listen and the names, and is left there. Raises DataError for a damaged dump, and if no listen
    is left.
    """
    pieces = Pieces(scratch)
    for dump in dumps:
        pieces.add(read_dump(dump, by_mbid=params.track == "recording_mbid"))
    pieces.finish()
    told = Listening(pieces.unfit)
    for number in range(PIECES):
        _thin(scratch, number, params, told)
    limits = _limits(scratch, params.max_share)
    keys = sort_names(scratch)
    played = np.zeros(len(keys), bool)
    found = [_sessions_of_piece(scratch, number, params.gap, limits, keys, played, told) for number in range(PIECES)]
    if not told.kept:
        raise DataError(f"none of {told.unfit.read:,} listens is left, expected one at least: {left_out(told)}")
    codes = np.empty(len(keys), np.int32)
    write_tracks(tracks, _coded_tracks(scratch, played, codes))
    told.tracks = int(np.count_nonzero(played))
    sessions = Sessions(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    told.playlists = len(sessions.lengths)
    Playlists(
        tracks=_coded_plays(scratch, codes),
        offsets=offsets_of(sessions.lengths),
        keys=sessions.keys,
        rows=np.arange(told.playlists, dtype=np.int64),
        times=sessions.times,
    ).save(playlists)
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
    lengths = np.diff(np.flatnonzero(_begins(plays["user"])), append=len(plays))
    return plays[np.repeat(lengths >= least, lengths)]


def within_limits(plays: Plays, limits: NDArray[np.void]) -> Plays:
    """The plays without a user's later ones of a track that are more than its limit.

    `limits`: COUNT (tracks,), ascending by track; the other tracks have none.
    """
    if not len(limits):
        return plays
    grouped = np.lexsort((plays["track"], plays["user"]))
    user, track = plays["user"][grouped], plays["track"][grouped]
    starts = np.flatnonzero(_begins(user) | _begins(track))
    place = np.searchsorted(limits["track"], track[starts])
    limited = limits[np.minimum(place, len(limits) - 1)]
    limit = np.where(limited["track"] == track[starts], limited["listens"], len(plays))
    lengths = np.diff(starts, append=len(plays))
    number = np.arange(len(plays)) - np.repeat(starts, lengths)
    kept = np.zeros(len(plays), bool)
    kept[grouped] = number < np.repeat(limit, lengths)
    return plays[kept]


def sessions_of(plays: Plays, gap: int) -> Sessions:
    """Cut plays into playlists: one begins with each user, and where the play before is more than `gap` minutes ago."""
    pause = np.diff(plays["time"], prepend=0) > 60 * gap
    starts = np.flatnonzero(_begins(plays["user"]) | pause)
    lengths = np.diff(starts, append=len(plays))
    first = plays[starts]
    with np.errstate(over="ignore"):
        keys = mix(first["user"] + mix(first["time"].astype(np.uint64)))
    return Sessions(lengths, keys, plays["time"][starts + lengths - 1])


def sort_names(scratch: Path) -> NDArray[np.uint64]:
    """The keys of all tracks, ascending: uint64 (tracks,). Writes `sorted-<n>` for each piece of the names.

    It holds a JSON list a line, `[id, place of the key, artist, title]`, one a track, ascending by id.
    Raises DataError when two tracks have the same key, which one in 5,000 data sets of 60 million tracks would.
    """
    keys: list[NDArray[np.uint64]] = []
    before = 0
    for number in range(PIECES):
        earliest = _earliest_names(scratch / f"names-{number}")
        if not earliest:
            continue
        keys.append(np.array(sorted(earliest), np.uint64))
        rows = sorted(
            (track, before + place, artist, title)
            for place, (_, (_, track, artist, title)) in enumerate(sorted(earliest.items()))
        )
        before += len(rows)
        with open(scratch / f"sorted-{number}", "wb") as file:
            file.writelines(orjson.dumps(row) + b"\n" for row in rows)
    return np.concatenate([*keys, np.empty(0, np.uint64)])


Named = tuple[int, str, str, str]
"""Time, id, artist, title."""


def _earliest_names(path: Path) -> dict[int, Named]:
    earliest: dict[int, Named] = {}
    if not path.exists():
        return earliest
    with open(path, "rb") as file:
        for line in file:
            key, *rest = orjson.loads(line)
            found: Named = tuple(rest)
            known = earliest.setdefault(key, found)
            if known[1] != found[1]:
                raise DataError(f"the tracks {known[1]} and {found[1]} have the same key: expected one of them alone")
            earliest[key] = min(known, found)
    path.unlink()
    return earliest


def _thin(scratch: Path, number: int, params: ListenBrainzParams, told: Listening) -> None:
    """Write `kept-<n>`, what stays of a piece, and, where shares are limited, how often each user has each track."""
    plays = read_piece(scratch, "plays", number, PLAY)
    if not len(plays):
        return
    once = distinct(plays)
    told.duplicates += len(plays) - len(once)
    kept = of_users_with(once, params.min_listens)
    told.few += len(once) - len(kept)
    kept.tofile(scratch / f"kept-{number}")
    (scratch / f"plays-{number}").unlink()
    if params.max_share < 1:
        grouped = kept[np.lexsort((kept["track"], kept["user"]))]
        starts = np.flatnonzero(_begins(grouped["user"]) | _begins(grouped["track"]))
        counts = np.empty(len(starts), COUNT)
        counts["track"] = grouped["track"][starts]
        counts["listens"] = np.diff(starts, append=len(grouped))
        write_pieces(scratch, "counts", counts, "track")


def _limits(scratch: Path, share: float) -> NDArray[np.void]:
    """What `most_listens` says of all pieces; there are none where the share is 1."""
    return np.concatenate([most_listens(read_piece(scratch, "counts", n, COUNT), share) for n in range(PIECES)])


def _sessions_of_piece(
    scratch: Path,
    number: int,
    gap: int,
    limits: NDArray[np.void],
    keys: NDArray[np.uint64],
    played: NDArray[np.bool_],
    told: Listening,
) -> Sessions:
    """Cut a piece into playlists, append the place of each play's key to `places`, and mark it in `played`."""
    thinned = read_piece(scratch, "kept", number, PLAY)
    plays = within_limits(thinned, limits)
    told.surplus += len(thinned) - len(plays)
    told.kept += len(plays)
    told.users += int(np.count_nonzero(_begins(plays["user"])))
    places = np.searchsorted(keys, plays["track"]).astype(np.int32)
    played[places] = True
    with open(scratch / "places", "ab") as file:
        places.tofile(file)
    (scratch / f"kept-{number}").unlink(missing_ok=True)
    return sessions_of(plays, gap)


def _coded_tracks(scratch: Path, played: NDArray[np.bool_], codes: NDArray[np.int32]) -> Iterator[tuple[str, ...]]:
    """The rows of the tracks that are `played`, ascending by id; `codes`, by place of the key, is filled on the way."""
    code = 0
    with ExitStack() as stack:
        files = [stack.enter_context(open(path, "rb")) for path in scratch.glob("sorted-*")]
        for track, place, artist, title in heapq.merge(*(map(orjson.loads, file) for file in files)):
            if played[place]:
                codes[place] = code
                code += 1
                yield track, artist, artist, title, ""


def _coded_plays(scratch: Path, codes: NDArray[np.int32]) -> NDArray[np.int32]:
    plays = np.fromfile(scratch / "places", np.int32)
    for start in range(0, len(plays), BLOCK):
        plays[start : start + BLOCK] = codes[plays[start : start + BLOCK]]
    return plays


def _begins(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each value differs from the one before it: bool of the same shape."""
    first = np.ones(len(values), bool)
    first[1:] = values[1:] != values[:-1]
    return first
