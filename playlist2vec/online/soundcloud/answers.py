"""Answers of SoundCloud: the content, or the kind of failure."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from playlist2vec.online.asking import PassingError, QuotaError, one_line
from playlist2vec.online.bounded import Answer
from playlist2vec.online.soundcloud.calls import PLAYLIST, RESOLVE, TRACK, TRACKS, Call
from playlist2vec.sources.soundcloud.records import id_of

MISSING, REFUSED, SHAPE, ELSEWHERE, SILENT = (
    "missing",
    "refused",
    "another shape",
    "leads elsewhere",
    "no answer",
)
FAILURES = (MISSING, REFUSED, SHAPE, ELSEWHERE, SILENT)
"""Reasons for a call without a result.

There is no such content, the content is private, the answer is not SoundCloud's, the next page is
at another host, or there was no answer in all attempts.
"""
LONGEST_PAGE = 2000
"""Characters of the path and query of a later page."""
Body = dict[str, Any]


class CallError(Exception):
    """A call without a result; the text is the reason, without credentials.

    `kind`: one of FAILURES.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class DeadCredentialsError(Exception):
    """A refusal of the credentials by SoundCloud."""


class LimitedError(QuotaError):
    """A refusal because of too many requests; `seconds`: the demanded pause, None if not given."""

    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Reply(NamedTuple):
    """Content of an answer; `people`: ids of users.

    `page`: path and query of the next page, empty if there is none. `odd`: the number of entries of
    other kinds.
    """

    tracks: list[Body]
    playlists: list[Body]
    people: list[int]
    page: str = ""
    odd: int = 0


def read_reply(answer: Answer, call: Call, origin: str, now: datetime) -> Reply:
    """Return the content of an answer. `origin`: scheme, host and port of the API.

    `now`: the time from which a pause is counted. Raises LimitedError, PassingError for a failure
    that a retry may avoid, DeadCredentialsError, and CallError.
    """
    body = _read_json(answer, now)
    single = call.kind in (RESOLVE, TRACK, PLAYLIST)
    if isinstance(body, list) if call.kind == TRACKS else isinstance(body, dict) and single:
        return _sorted([body] if single else body)
    entries = body.get("collection") if isinstance(body, dict) else None
    if not isinstance(entries, list) or single or call.kind == TRACKS:
        raise CallError(
            SHAPE, f"{type(body).__name__} of another shape: expected that of {call.kind}"
        )
    return _sorted(entries)._replace(page=_next_page(body.get("next_href"), origin))


def read_address(answer: Answer, now: datetime) -> str:
    """Return the address at a CDN that an answer names. Raises the errors of `read_reply`."""
    body = _read_json(answer, now)
    found = [body.get(name) for name in ("url", "redirectUri")] if isinstance(body, dict) else []
    address = next(
        (each for each in found if isinstance(each, str) and re.fullmatch("[!-~]{1,4000}", each)),
        "",
    )
    if not address:
        raise CallError(SHAPE, f"{type(body).__name__} of another shape: expected an address")
    return address


def _read_json(answer: Answer, now: datetime) -> Any:
    check_status(answer, now)
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        # A body that was cut off by a wrong length may be whole at the next try.
        raise PassingError(f"{len(answer.content):,} bytes that are not JSON") from None


def check_status(answer: Answer, now: datetime) -> None:
    """Raise the exception for a status other than 200."""
    status = answer.status
    reason = one_line(f"{status} {answer.reason}")
    if status == 429:
        raise LimitedError(reason, _pause(answer, now))
    if status >= 500:
        raise PassingError(reason)
    if status == 401:
        raise DeadCredentialsError(reason)
    if status in (404, 410):
        raise CallError(MISSING, reason)
    if status == 403:
        raise CallError(REFUSED, reason)
    if status != 200:
        raise CallError(SHAPE, f"{reason}: expected 200")


def _pause(answer: Answer, now: datetime) -> float | None:
    """Return the seconds to wait after a refusal, by header or body; None if not given."""
    if re.fullmatch("[0-9]{1,9}", answer.retry_after):
        return float(answer.retry_after)
    found = re.search(rb'"reset_time"\s*:\s*"([0-9/: +-]{19,30})"', answer.content)
    try:
        if found:
            reset = datetime.strptime(found[1].decode(), "%Y/%m/%d %H:%M:%S %z")
        else:
            reset = parsedate_to_datetime(answer.retry_after)
        return max(0.0, (reset.astimezone(UTC) - now.astimezone(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def _sorted(entries: list[Any]) -> Reply:
    """Sort entries by kind; a like counts as the track or playlist inside."""
    reply = Reply([], [], [])
    odd = 0
    for entry in entries:
        found = entry if isinstance(entry, dict) else {}
        for wrapped in ("track", "playlist"):
            if isinstance(found.get(wrapped), dict):
                found = found[wrapped]
        number = id_of(found)
        kind = found.get("kind")
        if kind == "track" and number:
            reply.tracks.append(found)
        elif kind == "playlist" and number:
            reply.playlists.append(found)
        elif kind == "user" and number:
            reply.people.append(number)
        else:
            odd += 1
    return reply._replace(odd=odd)


def _next_page(found: object, origin: str) -> str:
    """Return path and query of the next page, without credentials.

    Raises CallError for a page at another host.
    """
    if found is None or found == "":
        return ""
    try:
        parts = urlsplit(found if isinstance(found, str) else "")
        same = f"{parts.scheme}://{parts.netloc}".lower() == origin.lower()
    except ValueError:
        same = False
    if (
        not same
        or not isinstance(found, str)
        or len(found) > LONGEST_PAGE
        or not re.fullmatch("[!-~]+", found)
    ):
        raise CallError(ELSEWHERE, f"a next page at another address: expected one at {origin}")
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query)
        if name not in ("client_id", "oauth_token")
    ]
    return f"{parts.path}?{urlencode(query)}" if query else parts.path
