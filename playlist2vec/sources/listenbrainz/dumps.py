"""File names of ListenBrainz's dumps and user exports, and the choice of the files with listens."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.formats.archives import ARCHIVES
from playlist2vec.sources.placed import PlacedFile, find_files, names_in, passed_over

LINES, PARQUET, EXPORTED, EXPORT = ".listens", ".parquet", ".jsonl", ".zip"
SUFFIXES = (LINES, PARQUET, EXPORTED, EXPORT, *ARCHIVES)
DUMP = re.compile(r"listenbrainz-(listens|spark)-dump-(.+?-(?:full|incremental))", re.IGNORECASE)
"""The kind of a dump, listens for JSON or spark for Parquet, and the name of the dump."""
OTHER_DUMP = re.compile(
    r"(listenbrainz|musicbrainz)-(?!listens-|spark-)[a-z-]+-dump-.*", re.IGNORECASE
)
"""Dumps of other data: users, statistics, feedback."""
OTHER_EXPORT = re.compile(r"(.*/)?(feedback|pinned)[^/]*\.jsonl", re.IGNORECASE)
"""Files of a user's export without listens."""


class Source(NamedTuple):
    """A file of listens, or a member of an archive.

    `path`: the file, or the archive. `member`: the name of the member of a plain .tar or a .zip.
    `size`: bytes of the file or member. `offset`: the first byte of the member in a plain .tar.
    `listener`: the user, where the listens themselves do not name the user.
    """

    path: str
    size: int
    member: str = ""
    offset: int = 0
    listener: int | str | None = None


class WithoutListensError(DataError):
    """An archive without any file of listens."""


def find_dumps(place: str | Path) -> list[PlacedFile]:
    """Return the files of listens in a folder, at any depth, or the file `place`; see `find_files`.

    Dumps of other data are skipped, and so is a spark dump whose listens the folder has in JSON as
    well: the tracks have other ids there, so that every listen would count twice.
    """
    names = [name for name in names_in(place) if name.lower().endswith(SUFFIXES)]
    in_json = _in_json(names)
    return find_files(
        place,
        SUFFIXES,
        "listens",
        lambda name: _holds_listens(name) and not _is_twin(name, in_json),
    )


def others(place: str | Path, found: list[PlacedFile]) -> str:
    """Return the skipped files, and a warning about duplicate listens, for a summary."""
    in_json = _in_json(each.name for each in found)
    twins = [name for name in names_in(place) if _is_twin(name, in_json)]
    said = passed_over(
        place, [*found, *(PlacedFile(name, 0, "", published=False) for name in twins)]
    )
    if twins:
        said += (
            f"; {len(twins):,} files of spark dumps passed over, "
            f"whose listens are there in JSON: {twins[0]!a}"
        )
        said += ", ..." if len(twins) > 1 else ""
    kinds = {each.name.lower().endswith(PARQUET) or "spark" in each.name.lower() for each in found}
    if len(kinds) > 1:
        said += (
            "; dumps in JSON and in Parquet are mixed, so that a listen may have two ids: "
            "use only one kind"
        )
    return said


def _holds_listens(name: str) -> bool:
    return not OTHER_DUMP.fullmatch(name.rpartition("/")[2]) and not OTHER_EXPORT.fullmatch(name)


def _in_json(names: Iterable[str]) -> set[str]:
    """Return the names of the dumps of listens in JSON, from the names of files."""
    dumps = filter(None, map(DUMP.search, names))
    return {found[2] for found in dumps if found[1].lower() == "listens"}


def _is_twin(name: str, in_json: set[str]) -> bool:
    """Return True for a file of a spark dump whose listens are in a dump `in_json`."""
    found = DUMP.search(name)
    return found is not None and found[1].lower() == "spark" and found[2] in in_json


def without_listens(path: str, others: int) -> WithoutListensError:
    """Return the error to raise for an archive with `others` members and no listens."""
    wanted = "listens/<year>/<month>.listens, .jsonl or Parquet"
    return WithoutListensError(f"{path}: {others} members, none with listens: expected {wanted}")
