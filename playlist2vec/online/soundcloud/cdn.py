"""Client of the CDN for SoundCloud's sound and pictures, at the API's pace, without credentials."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

from playlist2vec.base.errors import DataError
from playlist2vec.online.asking import Asker, NoAnswerError, PassingError, WrongAddressError
from playlist2vec.online.bounded import Answer, TooLargeError
from playlist2vec.online.soundcloud.answers import (
    ELSEWHERE,
    REFUSED,
    SHAPE,
    SILENT,
    CallError,
    DeadCredentialsError,
    LimitedError,
    check_status,
)
from playlist2vec.online.soundcloud.client import LOOPBACK, SoundCloud, StoppedError

DAMAGED, TOO_LARGE = "damaged", "too large"
"""Reasons for an unusable file of the CDN, in addition to `answers.FAILURES`."""
LARGEST = 1 << 26
"""Maximum bytes of a file."""
HOSTS = re.compile(r"(?:[a-z0-9-]+\.)+(?:sndcdn\.com|soundcloud\.cloud)")
"""Hosts of sound and pictures."""
Read = TypeVar("Read")


class DamagedError(PassingError):
    """Content of a wrong kind, or incomplete; the text is the reason."""


class Cdn:
    """Client of the CDN without credentials, cookies and logins, for any number of threads.

    `soundcloud`: the client whose pace and user agent are shared. `through`: the address of a
    server on this machine that replaces all hosts, or empty. `total`: seconds for a whole answer;
    the other parameters as for `SoundCloud`.
    """

    def __init__(
        self,
        soundcloud: SoundCloud,
        through: str = "",
        *,
        attempts: int = 4,
        backoff: float = 1.0,
        timeout: float = 20.0,
        total: float = 300.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        parts = urlsplit(through)
        if through and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise DataError(f"{through}: expected a server on this machine")
        self._through = through
        self._soundcloud = soundcloud
        self._asker = Asker(
            soundcloud.pace.place,
            attempts=attempts,
            backoff=backoff,
            timeout=timeout,
            total=total,
            largest=LARGEST,
            headers={"User-Agent": soundcloud.agent},
            alone=True,
            sleep=sleep,
        )

    def get(self, address: str, read: Callable[[bytes], Read]) -> Read:
        """Return the result of `read` for the content at an address.

        `read` raises DamagedError for incomplete content. Raises CallError with one of
        `answers.FAILURES`, DAMAGED or TOO_LARGE, and StoppedError for a limit that stays. REFUSED
        may mean that the address expired. No error text has the query of an address, which gives
        access.
        """
        parts = urlsplit(address)
        if parts.scheme != "https" or not HOSTS.fullmatch(parts.netloc):
            raise CallError(
                ELSEWHERE,
                "sound or a picture at another host: expected SoundCloud's CDN over https",
            )
        if self._through:
            address = f"{self._through}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        try:
            return self._asker.ask(address, lambda answer: self._read(answer, read, parts.netloc))
        except NoAnswerError as error:
            if isinstance(error.last, LimitedError):
                raise StoppedError(
                    f"{parts.netloc}: answered {error}: expected fewer requests; go on later"
                ) from None
            raise CallError(
                DAMAGED if isinstance(error.last, DamagedError) else SILENT, str(error)
            ) from None
        except TooLargeError as error:
            raise CallError(TOO_LARGE, str(error)) from None
        except WrongAddressError:
            raise CallError(SHAPE, f"{parts.netloc}: no address of a file") from None

    def _read(self, answer: Answer, read: Callable[[bytes], Read], host: str) -> Read:
        try:
            check_status(answer, datetime.now(UTC))
        except DeadCredentialsError as error:
            raise CallError(REFUSED, str(error)) from None
        except LimitedError as error:
            self._soundcloud.hold_back(error, host)
            raise
        return read(answer.content)
