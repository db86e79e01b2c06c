"""Files of a person's listens: exports of ListenBrainz, Last.fm and Spotify."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.listens import EPOCH
from playlist2vec.formats.zips import is_of_macos, members_of
from playlist2vec.sources.lastfm.sessions import read_exports
from playlist2vec.sources.listenbrainz.columns import keys_of_users
from playlist2vec.sources.listenbrainz.dumps import EXPORTED, LINES
from playlist2vec.sources.listenbrainz.parts import parts_of, read_part
from playlist2vec.sources.listening import SECOND, Log
from playlist2vec.sources.placed import documents
from playlist2vec.sources.spotify_history.exports import is_read
from playlist2vec.sources.spotify_history.params import SpotifyHistoryParams
from playlist2vec.sources.spotify_history.sessions import read_history

EXPECTED = (
    "a ListenBrainz export (.zip, .jsonl, .listens), scrobbles from Last.fm (.csv, .json), "
    "or Spotify's streaming history (.json, .zip or a folder)"
)
SHORTEST = 30
"""Plays on Spotify of fewer seconds were skipped, and are left out."""


class Play(NamedTuple):
    """A listen.

    `second`: start in seconds since 2002-10-01. `song`: id, empty for none.
    """

    second: int
    song: str
    artist: str
    title: str


class Plays(NamedTuple):
    """Listens, and counts of rejected listens.

    `of`: listens by name of the person, in order of time. `left_out`: counts by reason.
    """

    of: dict[str, list[Play]]
    left_out: dict[str, int]


def read_plays(path: str | Path) -> Plays:
    """Read a file of listens, or Spotify's folder. Raises DataError for an unknown format."""
    place = Path(path)
    if not place.exists():
        raise DataError(f"{path}: no such file: expected {EXPECTED}")
    found = _reader_of(place)(place)
    duplicates = 0
    for plays in found.of.values():
        different = {
            (play.second, play.song or play[2:]): play for play in sorted(plays, reverse=True)
        }
        duplicates += len(plays) - len(different)
        plays[:] = sorted(different.values())
    found.left_out["duplicates"] = found.left_out.get("duplicates", 0) + duplicates
    if not any(found.of.values()):
        reasons = ", ".join(
            f"{count:,} {reason}" for reason, count in found.left_out.items() if count
        )
        raise DataError(
            f"{path}: no listen in it ({reasons or 'nothing at all'}): expected {EXPECTED}"
        )
    return found


def plays_of(found: Plays, path: str | Path, listener: str | None) -> list[Play]:
    """Return the listens of `listener`, or of the only person in a file.

    ListenBrainz listeners are found by name or by number. Raises DataError for several people
    without `listener`, and for an unknown `listener`.
    """
    if listener is None:
        if len(found.of) > 1:
            raise DataError(
                f"{path}: listens of {len(found.of):,} people: expected one, or --listener NAME"
            )
        return next(iter(found.of.values()))
    keys, _ = keys_of_users([int(listener) if listener.isdecimal() else listener, listener])
    for name in (listener, *map(str, keys.tolist())):
        if name in found.of:
            return found.of[name]
    raise DataError(
        f"{path}: no listen of --listener {listener!r}: expected the name of one of "
        f"{len(found.of):,} people in it, or the number where it has numbers"
    )


def _reader_of(path: Path) -> Callable[[Path], Plays]:
    name = path.name.lower()
    if path.is_dir():
        return _of_spotify
    if name.endswith(".zip"):
        members = [each.name for each in members_of(path) if not is_of_macos(each.name)]
        return _of_spotify if any(map(is_read, members)) else _of_listenbrainz
    if name.endswith((EXPORTED, LINES, ".parquet")):
        return _of_listenbrainz
    if name.endswith((".json", ".json.gz")):
        return _of_json
    if name.removesuffix(".gz").endswith((".csv", ".tsv", ".txt")):
        return _of_lastfm
    raise DataError(f"{path}: a name that ends in {path.suffix or 'nothing'}: expected {EXPECTED}")


def _of_json(path: Path) -> Plays:
    """Read JSON from Spotify, or from a tool for Last.fm."""
    try:
        return _of_spotify(path)
    except DataError:
        return _of_lastfm(path)


def _of_lastfm(path: Path) -> Plays:
    found = read_exports([path])
    return Plays(*_of_log(found.log, dict(found.left_out)))


def _of_spotify(path: Path) -> Plays:
    section = SpotifyHistoryParams(str(path), take="sessions", pause=30, min_seconds=SHORTEST)
    paths = (
        sorted(each for each in path.rglob("*.json*") if is_read(each.name))
        if path.is_dir()
        else [path]
    )
    history = read_history(
        partial(documents, paths, lambda name: is_read(name) or path.is_file()), section
    )
    return Plays(*_of_log(history.log, dict(history.left_out)))


def _of_log(log: Log, left_out: dict[str, int]) -> tuple[dict[str, list[Play]], dict[str, int]]:
    of: dict[str, list[Play]] = {}
    for listener, start, song in log.plays():
        second = start // SECOND - EPOCH
        if second < 0:
            left_out["before 2002-10-01"] = left_out.get("before 2002-10-01", 0) + 1
            continue
        names = log.details[song]
        of.setdefault(listener, []).append(Play(second, song, names.artist_name, names.title))
    return of, left_out


def _of_listenbrainz(path: Path) -> Plays:
    of: dict[str, list[Play]] = {}
    left_out = {"without a time": 0, "without names": 0, "before 2002-10-01": 0}
    for part in parts_of([path], 1):
        for block in read_part(part, by_mbid=True):
            rows = zip(
                block.users.tolist(),
                block.times.tolist(),
                *(
                    column.codes.tolist()
                    for column in (block.recordings, block.artists, block.titles)
                ),
                strict=True,
            )
            for user, time, recording, artist, title in rows:
                names = block.artists.different[artist] or "", block.titles.different[title] or ""
                reason = _reason(time, *names)
                if reason:
                    left_out[reason] += 1
                    continue
                song = (block.recordings.different[recording] or "").strip().lower()
                of.setdefault(str(user), []).append(
                    Play(time - EPOCH, song, *(each.strip() for each in names))
                )
    return Plays(of, left_out)


def _reason(time: int, artist: str, title: str) -> str:
    if time >= 1 << 32:
        return "without a time"
    if not artist.strip() or not title.strip():
        return "without names"
    return "before 2002-10-01" if time < EPOCH else ""
