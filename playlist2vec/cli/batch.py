"""`playlist2vec next --batch`: a file of queries of any length, answered in a stream."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import TextIO

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import visible
from playlist2vec.cli.options import suggesting, wishes_of
from playlist2vec.cli.output import note
from playlist2vec.reading.addresses import spellings

BATCH = 16_384
"""Number of queries answered at once."""


def answer_batch(arguments: argparse.Namespace) -> None:
    """Answer a file of queries in batches; ids may have the form of an address.

    Ids are written unchanged to a file, and as `visible` shows them to standard output. Raises
    DataError for a file that is not UTF-8.
    """
    recommender = suggesting(arguments)
    wishes = wishes_of(recommender, arguments)
    ids, known, spelled = (
        recommender.catalogue.ids,
        recommender.catalogue.row_of,
        recommender.catalogue.known,
    )
    as_written = str if arguments.output else visible
    unknown = empty = number = 0
    with _opened(arguments.output) as output:
        for lines in _batches(arguments.batch):
            queries = []
            for line in lines:
                tracks = [track for track in line.rstrip("\r\n").split("\t") if track]
                meant = (
                    known[track] if track in known else spelled(spellings(track))
                    for track in tracks
                )
                rows = [row for row in meant if row is not None]
                unknown += len(tracks) - len(rows)
                empty += not rows
                queries.append(rows)
            for found in recommender.next_of_each(queries, arguments.count, wishes):
                number += 1
                for place, (row, score) in enumerate(found, start=1):
                    output.write(f"{number}\t{place}\t{as_written(ids[row])}\t{score:.6f}\n")
    unheard = f"{unknown:,} songs that the model does not know"
    note(f"{number:,} queries; {unheard}; {empty:,} queries without a known song")


def _opened(path: str | None) -> AbstractContextManager[TextIO]:
    # Standard output stays open, and is flushed at the end.
    return open(path, "w", encoding="utf-8") if path else nullcontext(sys.stdout)


def _batches(path: str) -> Iterator[list[str]]:
    try:
        with open(0 if path == "-" else path, encoding="utf-8-sig", closefd=path != "-") as file:
            while lines := list(islice(file, BATCH)):
                yield lines
    except UnicodeDecodeError:
        expected = "expected lines of track ids with tabs between"
        raise DataError(f"{path}: not UTF-8: {expected}") from None
