"""Previews at Deezer: accepted hosts, and download."""

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from playlist2vec.base.errors import DataError
from playlist2vec.online.asking import one_line, root_cause
from playlist2vec.online.bounded import Answer, TooLargeError, TooLateError, get

if TYPE_CHECKING:
    import requests

HOSTS = ("deezer.com", "dzcdn.net")
"""Deezer's hosts; subdomains are accepted too."""
LARGEST = 1 << 23
"""Bytes of a preview; thirty seconds have half a million."""
REDIRECTIONS = 3
EXPECTED = f"one at {' or '.join(HOSTS)}"


class PreviewError(DataError):
    """No sound came from the address of a preview; `why`: the reason, without any address."""

    def __init__(self, address: str, why: str, expected: str = "a preview") -> None:
        super().__init__(f"{address}: {why}: expected {expected}")
        self.why = why


class GoneError(PreviewError):
    """No preview, or none any longer, at an address."""


class UnansweredError(PreviewError):
    """No usable answer, for a reason that may pass."""


class TooManyError(UnansweredError):
    """A refusal because of too many requests."""


def is_at_deezer(address: str, api: str) -> bool:
    """Return True for an address at a host of Deezer, or at the server `api` that replaces it."""
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


def fetch_preview(
    session: "requests.Session", address: str, api: str, *, timeout: float, total: float
) -> bytes:
    """Return the sound at an address of Deezer's, following redirections within Deezer.

    Raises GoneError if nothing is there, UnansweredError for a busy server, a connection that fails
    and a late answer, and PreviewError for an address or a redirection elsewhere, and for content
    that is no sound or too large.
    """
    import requests

    for _ in range(REDIRECTIONS + 1):
        if not is_at_deezer(address, api):
            raise PreviewError(one_line(address)[:80], "a preview elsewhere", EXPECTED)
        try:
            answer = get(session, address, timeout=timeout, total=total, largest=LARGEST)
        except TooLargeError as error:
            raise PreviewError(_short(address), str(error)) from None
        except TooLateError as error:
            raise UnansweredError(_short(address), str(error)) from None
        except requests.RequestException as error:
            if isinstance(error, ValueError):
                raise PreviewError(_short(address), "no address") from None
            raise UnansweredError(_short(address), root_cause(error)[:120]) from None
        if not answer.location:
            _check(answer, address)
            return answer.content
        address = urljoin(address, answer.location)
    raise PreviewError(_short(address), "too many redirections")


def _check(answer: Answer, address: str) -> None:
    """Raise the exception for an answer other than a sound."""
    why = f"answered {answer.status} and no sound"
    if answer.status == 429 or answer.status >= 500:
        raise (TooManyError if answer.status == 429 else UnansweredError)(_short(address), why)
    if 400 <= answer.status < 500:
        raise GoneError(_short(address), why)
    if answer.status != 200 or not is_sound(answer.content):
        raise PreviewError(_short(address), why)


def is_sound(content: bytes) -> bool:
    """Return True if bytes begin like MP3, WAV, Ogg, FLAC or MP4, not like a list of addresses."""
    frame = len(content) > 2 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    return (
        frame or content.startswith((b"ID3", b"RIFF", b"OggS", b"fLaC")) or content[4:8] == b"ftyp"
    )


def _short(address: str) -> str:
    """Return an address without the query, which would open a preview for some minutes."""
    return one_line(address.partition("?")[0])[:80]
