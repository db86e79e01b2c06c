"""Filtering of the tracks of SoundCloud, with the reason for every rejected track."""

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import mkstemp
from typing import NamedTuple

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.sources.soundcloud.genres import Genre, Genres
from playlist2vec.sources.soundcloud.params import SoundCloudParams
from playlist2vec.sources.soundcloud.pieces import TRACKS, greatest_lines
from playlist2vec.sources.soundcloud.records import BLOCKED, Track

SHARED = frozenset(
    {
        "no-rights-reserved",
        "cc-by",
        "cc-by-sa",
        "cc-by-nd",
        "cc-by-nc",
        "cc-by-nc-sa",
        "cc-by-nc-nd",
    }
)
LICENCES = {
    "to_share": SHARED,
    "to_use_commercially": frozenset(each for each in SHARED if "-nc" not in each),
    "to_modify_commercially": frozenset(
        each for each in SHARED if "-nc" not in each and "-nd" not in each
    ),
}
"""The licences by the filters of SoundCloud's own search."""
KEPT = "kept"
REASONS = (
    KEPT,
    "deleted",
    "blocked",
    "private",
    "without metadata",
    "licence",
    "duration",
    "likes",
    "plays",
    "genre",
)
"""The outcomes for an entry of a playlist: kept, or rejected for the first reason that holds."""
NUMBERS = {reason: number for number, reason in enumerate(REASONS)}
Judge = Callable[[Track, Genre], str]


class Judged(NamedTuple):
    """The tracks of a partition, ascending by the hash of the id.

    `ids`: track ids. `verdicts`: places in REASONS. `stubs`: 1 for a stub, else 0. `rows`: a file
    with a JSON list a line for every kept track, ascending by id as text: the id, the place among
    the tracks of the partition, the way the genre was found, and the fields of the table from the
    artist's id on.
    """

    ids: "array[int]"
    verdicts: bytearray
    stubs: bytearray
    rows: Path


def judge_of(params: SoundCloudParams, genres: Genres) -> Judge:
    """Return the function that finds the outcome, of REASONS, for a track and its genre.

    Raises DataError for a filter that is not a genre.
    """
    wanted = (
        {genres.of(each).name for each in params.genres.split(",")}
        if params.genres.strip()
        else set[str]()
    )
    if "" in wanted:
        raise DataError(
            f"soundcloud.genres = {params.genres}: expected genres with commas "
            "between, or '' for all"
        )
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
    """Return True if a number is from `least` to `most`, 0 for no limit.

    An unknown number is accepted only without limits.
    """
    if number is None:
        return not least and not most
    return number >= least and (not most or number <= most)


def judge_piece(
    folders: Sequence[Path], scratch: Path, params: SoundCloudParams, genres: Genres, number: int
) -> Judged:
    """Judge every track of partition `number` in `folders`; write rows to a file in `scratch`."""
    judge, genre_of = judge_of(params, genres), lru_cache(1 << 16)(genres.of)
    # Use a unique name: an engine may run the task twice, even at the same time.
    descriptor, path = mkstemp(dir=scratch, prefix="rows-")
    judged = Judged(array("Q"), bytearray(), bytearray(), Path(path))
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


def _fields(track: Track, genre: Genre) -> tuple[str, ...]:
    seconds = None if track.duration is None else (track.duration + 500) // 1000
    counts = (
        "" if number is None else f"{number}" for number in (seconds, track.likes, track.plays)
    )
    names = (track.artist, track.artist_name, track.title, "")
    return (*names, genre.name, track.licence, *counts, track.artwork, track.address)
