"""The split of songs: some are removed from all playlists and asked for like new songs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.cold_songs.split.params import ColdSplitParams
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.corpus.playlists import Playlists, offsets_of


class Role(IntEnum):
    """The role of a song in the split.

    A SILENT song has no sound and no use. A NEW song is in no playlist and can only be suggested.
    """

    SILENT = -1
    TRAINING = 0
    VALIDATION = 1
    TEST = 2
    NEW = 3


def roles_of(
    params: ColdSplitParams,
    ids: Sequence[str],
    artists: Sequence[str],
    sounding: NDArray[np.bool_],
    listed: NDArray[np.bool_] | None = None,
) -> NDArray[np.int8]:
    """Return the role of each song: int8 (songs,).

    `ids`, `artists`: by song. `sounding`, `listed`: bool (songs,), True for a song with sound, and
    for a song in a playlist; None means all. Songs are ordered by a seeded hash of the id, or with
    `by` = artist by a hash of the artist's id, or of the song's id where the artist is unknown. The
    first share is for the test, the next for validation. With `by` = artist all songs of an artist
    have one role, and a share ends with the artist that reaches the share. Raises DataError where a
    role would have no song.
    """
    names = (
        [artist or name for artist, name in zip(artists, ids, strict=True)]
        if params.by == "artist"
        else list(ids)
    )
    hashes = mix(np.array([key_of_name(name) for name in names], np.uint64), params.seed)
    roles, heard = _initial_roles(sounding, listed)
    order = heard[np.argsort(hashes[heard], kind="stable")]
    _, group, sizes = np.unique(hashes[order], return_inverse=True, return_counts=True)
    before = (np.cumsum(sizes) - sizes)[group]
    # Rounded, because 0.1 + 0.2 > 0.3 in floating point.
    test, both = (
        round(share * len(heard), 6) for share in (params.test, params.test + params.validation)
    )
    roles[order] = np.where(
        before < test, Role.TEST, np.where(before < both, Role.VALIDATION, Role.TRAINING)
    )
    return _checked(roles, len(heard))


def given_roles(
    ids: Sequence[str],
    parts: Mapping[str, str],
    sounding: NDArray[np.bool_],
    listed: NDArray[np.bool_] | None = None,
) -> NDArray[np.int8]:
    """Return the role of each song by partition of a data set: int8 (songs,).

    `parts`: train, validation or test for each of the `ids`; other arguments as in `roles_of`.
    Raises DataError where a role would have no song.
    """
    roles, heard = _initial_roles(sounding, listed)
    role_of = {"train": Role.TRAINING, "validation": Role.VALIDATION, "test": Role.TEST}
    roles[heard] = [role_of[parts[ids[song]]] for song in heard.tolist()]
    return _checked(roles, len(heard))


def _initial_roles(
    sounding: NDArray[np.bool_], listed: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return roles with SILENT and NEW songs set, and the codes of all remaining songs."""
    roles = np.full(len(sounding), Role.SILENT, np.int8)
    known = sounding if listed is None else sounding & listed
    roles[sounding & ~known] = Role.NEW
    return roles, np.flatnonzero(known)


def _checked(roles: NDArray[np.int8], heard: int) -> NDArray[np.int8]:
    """Return the roles unchanged. Raises DataError where a role has no song."""
    for role in (Role.TRAINING, Role.VALIDATION, Role.TEST):
        if not np.any(roles == role):
            raise DataError(
                f"{heard:,} songs with sound in playlists, none of which is for "
                f"{role.name.lower()}: expected more"
            )
    return roles


def restricted(playlists: Playlists, kept: NDArray[np.bool_], least: int = 1) -> Playlists:
    """Return playlists of only the kept songs, and of at least `least` songs.

    `kept`: bool (songs,).
    """
    stays = kept[playlists.tracks]
    lengths = np.diff(offsets_of(stays.astype(np.int64))[playlists.offsets])
    long = lengths >= least
    tracks = playlists.tracks[stays & np.repeat(long, playlists.lengths)]
    return replace(
        playlists,
        tracks=tracks,
        offsets=offsets_of(lengths[long]),
        keys=playlists.keys[long],
        rows=playlists.rows[long],
        times=None if playlists.times is None else playlists.times[long],
        closed=None,
    )


def first_of(playlists: Playlists, limit: int) -> Playlists:
    """Return the first `limit` playlists; 0: all."""
    if not limit or limit >= len(playlists):
        return playlists
    return Playlists(
        playlists.tracks[: playlists.offsets[limit]],
        playlists.offsets[: limit + 1],
        playlists.keys[:limit],
        playlists.rows[:limit],
        None if playlists.times is None else playlists.times[:limit],
    )


def questions_of(playlists: Playlists, roles: NDArray[np.int8], role: Role) -> ColdQuestions:
    """Return a question for every playlist with songs for training and songs for `role`."""
    asked = np.array([_has(roles[songs], role) for songs in playlists], bool)
    lists = [songs for songs, wanted in zip(playlists, asked.tolist(), strict=True) if wanted]
    known = [songs[roles[songs] == Role.TRAINING] for songs in lists]
    wanted = [np.unique(songs[roles[songs] == role]) for songs in lists]
    return ColdQuestions(
        Playlists(
            np.concatenate([np.zeros(0, np.int32), *known]),
            offsets_of(np.array([len(songs) for songs in known], np.int64)),
            playlists.keys[asked],
            playlists.rows[asked],
        ),
        np.concatenate([np.zeros(0, np.int32), *wanted]),
        offsets_of(np.array([len(songs) for songs in wanted], np.int64)),
    )


def _has(roles: NDArray[np.int8], role: Role) -> bool:
    return bool(np.any(roles == role) and np.any(roles == Role.TRAINING))
