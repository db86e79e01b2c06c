"""What files from elsewhere can be damaged by, as Hypothesis strategies, and how many are tried on
a reader.
"""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Case = TypeVar("Case")
MB = 1 << 20

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.just(10**400)
    | st.just("x" * 5000)
)


@cache
def anything(keys: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Any value of JSON, whose objects have some of these keys."""
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys), inner, max_size=3)
        ),
    )


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with up to three cuts, flipped, inserted, repeated or zeroed pieces."""
    for _ in range(draw(st.integers(1, 3))):
        size = len(content)
        start = draw(st.integers(0, size))
        end = min(size, start + draw(st.integers(0, 600)))
        piece = content[start:end]
        new = draw(
            st.sampled_from(
                [b"", piece * 2, bytes(len(piece)), bytes(byte ^ 0x55 for byte in piece)]
            )
            | st.binary(max_size=40)
        )
        content = (
            content[:start]
            if draw(st.integers(0, 9)) == 0
            else content[:start] + new + content[end:]
        )
    return content


@st.composite
def strange_json(draw: st.DrawFn, content: bytes, keys: tuple[str, ...]) -> bytes:
    """JSON with another value somewhere, of another type, a key twice, deep nesting or in another
    encoding.

    `keys`: those that get such values, besides those that are there. What is no JSON stays as it
    is.
    """
    try:
        made: Any = json.loads(content)
    except (ValueError, RecursionError):
        return content
    value = draw(anything(keys))
    kind = draw(st.integers(0, 5))
    holders = [each for each in holders_of(made) if each]
    if kind == 0 or not holders:
        made = value
    else:
        # The first of them are the outer ones, of which there are few.
        holder = holders[
            draw(st.integers(0, min(3, len(holders) - 1)) | st.integers(0, len(holders) - 1))
        ]
        known = list(range(len(holder))) if isinstance(holder, list) else [*holder, *keys]
        holder[draw(st.sampled_from(known))] = value
    text = json.dumps(made, ensure_ascii=draw(st.booleans()))
    if kind == 2:
        text = text.replace("}", f', "{draw(st.sampled_from(keys))}": {json.dumps(value)}}}', 1)
    elif kind == 3:
        depth = draw(st.integers(1, 3000))
        text = text.replace("null", "[" * depth + "]" * depth).replace(
            ": 1", ': {"a":' * depth + "1" + "}" * depth
        )
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def holders_of(made: Any) -> Iterator[Any]:
    """The objects and lists in a value of JSON, the outer ones first."""
    level = [made]
    while level:
        level = [each for each in level if isinstance(each, dict | list)]
        yield from level
        level = [
            inner for each in level for inner in (each.values() if isinstance(each, dict) else each)
        ]


def fuzz(
    cases: int,
    files: st.SearchStrategy[Case],
    check: Callable[[Path, Case], object],
    factory: pytest.TempPathFactory,
) -> None:
    """Draw so many cases, and check each in an empty folder."""
    top = factory.mktemp("fuzz")

    @settings(max_examples=cases, suppress_health_check=list(HealthCheck), database=None)
    @given(files)
    def check_one(case: Case) -> None:
        with TemporaryDirectory(dir=top) as folder:
            check(Path(folder), case)

    check_one()


def within(size: int, check: Callable[[Path, Case], None]) -> Callable[[Path, Case], None]:
    """The same check, which fails if it needs more than `size` bytes of memory at once."""

    def measured(folder: Path, case: Case) -> None:
        tracemalloc.start()
        try:
            check(folder, case)
            assert tracemalloc.get_traced_memory()[1] < size
        finally:
            tracemalloc.stop()

    return measured
