"""The user's own credentials for SoundCloud, only from the environment or a file .env."""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playlist2vec.base.errors import DataError

CLIENT_ID, TOKEN, CONTACT = "SC_CLIENT_ID", "SC_OAUTH_TOKEN", "SC_CONTACT"
_VALUE = re.compile(r"[!-~]{4,300}")
_MAIL_OR_PAGE = re.compile(r"[^@\s()]+@[^@\s()]+\.[^@\s()]+|https?://[^\s()]+")
HIDDEN = "***"
_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry")
"""Loggers whose records name the paths of requests."""


@dataclass(frozen=True)
class Credentials:
    """A client id, a token, or both, empty if missing; `contact`: a mail address or web page.

    SoundCloud can reach the user at the contact.
    """

    contact: str
    client_id: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def without(self, text: str) -> str:
        """Return a text with both credentials hidden, plain or percent-encoded."""
        for secret in (self.client_id, self.token):
            for form in (secret, quote(secret, safe="")):
                text = text.replace(form, HIDDEN) if form else text
        return text


def read_credentials(
    environment: Mapping[str, str] = os.environ, file: Path = Path(".env")
) -> Credentials:
    """Return the credentials from the environment, completed from a file of lines NAME=VALUE.

    Raises DataError, without the value, if there is neither a client id nor a token, if there is no
    contact, and for an invalid value.
    """
    found = _read_file(file) | {
        name: environment[name] for name in (CLIENT_ID, TOKEN, CONTACT) if name in environment
    }
    client_id, token, contact = (
        found.get(name, "").strip() for name in (CLIENT_ID, TOKEN, CONTACT)
    )
    if not client_id and not token:
        raise DataError(
            f"{CLIENT_ID} and {TOKEN} are missing: expected one of them in the environment or in "
            f"{file}, of your own"
        )
    for name, value in ((CLIENT_ID, client_id), (TOKEN, token)):
        if value and not _VALUE.fullmatch(value):
            raise DataError(
                f"{name} = ...: expected 4 to 300 letters, digits and signs without blanks"
            )
    if not _MAIL_OR_PAGE.fullmatch(contact) or not contact.isascii() or not contact.isprintable():
        raise DataError(
            f"{CONTACT} = {contact!a}: expected your e-mail address or web page, in the "
            f"environment or in {file}: each request names it, so that SoundCloud can reach you"
        )
    return Credentials(contact, client_id, token)


def keep_out_of_logs(credentials: Credentials) -> None:
    """Hide credentials in the logs of the HTTP libraries, at every log level."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_Hiding(credentials))


class _Hiding(logging.Filter):
    """A log filter that hides credentials in records."""

    def __init__(self, credentials: Credentials) -> None:
        super().__init__()
        self._credentials = credentials

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hiding) and other._credentials == self._credentials

    def __hash__(self) -> int:
        return hash(self._credentials)

    def filter(self, record: logging.LogRecord) -> bool:
        """Format the record's text and hide credentials in it; always return True."""
        record.msg, record.args = self._credentials.without(record.getMessage()), None
        return True


def _read_file(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise DataError(f"{file}: not UTF-8: expected lines NAME=VALUE") from None
    pairs = [
        line.removeprefix("export ").partition("=")
        for line in lines
        if not line.lstrip().startswith("#")
    ]
    return {name.strip(): value.strip().strip("\"'") for name, sign, value in pairs if sign}
