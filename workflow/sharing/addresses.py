"""Addresses of places where results are shared: how they are written, read and printed."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import without_password
from workflow.sharing.failures import one_line

SHARED, PRIVATE = "storage", "private"
LOGIN = {
    "ssh": "`dvc remote modify --local {name} keyfile ~/.ssh/id_ed25519`, or `user` and `password` likewise",
    "s3": "`dvc remote modify --local {name} access_key_id ...` and `secret_access_key` likewise, or a `profile`",
    "gs": "`dvc remote modify --local {name} credentialpath key.json`, or `gcloud auth application-default login`",
    "azure": "`dvc remote modify --local {name} account_name ...` and `account_key` likewise, or `connection_string`",
}
OTHER_LOGIN = "`dvc remote modify --local {name} OPTION VALUE`"


@dataclass(frozen=True)
class Address:
    """Where results are shared.

    `url` has no password in it and `options` no secret; both may be committed unless the address is `private`.
    `secrets` never are.
    """

    url: str
    options: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    private: bool = False


def as_address(text: str, endpoint: str = "") -> Address:
    """Read an address: a folder, or scheme://[user[:password]@]host[:port]/path. A folder is made absolute.

    `endpoint`: the http(s) address of a server that speaks S3 and is not Amazon's. Raises DataError, without the
    password, for what DVC would not understand.
    """
    return _as_server(text, endpoint) if "://" in text else _as_folder(text, endpoint)


def _as_folder(text: str, endpoint: str) -> Address:
    if endpoint:
        raise DataError(f"ENDPOINT={shown(endpoint)}: a folder has none: expected it with s3:// or gs:// only")
    if re.match(r"[\w.-]+@[\w.-]+:", text):
        user_and_host, _, path = text.partition(":")
        raise DataError(f"REMOTE={text}: expected ssh://{user_and_host}/{path.lstrip('/')}, with the whole path")
    try:
        folder = Path(text).expanduser()
    except RuntimeError as error:
        raise DataError(f"REMOTE={text}: {one_line(error)}: expected a folder") from error
    # Symbolic links stay, they may be there in order to be changed.
    return Address(os.path.normpath(Path.cwd() / folder), private=True)


def _as_server(text: str, endpoint: str) -> Address:
    from dvc.config_schema import REMOTE_SCHEMAS

    schemas = {scheme: options for scheme, options in REMOTE_SCHEMAS.items() if scheme not in ("", "remote")}
    parts = _split(text)
    if parts.scheme not in schemas:
        raise DataError(f"REMOTE={parts.scheme}://...: expected a folder, or one of {', '.join(sorted(schemas))} ://")
    options = schemas[parts.scheme]
    own = {"endpointurl": _as_endpoint(endpoint, parts.scheme, options)} if endpoint else {}
    user, _, host = parts.netloc.rpartition("@")
    secrets = _secrets(parts, host, options) if user else {}
    if user and "user" not in secrets:
        host = f"{parts.username}@{host}"
    url = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, parts.fragment))
    # What comes after a question mark may well be a token.
    return Address(url, own, secrets, private=bool(parts.query or parts.fragment))


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = SplitResult(text.partition("://")[0], "", "", "", "")
    if not parts.hostname:
        raise DataError(
            f"REMOTE={parts.scheme}://...: expected {parts.scheme}://host:port/path or {parts.scheme}://bucket/path, "
            "special characters of a password written as %2F and the like"
        )
    return parts


def _secrets(parts: SplitResult, host: str, options: dict[str, Any]) -> dict[str, str]:
    """The options that stand for user:password@ in an address of this scheme; ssh keeps its user in the address."""
    if parts.password is None:
        if parts.scheme != "s3":
            return {}
    elif "password" in options:
        password = {"password": unquote(parts.password)}
        if parts.scheme == "ssh":
            return password
        return password | {"user": unquote(parts.username or "")} | ({"auth": "basic"} if "auth" in options else {})
    login = LOGIN.get(parts.scheme, OTHER_LOGIN).format(name=SHARED)
    raise DataError(f"REMOTE={parts.scheme}://...@{host}: expected {parts.scheme}://{host}, and then {login}")


def _as_endpoint(text: str, scheme: str, options: dict[str, Any]) -> str:
    if "endpointurl" not in options:
        raise DataError(f"ENDPOINT={shown(text)}: {scheme}:// has none: expected it with s3:// or gs:// only")
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w./-]*)?", text):
        raise DataError("ENDPOINT: expected http(s)://host:port, without a user, password or question mark")
    return text


def shown(url: str) -> str:
    """An address as it may be printed: without a password and without what follows a question mark."""
    return re.sub(r"\?.*", "?...", without_password(url))
