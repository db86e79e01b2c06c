"""All rows of the table, by number."""

from collections.abc import Callable, Iterator

from benchmarks.measuring import note
from benchmarks.rows.row import Row, Workplace
from benchmarks.rows.single import (
    blend,
    counting,
    evaluate,
    fit,
    load,
    prepare,
    rules,
    suggest,
    train,
)
from benchmarks.rows.trainers import trainers
from benchmarks.rows.whole import chain, growth, overhead

ROWS: dict[str, Callable[[Workplace], Iterator[Row]]] = {
    "1": prepare,
    "2": load,
    "3": train,
    "4": evaluate,
    "5": chain,
    "6": growth,
    "7": rules,
    "8": counting,
    "9": overhead,
    "10": suggest,
    "11": blend,
    "12": fit,
    "13": trainers,
}


def measure_rows(chosen: list[str], place: Workplace) -> list[Row]:
    """Measure the chosen rows, one after the other."""
    rows: list[Row] = []
    for number in chosen:
        note(f"row {number}")
        rows += ROWS[number](place)
    return rows
