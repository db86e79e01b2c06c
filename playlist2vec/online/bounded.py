"""Requests whose answers are bounded: in bytes, unpacked ones too, and in seconds from the first to
the last byte.
"""

from collections.abc import Mapping
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 14
"""Bytes of an answer that are unpacked at once."""


class Answer(NamedTuple):
    """A whole answer. `location`: where it leads on to; `retry_after`: that header; both empty if
    there is none.
    """

    status: int
    reason: str
    content: bytes
    location: str
    retry_after: str = ""


class TooLargeError(Exception):
    """An answer of more bytes than are read; the text says so."""


class TooLateError(Exception):
    """An answer that was not whole in time; the text says so."""


def get(
    session: "requests.Session",
    address: str,
    *,
    timeout: float,
    total: float,
    largest: int,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask once for what is at an address. Redirections are not followed.

    `timeout`: seconds of silence. `total`: seconds for all of it, after which what goes on is left
    to itself. `headers`: beside the usual ones. Raises what requests raises, TooLargeError for more
    than `largest` bytes when unpacked, and TooLateError.
    """
    found: list[Answer | Exception] = []

    def ask() -> None:
        try:
            found.append(_ask(session, address, timeout, largest, headers))
        except Exception as error:  # noqa: BLE001: it is raised where the answer is waited for
            found.append(error)

    # A server that sends a byte now and then is never silent, so only a clock beside it ends it.
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
