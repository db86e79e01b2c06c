"""Exports of ListenBrainz for a single user: listens without a user, in .zip or lines of JSON."""

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
"""The file with the user of an export."""
NOBODY = "the one user"
"""The user of listens without a file USER."""
ABOVE = 3
"""The most folders above a file of listens that are searched for USER."""
LARGEST = 1 << 28
"""The most bytes of a month of listens in a .zip; a month is held in memory."""


def zip_sources(path: Path) -> list[Source]:
    """Return the files of listens in a .zip, or the .zip itself if there are none.

    Raises DataError as `members_of` does.
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
    """Return the user of a file of listens, from USER in the same folder or a folder above."""
    for folder in list(path.parents)[:ABOVE]:
        if (folder / USER).is_file():
            return _listener((folder / USER).read_bytes())
    return NOBODY


def _listener(content: bytes) -> int | str:
    """Return the number of the user in USER, as in the dumps, or else the name."""
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
    """Yield the listens of an exported file in blocks, with the listener as the default user.

    Raises DataError as `read_lines` does.
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
