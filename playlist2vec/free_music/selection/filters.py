"""The filters: a track is kept, or left out for one reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from playlist2vec.free_music.hashing.table import OK, Hashes
from playlist2vec.free_music.manifest.entries import Entry
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.free_music.selection.licences import GROUPS
from playlist2vec.free_music.selection.params import SelectParams
from playlist2vec.sources.soundcloud.genres import TABLE, Genre, Genres
from playlist2vec.sources.soundcloud.records import BLOCKED, Track

KEPT = "kept"
REASONS = (
    *(KEPT, "removed", "copy_of_removed", "no_sound", "copy", "private", "blocked", "preview"),
    *(
        "title",
        "licence",
        "uploader",
        "address",
        "artwork",
        "duration",
        "size",
        "genre",
        "rare_genre",
    ),
)
"""Fates of a track: kept, or left out for the first reason that applies."""
PREVIEW = "SNIP"


class Judged(NamedTuple):
    """A track of the manifest with hashes, genre and fate.

    `genre`: by the table of genres. `fate`: one of REASONS.
    """

    entry: Entry
    track: Track
    hashes: Hashes
    genre: str
    fate: str


def judge_all(
    entries: Sequence[Entry],
    rows: Sequence[Hashes],
    copies: Mapping[int, int],
    removals: Removals,
    genres: Genres,
    params: SelectParams,
) -> list[Judged]:
    """Return the fates of tracks, in the order of `entries`; `rows` are in the same order.

    `copies`: the kept track by track in a group of copies. Copies are left out before the filters:
    a free copy of a track that is not free is not free. Copies of a removed track are left out,
    too.
    """
    gone = {entry.id for entry in entries if entry in removals}
    gone_groups = {copies[track] for track in gone & copies.keys()}
    judged = []
    for entry, row in zip(entries, rows, strict=True):
        track = entry.track
        genre = genres.of(track.genre)
        stays = copies.get(entry.id, entry.id)
        if entry.id in gone:
            fate = "removed"
        elif stays in gone_groups:
            fate = "copy_of_removed"
        elif row.status != OK:
            fate = "no_sound"
        elif stays != entry.id:
            fate = "copy"
        else:
            fate = _filtered(entry, track, row, genre, params)
        judged.append(Judged(entry, track, row, genre.name, fate))
    common = Counter(each.genre for each in judged if each.fate == KEPT)
    rare = {genre for genre, count in common.items() if count < params.genre_tracks}
    return [
        each._replace(fate="rare_genre") if each.fate == KEPT and each.genre in rare else each
        for each in judged
    ]


def _filtered(entry: Entry, track: Track, row: Hashes, genre: Genre, params: SelectParams) -> str:
    """Return the fate of a track by the filters on single tracks."""
    leaves = {
        "private": track.private,
        "blocked": track.policy == BLOCKED,
        "preview": track.policy == PREVIEW,
        "title": not track.title,
        "licence": track.licence not in GROUPS[params.licence],
        "uploader": not (track.artist and track.artist_name),
        "address": not track.address,
        "artwork": params.artwork and not track.artwork,
        "duration": not params.min_duration <= row.seconds <= params.max_duration,
        "size": entry.size > 1_000_000 * params.max_size,
        "genre": params.known_genre and genre.how != TABLE,
    }
    return next((reason for reason, holds in leaves.items() if holds), KEPT)


def counts_of(judged: Sequence[Judged]) -> dict[str, int]:
    """Return the number of tracks by fate, in the order of REASONS; the sum is all tracks read."""
    counts = Counter(each.fate for each in judged)
    return {reason: counts[reason] for reason in REASONS}
