"""Requests with bounded answers: in bytes, also decompressed, and in seconds to the last byte."""

from collections.abc import Mapping
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 14
"""Bytes of an answer that are decompressed at once."""


class Answer(NamedTuple):
    """A whole answer.

    `location`: the target of a redirection; `retry_after`: the header Retry-After; both empty if
    missing.
    """

    status: int
    reason: str
    content: bytes
    location: str
    retry_after: str = ""


class TooLargeError(Exception):
    """An answer with more bytes than allowed; the text names the limit."""


class TooLateError(Exception):
    """An answer that was not complete in time; the text names the limit."""


def get(
    session: "requests.Session",
    address: str,
    *,
    timeout: float,
    total: float,
    largest: int,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Return the answer at an address, requested once. Redirections are not followed.

    `timeout`: seconds without a byte. `total`: seconds for the whole answer; a request that takes
    longer is abandoned and ends on its own. `headers`: in addition to the usual ones. Raises the
    errors of requests, TooLargeError for more than `largest` bytes when decompressed, and
    TooLateError.
    """
    found: list[Answer | Exception] = []

    def ask() -> None:
        try:
            found.append(_ask(session, address, timeout, largest, headers))
        except Exception as error:
            # Raised below, in the thread that waits.
            found.append(error)

    # A server that sends single bytes never runs into `timeout`, so a second clock is needed.
    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(total)
    if not found:
        raise TooLateError(f"not whole after {total:g} s")
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _ask(
    session: "requests.Session",
    address: str,
    timeout: float,
    largest: int,
    headers: Mapping[str, str] | None,
) -> Answer:
    with session.get(
        address, headers=headers, timeout=timeout, allow_redirects=False, stream=True
    ) as answer:
        content = bytearray()
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > largest:
                raise TooLargeError(f"more than {largest:,} bytes")
        location = answer.headers.get("Location", "") if answer.is_redirect else ""
        retry_after = answer.headers.get("Retry-After", "")
        return Answer(
            answer.status_code, answer.reason or "", bytes(content), location, retry_after
        )
