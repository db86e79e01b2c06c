"""Questions to a server over HTTP: bounded answers, a place in a quota for each request, and
further attempts.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, TypeVar

from playlist2vec.online.bounded import Answer, TooLateError, get

if TYPE_CHECKING:
    import requests

Read = TypeVar("Read")

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class PassingError(Exception):
    """A failure that another attempt may not meet; the text is the reason."""


class QuotaError(PassingError):
    """There were too many requests."""


class WrongAddressError(Exception):
    """An address that is none; the text says why."""


class NoAnswerError(Exception):
    """No attempt had an answer of use; the text is the reason of the last one, which is `last`."""

    def __init__(self, last: PassingError) -> None:
        super().__init__(str(last))
        self.last = last


class Asker:
    """Asks one server, from any number of threads.

    `place`: the context in which a request is made, such as that of a quota, which it may have to
    wait for. `attempts`: tries of a question, 1 or more. `backoff`: seconds; the pauses between
    them double from there, and `after_quota` seconds are added where the server says that there
    were too many. `timeout`: seconds without a byte. `total`: seconds for a whole answer.
    `largest`: bytes of an answer, unpacked. `headers`: of each request. `alone`: whether what the
    user's .netrc has for the server is left out.
    """

    def __init__(
        self,
        place: Callable[[], AbstractContextManager[None]],
        *,
        attempts: int,
        backoff: float,
        timeout: float,
        total: float,
        largest: int,
        after_quota: float = 0.0,
        headers: Mapping[str, str] | None = None,
        alone: bool = False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.attempts = attempts
        self.timeout = timeout
        self.total = total
        self._place = place
        self._backoff = backoff
        self._largest = largest
        self._after_quota = after_quota
        self._headers = dict(headers or {})
        self._alone = alone
        self._sleep = sleep
        self._idle: list[requests.Session] = []

    def ask(self, address: str, read: Callable[[Answer], Read]) -> Read:
        """Return what `read` makes of the answer at an address.

        Where the connection fails or `read` raises PassingError, the question is asked again.
        Raises NoAnswerError after all attempts, WrongAddressError, TooLargeError, and what else
        `read` raises.
        """
        for attempt in range(self.attempts):
            try:
                return self._try(address, read)
            except PassingError as error:
                last = error
            if attempt + 1 < self.attempts:
                self._sleep(
                    self._backoff * 2**attempt + self._after_quota * isinstance(last, QuotaError)
                )
        raise NoAnswerError(last)

    @contextmanager
    def session(self) -> Iterator["requests.Session"]:
        """Lend a session to the block; one that the block leaves with an error is not used again.

        Such a session may still wait for the rest of an answer without end.
        """
        import requests

        session = self._idle.pop() if self._idle else requests.Session()
        if self._alone:
            session.auth = _unchanged
        yield session
        self._idle.append(session)

    def _try(self, address: str, read: Callable[[Answer], Read]) -> Read:
        """Make one attempt. An answer is read before its session is lent on.

        After one that `read` refuses, its connection may hold the rest of it, or be about to end.
        """
        with self.session() as session:
            with self._place():
                answer = self._get(session, address)
            try:
                return read(answer)
            except PassingError:
                raise
            except Exception as error:  # noqa: BLE001: it is raised below where the session is lent on
                found = error
        raise found

    def _get(self, session: "requests.Session", address: str) -> Answer:
        """Return what is at an address. Redirections are not followed: networks that ask for a
        login send them.
        """
        import requests

        try:
            return get(
                session,
                address,
                timeout=self.timeout,
                total=self.total,
                largest=self._largest,
                headers=self._headers,
            )
        except TooLateError as error:
            raise PassingError(str(error)) from None
        except requests.RequestException as error:
            if isinstance(error, ValueError):
                raise WrongAddressError(one_line(str(error))) from None
            raise PassingError(root_cause(error)) from None


def one_line(text: str) -> str:
    """The text without control characters, line breaks and halves of characters; blanks single, and
    none outside.
    """
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def root_cause(error: BaseException) -> str:
    """The first of a chain of exceptions: the later ones wrap it in the names and addresses of
    objects.
    """
    while cause := error.__cause__ or error.__context__:
        error = cause
    return one_line(str(error)) or type(error).__name__


def _unchanged(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    """Return a request with the login that its headers have: without this, .netrc would replace it."""
    return request
