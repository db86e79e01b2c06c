"""Answers of the invented SoundCloud that are none."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

BODIES = {
    "page": b"<!DOCTYPE html>\n<title>Log in to the hotel</title>",
    "other shape": b'{"status": "ok", "things": []}',
    "no json": b'{"collection": [',
    "nothing": b"",
    "not utf-8": b'{"collection": ["\xff\xfe"]}',
    "deep": b"[" * 100_000,
    "a number": b"17",
}
"""Answers with HTTP 200, by their names."""
Limited = tuple[int, dict[str, str], bytes]


def _told() -> Limited:
    """The answer that names the rate and when it ends, in two seconds."""
    reset = (datetime.now(UTC) + timedelta(seconds=2)).strftime("%Y/%m/%d %H:%M:%S +0000")
    meta = {
        "rate_limit": {"group": "plays", "max_nr_of_requests": 9, "time_window": "PT1H"},
        "reset_time": reset,
    }
    return 429, {}, json.dumps({"errors": [{"meta": meta}]}).encode()


HEADERS: dict[str, Callable[[], Limited]] = {
    "limited, told": _told,
    "limited, header": lambda: (429, {"Retry-After": "2"}, b""),
    "limited, long": lambda: (429, {"Retry-After": "86400"}, b""),
    "limited, bare": lambda: (429, {}, b"slow down"),
    "moved": lambda: (302, {"Location": "https://example.org/elsewhere"}, b""),
}
"""Answers that refuse, by their names."""


def bend(fault: str, body: Any, address: str, elsewhere: str) -> Any:
    """The right answer with a next page elsewhere, with itself as the next page, without entries,
    or with odd ones.
    """
    if not isinstance(body, dict) or "collection" not in body:
        return body
    if fault == "next elsewhere":
        return body | {"next_href": f"{elsewhere}/tracks/1/likers?offset=9"}
    if fault == "loop":
        return body | {"next_href": f"{address}?offset=0&limit=2&linked_partitioning=1"}
    if fault == "empty":
        return body | {"collection": []}
    if fault == "odd entries":
        odd: list[Any] = [
            None,
            7,
            "seven",
            [],
            {},
            {"kind": "comment", "id": 1},
            {"kind": "track", "id": "x"},
        ]
        return body | {"collection": [*odd, *body["collection"]]}
    return body
