"""Polite client of SoundCloud's api-v2, which sends credentials to SoundCloud only."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from playlist2vec import __version__
from playlist2vec.base.errors import DataError
from playlist2vec.online.asking import Asker, NoAnswerError, WrongAddressError
from playlist2vec.online.bounded import Answer, TooLargeError
from playlist2vec.online.pace import Pace
from playlist2vec.online.soundcloud.answers import (
    SHAPE,
    SILENT,
    CallError,
    DeadCredentialsError,
    LimitedError,
    Reply,
    read_address,
    read_reply,
)
from playlist2vec.online.soundcloud.calls import Call
from playlist2vec.online.soundcloud.credentials import (
    CLIENT_ID,
    TOKEN,
    Credentials,
    keep_out_of_logs,
)

Read = TypeVar("Read")

ADDRESS = "https://api-v2.soundcloud.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST = 1 << 25
"""Bytes of an answer, decompressed: 200 playlists with their tracks have some millions."""
PER_SECOND, AT_ONCE = 2.0, 4
UNTRIED = "not tested on the live service, only on a simulated one"
"""Note at the end of every summary."""
LONGEST_PAUSE = 900.0
"""Seconds of the longest pause that is waited; a longer pause stops the run, to be resumed later.
"""


class StoppedError(DataError):
    """A stop of all requests to SoundCloud for now; the same command resumes later."""


class SoundCloud:
    """Client of SoundCloud for any number of threads.

    `per_second`: requests a second, by all threads together; at most AT_ONCE are under way.
    `attempts`: tries of a call that meets a busy server, a limit, silence or no connection, 1 or
    more. `backoff`: seconds of the first pause between tries; every further pause doubles.
    `timeout`: seconds without a byte. `total`: seconds for a whole answer. Raises DataError for an
    address to which the credentials may not be sent.
    """

    def __init__(
        self,
        credentials: Credentials,
        address: str = ADDRESS,
        *,
        per_second: float = PER_SECOND,
        attempts: int = 4,
        backoff: float = 1.0,
        timeout: float = 20.0,
        total: float = 60.0,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.origin = checked_address(address)
        self._credentials = credentials
        self._now = now
        self._backoff = backoff
        self.pace = Pace(per_second, AT_ONCE, clock=clock, sleep=sleep)
        keep_out_of_logs(credentials)
        self.agent = f"playlist2vec/{__version__} ({credentials.contact})"
        headers = {"User-Agent": self.agent, "Accept": "application/json"}
        if credentials.token:
            headers["Authorization"] = f"OAuth {credentials.token}"
        self._asker = Asker(
            self.pace.place,
            attempts=attempts,
            backoff=backoff,
            timeout=timeout,
            total=total,
            largest=LARGEST,
            headers=headers,
            alone=True,
            sleep=sleep,
        )

    def ask(self, call: Call) -> Reply:
        """Return the answer to a call. No error has a credential in its text.

        Raises CallError if the call brings nothing, and StoppedError if no further call may be
        made: for refused credentials, or a limit that stays or ends too late.
        """
        return self._get(
            call.path, lambda answer: read_reply(answer, call, self.origin, self._now())
        )

    def address_at(self, path: str) -> str:
        """Return the CDN address of a stream or file that an API path names. Raises as `ask`."""
        return self._get(path, lambda answer: read_address(answer, self._now()))

    def _get(self, path: str, read: Callable[[Answer], Read]) -> Read:
        """Return the result of `read` for the answer at a path. Raises as `ask`."""
        if self._credentials.client_id:
            sign = "&" if "?" in path else "?"
            path = f"{path}{sign}{urlencode({'client_id': self._credentials.client_id})}"
        try:
            return self._asker.ask(self.origin + path, lambda answer: self._held_back(answer, read))
        except DeadCredentialsError as error:
            raise StoppedError(
                f"{self.origin}: answered {error}: expected {CLIENT_ID} or {TOKEN} that SoundCloud "
                "accepts"
            ) from None
        except NoAnswerError as error:
            reason = self._credentials.without(str(error))
            if isinstance(error.last, LimitedError):
                raise StoppedError(
                    f"{self.origin}: answered {reason} {self._asker.attempts} times: expected "
                    "fewer requests; go on later, or with a lower --per-second"
                ) from None
            raise CallError(SILENT, reason) from None
        except (TooLargeError, WrongAddressError) as error:
            raise CallError(SHAPE, self._credentials.without(str(error))) from None

    def _held_back(self, answer: Answer, read: Callable[[Answer], Read]) -> Read:
        """Read an answer; hold back all threads if the answer reports too many requests."""
        try:
            return read(answer)
        except LimitedError as error:
            self.hold_back(error, self.origin)
            raise

    def hold_back(self, error: LimitedError, host: str) -> None:
        """Pause all threads after too many requests at a host.

        Raises StoppedError if the demanded pause is too long.
        """
        seconds = 10 * self._backoff if error.seconds is None else error.seconds
        if seconds > LONGEST_PAUSE:
            raise StoppedError(
                f"{host}: answered {error}: expected fewer requests; go on in {seconds / 60:.0f} "
                "min"
            ) from None
        self.pace.hold(seconds)


def checked_address(address: str) -> str:
    """Return scheme, host and port of the API.

    Raises DataError unless the address is SoundCloud's by https, or a server on this machine, since
    the server receives the credentials.
    """
    try:
        parts = urlsplit(address)
        own, host = f"{parts.scheme}://{parts.netloc}", parts.hostname
        bare = own == address.rstrip("/") and parts.username is None and parts.port != 0
    except ValueError:
        own, host, bare = "", None, False
    if not bare or (own != ADDRESS and not (parts.scheme == "http" and host in LOOPBACK)):
        raise DataError(f"{address}: no address for credentials: expected {ADDRESS}")
    return own
