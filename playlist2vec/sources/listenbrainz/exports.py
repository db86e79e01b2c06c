"""What ListenBrainz hands out to a user: listens that say no user, in a .zip or as lines of JSON."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import numpy as np

from playlist2vec.formats.zips import is_of_macos, members_of, place_of, read_member
from playlist2vec.sources.listenbrainz.columns import Listens, keys_of_users
from playlist2vec.sources.listenbrainz.dumps import EXPORT, EXPORTED, OTHER_EXPORT, Source
from playlist2vec.sources.listenbrainz.lines import read_lines

USER = "user.json"
"""The file that says whose listens they are."""
NOBODY = "the one user"
"""Whose listens are without such a file."""
ABOVE = 3
"""Folders above a file of listens in which its user's file may lie."""
LARGEST = 1 << 28
"""Bytes of a month of listens in a .zip, which is held in memory."""


def zip_sources(path: Path) -> list[Source]:
    """Return the files of listens in a .zip; the .zip itself where there is none. Raises as
    `members_of` does.
    """
    members = [member for member in members_of(path) if not is_of_macos(member.name)]
    listener: int | str = NOBODY
    for member in members:
        if member.name.rpartition("/")[2] == USER:
            listener = _listener(read_member(path, member.name, LARGEST))
    found = [
        each
        for each in members
        if each.name.endswith(EXPORTED) and not OTHER_EXPORT.fullmatch(each.name)
    ]
    sources = [Source(str(path), each.size, each.name, listener=listener) for each in found]
    return sources or [Source(str(path), path.stat().st_size)]


def listener_beside(path: Path) -> int | str:
    """Return whose listens a file has: whom `user.json` in its folder or one of those above it
    names.
    """
    for folder in list(path.parents)[:ABOVE]:
        if (folder / USER).is_file():
            return _listener((folder / USER).read_bytes())
    return NOBODY


def _listener(content: bytes) -> int | str:
    """The number that a user's file names, which the dumps have too, else the name."""
    try:
        found: Any = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return NOBODY
    values = (
        [found.get(key) for key in ("user_id", "username", "user_name")]
        if isinstance(found, dict)
        else []
    )
    return next((value for value in values if type(value) in (int, str) and value), NOBODY)


def read_export(source: Source, by_mbid: bool) -> Iterator[Listens]:
    """The listens of an exported file, in blocks; those without a user are the listener's. Raises
    as `read_lines`.
    """
    if source.path.endswith(EXPORT):
        place = place_of(source.path, source.member)
        file = cast(IO[bytes], io.BytesIO(read_member(source.path, source.member, LARGEST)))
        yield from _of_listener(read_lines(file, place, by_mbid=by_mbid), source)
    else:
        with open(source.path, "rb") as opened:
            yield from _of_listener(read_lines(opened, source.path, by_mbid=by_mbid), source)


def _of_listener(blocks: Iterator[Listens], source: Source) -> Iterator[Listens]:
    keys, _ = keys_of_users([source.listener])
    for block in blocks:
        users = np.where(block.has_user, block.users, keys[0])
        yield block._replace(users=users, has_user=np.ones(len(users), bool))
