"""Sessions of listening: the listens of a user between two pauses are a playlist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.listens import FILE, Listens, save_listens, seconds_of
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.storage import save_parts
from playlist2vec.sources.listenbrainz.naming import sort_all_names, write_table
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.parts import parts_of
from playlist2vec.sources.listenbrainz.pieces import PLAY, Rejected, begins, sort_part
from playlist2vec.sources.listenbrainz.thinning import thin_all, within_limits
from playlist2vec.sources.listenbrainz.work import Plays, Work, delete, work_of, write_array

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine

SESSION = np.dtype([("length", "<i8"), ("key", "<u8"), ("time", "<i8")])
"""A playlist: the number of plays, a key made from the user's key and the time of the first play,
and the time of the last play.
"""
LISTENER = np.dtype([("listens", "<i8"), ("key", "<u8")])
"""A user of a span: the number of kept listens, and the user's key."""


@dataclass
class Listening:
    """The counts of the listens that were read: every listen was kept, or left out for a reason.

    `rejected`: unusable listens. `duplicates`: listens with user, time and recording of another
    listen. `few`: listens of users with too few. `surplus`: listens beyond a user's share of a
    track. `kept`: all other listens, in `playlists` playlists of `users` users, of `tracks` tracks.
    `passed`: archives that hold no listens.
    """

    rejected: Rejected
    duplicates: int = 0
    few: int = 0
    surplus: int = 0
    kept: int = 0
    playlists: int = 0
    users: int = 0
    tracks: int = 0
    passed: tuple[str, ...] = ()


class Cut(NamedTuple):
    """The counts of the surplus and of the kept listens of a span, and of users.

    `tracks`: the places of the keys of the span's tracks, ascending: int32 (tracks,).
    """

    surplus: int
    kept: int
    users: int
    tracks: NDArray[np.int32]


class _Listened(NamedTuple):
    """The counts of all spans, as in `Listening`, and a mark of played tracks: bool (tracks,)."""

    surplus: int
    kept: int
    users: int
    playlists: int
    played: NDArray[np.bool_]


def ingest_dumps(
    dumps: Sequence[Path],
    params: ListenBrainzParams,
    engine: "Engine",
    playlists: Path,
    tracks: Path,
    scratch: Path,
    turns: int = 1,
) -> Listening:
    """Turn dumps into the canonical form: write `playlists`, .npz, and the table of `tracks`.

    The order of the dumps changes nothing. Beside `playlists` come the `Listens` of all plays, with
    the users' keys if `keep_users` is true. Playlists stand in the order of their users' keys,
    those of a user by time. A track has the names of the track's earliest listen, and the artist's
    id is the artist's name. The engine's processes read parts of the dumps, a large .tar.zst in so
    many `turns`, and then have a span of partitions in memory each; this process has 13 bytes a
    track, 56 a playlist and 16 a user. `scratch`: a folder that does not exist yet; it is made,
    gets some 50 bytes a listen and the names, and is left there. Raises DataError for a damaged
    dump, and if no listen is left.
    """
    scratch = scratch.absolute()
    scratch.mkdir(parents=True)
    parts = parts_of([path.absolute() for path in dumps], turns)
    sort = partial(sort_part, str(scratch), params.track == "recording_mbid")
    pieces = list(engine.map(sort, parts))
    rejected = sum((each.rejected for each in pieces), Rejected())
    without = tuple(dict.fromkeys(each.without for each in pieces if each.without))
    if without and all(each.without for each in pieces):
        raise DataError(without[0])
    work = work_of(scratch, tuple(each.folder for each in pieces), params)
    thinned = thin_all(work, engine)
    before = sort_all_names(work, engine)
    listened = _cut_all(work, engine, int(before[-1]))
    summary = _summed_up(rejected, *thinned, listened)
    summary.passed = tuple(Path(text.partition(": ")[0]).name for text in without)
    if not summary.kept:
        raise DataError(
            f"none of {rejected.read:,} listens is left, expected one at least: {left_out(summary)}"
        )
    codes = write_table(tracks, work, before, listened.played)
    save_parts(playlists, _coded_playlists(work, codes))
    save_listens(playlists.with_name(FILE), _listens(work))
    return summary


def _summed_up(rejected: Rejected, duplicates: int, few: int, listened: _Listened) -> Listening:
    return Listening(
        rejected=rejected,
        duplicates=duplicates,
        few=few,
        surplus=listened.surplus,
        kept=listened.kept,
        playlists=listened.playlists,
        users=listened.users,
        tracks=int(np.count_nonzero(listened.played)),
    )


def left_out(summary: Listening) -> str:
    """Return a text with the number of listens left out for every reason.

    With the kept listens they are all listens that were read.
    """
    rejected = summary.rejected
    reasons = {
        "without a user": rejected.user,
        "without a time": rejected.time,
        "without a recording": rejected.recording,
        "without names": rejected.names,
        "before 2002-10-01": rejected.early,
        "duplicates": summary.duplicates,
        "of users with too few": summary.few,
        "beyond a user's share of a track": summary.surplus,
    }
    return "left out " + ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())


def sessions_of(plays: Plays, gap: int) -> NDArray[np.void]:
    """Cut plays into playlists, at a change of user and at a pause of more than `gap` minutes.

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


def _cut_all(work: Work, engine: "Engine", tracks: int) -> _Listened:
    """Run `cut` on all spans and add up the counts. `tracks`: the number of tracks."""
    played = np.zeros(tracks, bool)
    surplus = kept = users = playlists = 0
    for number, found in zip(
        work.numbers, engine.map(partial(cut, work), work.numbers), strict=True
    ):
        surplus += found.surplus
        kept += found.kept
        users += found.users
        playlists += work.path(f"sessions-{number}").stat().st_size // SESSION.itemsize
        played[found.tracks] = True
        delete([work.path(f"kept-{number}")])
    return _Listened(surplus, kept, users, playlists, played)


def cut(work: Work, number: int) -> Cut:
    """Cut a span into playlists.

    Writes `sessions-<n>`, SESSION; `places-<n>`, int32, the place in the keys of each play's track;
    `seconds-<n>`, uint32, as in `Listens`; and `users-<n>`, LISTENER.
    """
    plays = thinned = np.fromfile(work.path(f"kept-{number}"), PLAY)
    if work.params.max_share < 1:
        limited, limits = (
            np.load(work.path(f"{name}.npy"), mmap_mode="r") for name in ("limited", "limits")
        )
        plays = within_limits(thinned, limited, limits)
    tracks, codes = np.unique(plays["track"], return_inverse=True)
    places = np.searchsorted(np.load(work.path("keys.npy"), mmap_mode="r"), tracks).astype(np.int32)
    write_array(work.path(f"places-{number}"), places[codes])
    write_array(work.path(f"sessions-{number}"), sessions_of(plays, work.params.gap))
    write_array(work.path(f"seconds-{number}"), seconds_of(plays["time"]))
    users = _listeners(plays)
    write_array(work.path(f"users-{number}"), users)
    return Cut(len(thinned) - len(plays), len(plays), len(users), places)


def _listeners(plays: Plays) -> NDArray[np.void]:
    """Return LISTENER records of the users of a span, in the order of the plays: (users,)."""
    starts = np.flatnonzero(begins(plays["user"]))
    users = np.empty(len(starts), LISTENER)
    users["listens"] = np.diff(starts, append=len(plays))
    users["key"] = plays["user"][starts]
    return users


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


def _listens(work: Work) -> Iterator[Listens]:
    """Yield the listens of every span, then delete the file of seconds to free disk space."""
    for number in work.numbers:
        seconds = work.path(f"seconds-{number}")
        users = np.fromfile(work.path(f"users-{number}"), LISTENER)
        yield Listens(
            users=offsets_of(users["listens"]),
            seconds=np.fromfile(seconds, np.uint32),
            keys=users["key"] if work.params.keep_users else None,
        )
        delete([seconds])
