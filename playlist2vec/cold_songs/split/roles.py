"""The split of songs: some leave all playlists, and are asked for as if they were new."""

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
    """What a song is for; a song without sound is for nothing, and one that no playlist holds is
    only to be found.
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

    `ids`, `artists`: of each song; `sounding`, `listed`: whether it has sound, and whether a
    playlist holds it, bool (songs,), None for all. Songs stand in the order of a seeded hash of
    their id, or with `by` = artist of their artist's id, or of their own where none is known; the
    first share is for test, the next for validation. An artist's songs then have one role, and a
    share ends with the artist that reaches it. Raises DataError where no song would be left for a
    role.
    """
    names = (
        [artist or name for artist, name in zip(artists, ids, strict=True)]
        if params.by == "artist"
        else list(ids)
    )
    hashes = mix(np.array([key_of_name(name) for name in names], np.uint64), params.seed)
    roles, heard = _unasked(sounding, listed)
    order = heard[np.argsort(hashes[heard], kind="stable")]
    _, group, sizes = np.unique(hashes[order], return_inverse=True, return_counts=True)
    before = (np.cumsum(sizes) - sizes)[group]
    # Rounded, as 0.1 + 0.2 is more than 0.3.
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
    """Return the role of each song by its part in a data set: int8 (songs,).

    `parts`: train, validation or test for each of the `ids`; the others as `roles_of` has it.
    Raises DataError where no song is left for a role.
    """
    roles, heard = _unasked(sounding, listed)
    role_of = {"train": Role.TRAINING, "validation": Role.VALIDATION, "test": Role.TEST}
    roles[heard] = [role_of[parts[ids[song]]] for song in heard.tolist()]
    return _checked(roles, len(heard))


def _unasked(
    sounding: NDArray[np.bool_], listed: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return roles of which those without sound and those that no playlist holds are set, and the
    other songs.
    """
    roles = np.full(len(sounding), Role.SILENT, np.int8)
    known = sounding if listed is None else sounding & listed
    roles[sounding & ~known] = Role.NEW
    return roles, np.flatnonzero(known)


def _checked(roles: NDArray[np.int8], heard: int) -> NDArray[np.int8]:
    """Return roles of which each one has a song. Raises DataError where one has none."""
    for role in (Role.TRAINING, Role.VALIDATION, Role.TEST):
        if not np.any(roles == role):
            raise DataError(
                f"{heard:,} songs with sound in playlists, none of which is for {role.name.lower()}: expected more"
            )
    return roles


def restricted(playlists: Playlists, kept: NDArray[np.bool_], least: int = 1) -> Playlists:
    """Return playlists with those songs alone, bool (songs,), and of these the ones that still have
    `least` songs.
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
    """Return a question for each playlist that holds songs for training and songs for `role`."""
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
