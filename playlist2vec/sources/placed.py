"""Files too large to be copied: listed with size and hash, and read in place."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.formats.archives import CHUNK
from playlist2vec.formats.zips import members_of, place_of, read_member
from playlist2vec.reading.text import read_document

LARGEST = 1 << 28
"""The most bytes of a document; the document is held in memory."""
NAMED = 5
"""The most skipped files that a summary names."""
HEADER = "file\tbytes\tsha256\tpublished"


class PlacedFile(NamedTuple):
    """A file of a data set.

    `name`: the path below the given folder, with slashes. `size`: bytes. `sha256`: the hash of the
    content, 64 digits from 0 to f. `published`: True if the hash lay beside the file.
    """

    name: str
    size: int
    sha256: str
    published: bool


def find_files(
    place: str | Path, suffixes: tuple[str, ...], what: str, fits: Callable[[str], bool] = bool
) -> list[PlacedFile]:
    """Return the files in a folder, at any depth, with names ending in `suffixes`, sorted by name.

    `place` may also be a single file. `fits`: returns True for the name, below the folder, of a
    file to keep. Where `<name>.sha256` lies beside a file, the hash must agree. Further files are
    skipped. `what`: the word for the wanted files in errors. Raises DataError without any file, and
    when a file and its hash differ.
    """
    top = Path(place)
    names = {_name(path, top): path for path in _paths(top) if path.name.lower().endswith(suffixes)}
    found = {name: path for name, path in names.items() if fits(name)}
    if not found:
        raise DataError(
            f"{place}: no {what}: expected a folder or file with names that end in "
            f"{', '.join(suffixes)}"
        )
    return [_checked(name, found[name]) for name in sorted(found)]


def names_in(place: str | Path) -> list[str]:
    """Return the names of all files in a folder, at any depth, or of the single file `place`."""
    top = Path(place)
    return [_name(path, top) for path in _paths(top)]


def passed_over(place: str | Path, found: list[PlacedFile]) -> str:
    """Return the number and first names of the skipped files, for a summary; empty without any."""
    known = {each.name for each in found}
    others = [
        name for name in names_in(place) if name not in known and not name.endswith(".sha256")
    ]
    if not others:
        return ""
    return f"; {len(others):,} other files passed over: {first_names(others)}"


def first_names(names: Sequence[str]) -> str:
    """Return the first NAMED names, and dots for further names, for a summary."""
    return ", ".join([*map(ascii, names[:NAMED]), *(["..."] if len(names) > NAMED else [])])


def documents(paths: Iterable[Path], fits: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield place and content of every file, and of the members that `fits` accepts in zip files.

    `fits`: takes the name of a member. Raises DataError for a damaged zip file, and for more than
    LARGEST bytes in a file.
    """
    for path in paths:
        if path.suffix.lower() == ".zip":
            for member in sorted(each.name for each in members_of(path)):
                if fits(member):
                    yield place_of(path, member), read_member(path, member, LARGEST)
        else:
            yield f"{path}", read_document(path, LARGEST)


def _paths(top: Path) -> list[Path]:
    return [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())


def _name(path: Path, top: Path) -> str:
    return path.name if path == top else path.relative_to(top).as_posix()


def path_of(place: str | Path, found: PlacedFile) -> Path:
    """Return the path of a file from `find_files`. Raises DataError if the size has changed."""
    path = Path(place) if Path(place).is_file() else Path(place) / found.name
    size = path.stat().st_size if path.is_file() else None
    if size != found.size:
        there = "nothing" if size is None else f"{size} bytes"
        raise DataError(
            f"{path}: {there}: expected the {found.size} bytes that were listed; "
            "`dvc repro source` lists the files again"
        )
    return path


def _checked(name: str, path: Path) -> PlacedFile:
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    published = path.with_name(f"{path.name}.sha256")
    if not published.is_file():
        return PlacedFile(name, size, found, published=False)
    with open(published, "rb") as file:
        words = file.read(CHUNK).split()
    if not words or not re.fullmatch(rb"[0-9a-fA-F]{64}", words[0]):
        raise DataError(
            f"{published}: expected a SHA-256 hash, 64 digits from 0 to f, "
            "then the name of the file"
        )
    wanted = words[0].decode().lower()
    if found != wanted:
        raise DataError(
            f"{path}: its SHA-256 is {found}, expected {wanted} as in {published}: "
            "download it again"
        )
    return PlacedFile(name, size, found, published=True)


def save_list(files: list[PlacedFile], path: str | Path) -> None:
    """Write a TSV file with a row a file, in the given order.

    Raises DataError for a name with a control character.
    """
    for each in files:
        if not each.name.isprintable():
            raise DataError(f"{each.name!a}: expected a file name of printable characters")
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as file,
    ):
        file.write(HEADER + "\n")
        file.writelines(
            f"{each.name}\t{each.size}\t{each.sha256}\t{'yes' if each.published else 'no'}\n"
            for each in files
        )


def list_found(files: list[PlacedFile], place: str, path: Path) -> str:
    """Write the files found in `place` to a list; return their number and size for a summary."""
    save_list(files, path)
    return (
        f"{len(files):,} files with {sum(file.size for file in files):,} bytes in {place} "
        "listed, not copied"
    )


def load_list(path: str | Path) -> list[PlacedFile]:
    """Read a list written by `save_list`."""
    rows = (line.split("\t") for line in Path(path).read_text("utf-8").splitlines()[1:])
    return [
        PlacedFile(name, int(size), sha256, published == "yes")
        for name, size, sha256, published in rows
    ]
