"""Previews at Deezer: from which hosts they come, and their bytes."""

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from playlist2vec.base.errors import DataError
from playlist2vec.online.bounded import TooLargeError, TooLateError, get
from playlist2vec.online.deezer.answers import one_line

if TYPE_CHECKING:
    import requests

HOSTS = ("deezer.com", "dzcdn.net")
"""Deezer's hosts, and those below them."""
LARGEST = 1 << 23
"""Bytes of a preview; thirty seconds have half a million."""
REDIRECTIONS = 3
EXPECTED = f"one at {' or '.join(HOSTS)}"


def is_at_deezer(address: str, api: str) -> bool:
    """Whether an address is one of Deezer's hosts, or of the server `api` that was named in their place."""
    try:
        parts, own = urlsplit(address), urlsplit(api)
        host, port = parts.hostname or "", parts.port
        its_own = (parts.scheme, host, port) == (own.scheme, own.hostname, own.port)
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    there = any(host == each or host.endswith(f".{each}") for each in HOSTS)
    return its_own or (there and parts.scheme in ("http", "https") and port in (None, 80, 443))


def fetch_preview(session: "requests.Session", address: str, api: str, *, timeout: float, total: float) -> bytes:
    """Return the sound at an address of Deezer's, wherever there it leads on to.

    Raises DataError for an address, or one that it leads on to, elsewhere, and for what is no sound, is too large or
    comes too late.
    """
    import requests

    for _ in range(REDIRECTIONS + 1):
        if not is_at_deezer(address, api):
            raise DataError(f"{one_line(address)[:80]}: a preview elsewhere: expected {EXPECTED}")
        try:
            answer = get(session, address, timeout=timeout, total=total, largest=LARGEST)
        except (TooLargeError, TooLateError, requests.RequestException) as error:
            raise DataError(f"{_short(address)}: {one_line(str(error))[:120]}: expected a preview") from None
        if not answer.location:
            if answer.status != 200 or not is_sound(answer.content):
                raise DataError(f"{_short(address)}: answered {answer.status} and no sound: expected a preview")
            return answer.content
        address = urljoin(address, answer.location)
    raise DataError(f"{_short(address)}: it leads on and on: expected a preview")


def is_sound(content: bytes) -> bool:
    """Whether bytes begin as files of sound do: MP3, WAV, Ogg, FLAC or MP4, and not as lists of other addresses."""
    frame = len(content) > 2 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    return frame or content.startswith((b"ID3", b"RIFF", b"OggS", b"fLaC")) or content[4:8] == b"ftyp"


def _short(address: str) -> str:
    """An address without what follows a question mark: it opens a preview for some minutes."""
    return one_line(address.partition("?")[0])[:80]
