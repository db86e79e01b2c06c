"""HTTP requests to a server: bounded answers, a slot in a quota for every request, and retries."""

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
    """A failure that a retry may avoid; the text is the reason."""


class QuotaError(PassingError):
    """A refusal because of too many requests."""


class WrongAddressError(Exception):
    """An address that is not valid; the text is the reason."""


class NoAnswerError(Exception):
    """A request without a usable answer; the text is the reason of the `last` failure."""

    def __init__(self, last: PassingError) -> None:
        super().__init__(str(last))
        self.last = last


class Asker:
    """Client of one server, for any number of threads.

    `place`: the context in which a request is made, such as a slot of a quota, and which may wait.
    `attempts`: tries of a request, 1 or more. `backoff`: seconds of the first pause between tries;
    every further pause doubles, and `after_quota` seconds are added if the server reports too many
    requests. `timeout`: seconds without a byte. `total`: seconds for a whole answer. `largest`:
    bytes of an answer, decompressed. `headers`: of every request. `alone`: True to ignore the
    server's entry in the user's .netrc.
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
        """Return the result of `read` for the answer at an address.

        The request is repeated if the connection fails or `read` raises PassingError. Raises
        NoAnswerError after all attempts, WrongAddressError, TooLargeError, and all other errors of
        `read`.
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
        """Lend a session to the block; drop the session after a block that ends with an error.

        Such a session may still wait for the rest of an answer without end.
        """
        import requests

        session = self._idle.pop() if self._idle else requests.Session()
        if self._alone:
            session.auth = _unchanged
        yield session
        self._idle.append(session)

    def _try(self, address: str, read: Callable[[Answer], Read]) -> Read:
        """Make one attempt. The answer is read before the session is lent again.

        After an answer that `read` rejects, the connection may hold the rest of the answer, or be
        about to end.
        """
        with self.session() as session:
            with self._place():
                answer = self._get(session, address)
            try:
                return read(answer)
            except PassingError:
                raise
            except Exception as error:
                # Raised below, after the session is returned for reuse.
                found = error
        raise found

    def _get(self, session: "requests.Session", address: str) -> Answer:
        """Return the answer at an address, without following redirections.

        Networks with a login page answer with redirections.
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
    """Return a single line without control characters, lone surrogates and repeated spaces."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def root_cause(error: BaseException) -> str:
    """Return the text of the first exception in a chain; later ones only add object names."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return one_line(str(error)) or type(error).__name__


def _unchanged(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    """Return the request with its own login header, which .netrc would replace otherwise."""
    return request
