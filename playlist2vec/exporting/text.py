"""Exports as text: a single table, and the files of TensorBoard's projector."""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.corpus.tracks import one_line
from playlist2vec.exporting.songs import Songs

VECTORS, METADATA, STANDALONE, TENSORBOARD = (
    "vectors.tsv",
    "metadata.tsv",
    "projector.json",
    "projector_config.pbtxt",
)
"""Files of the projector: vectors, names, and the configurations of page and plugin."""


def write_table(songs: Songs, path: str | Path) -> None:
    """Write a table separated by tabs: the columns of the songs, then the vectors as v0, v1, ...

    A field with a tab, a line break or a quotation mark is quoted as in CSV, so that reading
    restores the written text. A number is as short as its float32 allows.
    """
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        size = songs.vectors.shape[1]
        table.writerow(
            [*(column.name for column in songs.columns), *(f"v{n}" for n in range(size))]
        )
        names = zip(*(column.values for column in songs.columns), strict=True)
        for fields, numbers in zip(names, _numbers(songs.vectors), strict=True):
            table.writerow([*fields, *numbers])


def write_projector(songs: Songs, folder: str | Path, only: Sequence[str] = ()) -> list[Path]:
    """Write the files of TensorBoard's projector into a folder, all or none; return the paths.

    `only`: names of the columns to write, empty for all. As the projector requires, the table of
    names has a header if it has several columns, and none for a single column. Tabs and line breaks
    in names become blanks. An empty name becomes a dash, since the projector skips empty lines.
    Raises DataError if `folder` is a file.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise DataError(f"{place}: a file: expected a folder, or a name that is free")
    columns = [column for column in songs.columns if not only or column.name in only]
    paths = [place / name for name in (VECTORS, METADATA, STANDALONE, TENSORBOARD)]
    with ExitStack() as stack:
        # All files get their names when the block ends.
        unfinished = [stack.enter_context(whole_file(path)) for path in paths]
        rows = zip(*(map(_cell, column.values) for column in columns), strict=True)
        header = ["\t".join(column.name for column in columns)] if len(columns) > 1 else []
        _write_lines(unfinished[0], map("\t".join, _numbers(songs.vectors)))
        _write_lines(unfinished[1], iter(header))
        _write_lines(unfinished[1], map("\t".join, rows), more=True)
        _write_lines(unfinished[2], iter([json.dumps(_standalone(songs), indent=2)]))
        _write_lines(unfinished[3], iter(_tensorboard()))
    return paths


def _numbers(vectors: NDArray[np.float32]) -> Iterator[list[str]]:
    """Yield the numbers of every vector as text; nine digits distinguish all float32 values."""
    for vector in vectors:
        yield [f"{number:.9g}" for number in vector.tolist()]


def _cell(value: str | int) -> str:
    return one_line(str(value)).strip() or "-"


def _write_lines(path: Path, lines: Iterator[str], *, more: bool = False) -> None:
    with open(path, "a" if more else "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def _standalone(songs: Songs) -> dict[str, object]:
    """Return the configuration for the projector's own page, with relative paths of the files."""
    one = {
        "tensorName": "songs",
        "tensorShape": list(songs.vectors.shape),
        "tensorPath": VECTORS,
        "metadataPath": METADATA,
    }
    return {"embeddings": [one]}


def _tensorboard() -> list[str]:
    """Return the lines of the configuration that `tensorboard --logdir FOLDER` reads."""
    return [
        "embeddings {",
        '  tensor_name: "songs"',
        f'  tensor_path: "{VECTORS}"',
        f'  metadata_path: "{METADATA}"',
        "}",
    ]
