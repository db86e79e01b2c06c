"""The table of tracks: a row for every track code, in the order of the codes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_lines, whole_file

COLUMNS = ("track", "artist", "artist_name", "title", "preview")
"""Columns of every table of tracks; further columns may follow."""
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")

FILE = "file"
"""Column with the path of a track's file, below the folder named by or holding `local.file`."""


@dataclass(frozen=True)
class Tracks:
    """Metadata of tracks; all lists have an entry per track code, empty where unknown.

    `ids`: ids in the raw data, in ascending order of UTF-8 bytes, so that code order is id order.
    `artists`: ids of the artists. `artist_names`, `titles`: for people. `previews`: addresses as
    the source has them. `more`: further columns of a data set, such as the genre, by column name.
    """

    ids: list[str]
    artists: list[str]
    artist_names: list[str]
    titles: list[str]
    previews: list[str]
    more: Mapping[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def save(self, path: str | Path) -> None:
        """Write the table as `write_tracks` does."""
        columns = (
            self.ids,
            self.artists,
            self.artist_names,
            self.titles,
            self.previews,
            *self.more.values(),
        )
        write_tracks(path, zip(*columns, strict=True), tuple(self.more))

    @staticmethod
    def load(path: str | Path) -> "Tracks":
        """Read a table written by `save`.

        Raises DataError for a wrong header, for a line with too few or too many columns, and for
        two tracks with the same id.
        """
        header: list[str] = []
        columns: list[list[str]] = []
        for number, line in read_lines(path, "a table of tracks as `dvc repro` writes it"):
            if number == 1:
                header = _header(path, line)
                columns = [[] for _ in header]
                continue
            fields = line.split("\t")
            _check_width(path, number, fields, header)
            for column, text in zip(columns, fields, strict=True):
                column.append(text)
        if not header:
            raise DataError(f"{path}: empty: expected {' '.join(COLUMNS)}, and further columns")
        ids, artists, artist_names, titles, previews, *rest = columns
        if len(set(ids)) < len(ids):
            raise DataError(
                f"{path}: {len(ids) - len(set(ids))} tracks have the id of another: "
                "expected different ids"
            )
        more = dict(zip(header[len(COLUMNS) :], rest, strict=True))
        return Tracks(ids, artists, artist_names, titles, previews, more)


def _header(path: str | Path, line: str) -> list[str]:
    header = line.split("\t")
    if header[: len(COLUMNS)] != list(COLUMNS) or len(set(header)) < len(header):
        raise DataError(
            f"{path}: line 1 is {line[:80]!r}: expected {' '.join(COLUMNS)}, and further columns"
        )
    return header


def _check_width(path: str | Path, number: int, fields: list[str], header: list[str]) -> None:
    if len(fields) != len(header):
        raise DataError(
            f"{path}: line {number} has {len(fields)} columns: "
            f"expected {len(header)} ({' '.join(header)[:200]})"
        )


def track_ids(path: str | Path) -> list[str]:
    """Read only the ids of a table written by `Tracks.save`, in order."""
    lines = read_lines(path, "a table of tracks as `dvc repro` writes it")
    return [line.partition("\t")[0] for number, line in lines if number > 1]


def artists_of(path: str | Path, ids: list[str]) -> list[str]:
    """Read the artist id of every track in `ids` from a table, empty where unknown.

    `path`: a table written by `Tracks.save`. Raises DataError as `Tracks.load` does.
    """
    place = dict(zip(ids, range(len(ids)), strict=True))
    artists = [""] * len(ids)
    same: dict[str, str] = {}
    header: list[str] = []
    for number, line in read_lines(path, "a table of tracks as `dvc repro` writes it"):
        if number == 1:
            header = _header(path, line)
            continue
        fields = line.split("\t")
        _check_width(path, number, fields, header)
        if (found := place.get(fields[0])) is not None:
            # All tracks of an artist share a single string, to save memory.
            artists[found] = same.setdefault(fields[1], fields[1])
    return artists


def copy_tracks(path: str | Path, ids: Iterable[str], target: str | Path) -> None:
    """Copy the rows of the tracks in `ids` from a table to the table `target`.

    `path`: a table written by `Tracks.save`; the rows stay in order.
    """
    wanted = set(ids)
    with (
        open(path, encoding="utf-8", newline="\n") as file,
        whole_file(target) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as out,
    ):
        header = file.readline()
        _header(path, header.rstrip("\n"))
        out.write(header)
        out.writelines(line for line in file if line.partition("\t")[0] in wanted)


def write_tracks(
    path: str | Path, rows: Iterable[tuple[str, ...]], more: Sequence[str] = ()
) -> None:
    """Write rows as `track_table` does."""
    with track_table(path, more) as write:
        for fields in rows:
            write(fields)


@contextmanager
def track_table(
    path: str | Path, more: Sequence[str] = ()
) -> Iterator[Callable[[tuple[str, ...]], None]]:
    """Open a TSV file in UTF-8, and yield a function that writes a row, a line per track.

    A row is the id, the artist's id, the artist's name, the title and the preview of a track, then
    the columns named in `more`; rows come in order of the ids. Tabs, line breaks and control
    characters inside a field become a blank. The file appears when the block ends well.
    """
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as file,
    ):
        file.write("\t".join((*COLUMNS, *more)) + "\n")

        def write(fields: tuple[str, ...]) -> None:
            line = "\t".join(fields)
            if line.count("\t") != len(fields) - 1 or not line.replace("\t", "").isprintable():
                line = "\t".join(one_line(field) for field in fields)
            file.write(line + "\n")

        yield write


def one_line(text: str) -> str:
    """Return a text with blanks for tabs, line breaks (all of Unicode's) and control characters."""
    return " ".join(text.replace("\t", " ").splitlines()).translate(_CONTROLS)
