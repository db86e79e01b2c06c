"""Addresses of shared storage: writing, reading, printing."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from playlist2vec.base.addresses import LOGIN_SCHEMES, is_user, without_secrets
from playlist2vec.base.errors import DataError
from workflow.sharing.failures import one_line

SHARED, PRIVATE = "storage", "private"
LOGIN = {
    "ssh": (
        "`dvc remote modify --local {name} keyfile ~/.ssh/id_ed25519`, or `user` and `password` "
        "likewise"
    ),
    "s3": (
        "`dvc remote modify --local {name} access_key_id ...` and `secret_access_key` likewise, "
        "or a `profile`"
    ),
    "gs": (
        "`dvc remote modify --local {name} credentialpath key.json`, or `gcloud auth "
        "application-default login`"
    ),
    "azure": (
        "`dvc remote modify --local {name} account_name ...` and `account_key` likewise, or "
        "`connection_string`"
    ),
}
ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[\w./-]*)?")
OTHER_LOGIN = "`dvc remote modify --local {name} OPTION VALUE`"


@dataclass(frozen=True)
class Address:
    """The address of shared storage.

    `url` contains no password and `options` no secret; both may be committed unless the address is
    `private`. `secrets` are never committed.
    """

    url: str
    options: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    private: bool = False


def as_address(text: str, endpoint: str = "") -> Address:
    """Read an address: a folder, or scheme://[user[:password]@]host[:port]/path.

    A folder is made absolute. `endpoint`: the http(s) address of a server that speaks S3 and is not
    Amazon's. Raises DataError, without the password, for an address that DVC would not understand.
    """
    if any(not sign.isprintable() for sign in text):
        raise DataError(
            "REMOTE: it has characters that cannot be printed: expected a folder or an address "
            "without them"
        )
    return _as_server(text, endpoint) if "://" in text else _as_folder(text, endpoint)


def _as_folder(text: str, endpoint: str) -> Address:
    if endpoint:
        raise DataError(
            f"{_endpoint(endpoint)}: a folder has no endpoint: expected it with s3:// or gs:// only"
        )
    before, colon, path = text.partition(":")
    user, _, host = before.rpartition("@")
    if colon and is_user(user) and re.fullmatch(r"[\w.-]+", host) and "@" not in path:
        raise DataError(
            f"REMOTE={text}: expected ssh://{before}/{path.lstrip('/')}, with the whole path"
        )
    # A mistyped address may contain a password, so it is neither shown nor used as a folder.
    if (colon and not before.startswith((".", "/", "~"))) or re.search(r":[^/]*@", text):
        raise DataError(
            "REMOTE: it has a colon, like an address: expected scheme://host/path, or ./ before "
            "a folder's name"
        )
    try:
        folder = Path(text).expanduser()
    except RuntimeError as error:
        raise DataError(f"REMOTE={text}: {one_line(error)}: expected a folder") from error
    # Symbolic links are not resolved, since the user may redirect them later.
    return Address(os.path.normpath(Path.cwd() / folder), private=True)


def _as_server(text: str, endpoint: str) -> Address:
    from dvc.config_schema import REMOTE_SCHEMAS

    schemas = {
        scheme: options
        for scheme, options in REMOTE_SCHEMAS.items()
        if scheme not in ("", "remote")
    }
    parts = _split(text)
    if parts.scheme not in schemas:
        raise DataError(
            f"REMOTE={_scheme(parts)}...: expected a folder, or one of "
            f"{', '.join(sorted(schemas))} ://"
        )
    options = schemas[parts.scheme]
    own = {"endpointurl": _as_endpoint(endpoint, parts.scheme, options)} if endpoint else {}
    user, _, host = parts.netloc.rpartition("@")
    secrets = _secrets(parts, host, options) if user else {}
    if user and parts.scheme in LOGIN_SCHEMES:
        host = f"{parts.username}@{host}"
    url = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, parts.fragment))
    # The part after a question mark may be a token.
    return Address(url, own, secrets, private=bool(parts.query or parts.fragment))


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address in DVC's settings; the scheme alone for an invalid address."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult(url.partition(":")[0], "", "", "", "")


def verified(scheme: str) -> dict[str, str]:
    """Return the option by which DVC checks the hashes of pulled files; empty for some schemes."""
    from dvc.config_schema import REMOTE_SCHEMAS

    return {"verify": "true"} if "verify" in REMOTE_SCHEMAS.get(scheme, {}) else {}


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = SplitResult(text.partition("://")[0], "", "", "", "")
    # Text before an @ in a path is the end of a password with a slash.
    if not parts.hostname or "@" in parts.path:
        raise DataError(
            f"REMOTE={_scheme(parts)}...: expected {_scheme(parts)}host:port/path or "
            f"{_scheme(parts)}bucket/path, special characters of a password written as %2F and the "
            "like"
        )
    return parts


def _scheme(parts: SplitResult) -> str:
    """Return the beginning of an address, safe to print."""
    return f"{parts.scheme}://" if re.fullmatch("[a-z][a-z0-9+-]{1,9}", parts.scheme) else "..."


def _secrets(parts: SplitResult, host: str, options: dict[str, Any]) -> dict[str, str]:
    """Return the options for user:password@ in an address.

    The user of ssh and of hdfs is a name and stays in the address; the user of other schemes may be
    a token.
    """
    if parts.scheme in LOGIN_SCHEMES:
        if not is_user(unquote(parts.username or "")):
            raise DataError(
                f"REMOTE={parts.scheme}://...@{host}: its user is invalid: expected a name, "
                "not a token"
            )
        if parts.password is None:
            return {}
        if "password" in options:
            return {"password": unquote(parts.password)}
    elif "password" in options and parts.username:
        basic = {"auth": "basic"} if "auth" in options else {}
        return {"user": unquote(parts.username), "password": unquote(parts.password or "")} | basic
    login = LOGIN.get(parts.scheme, OTHER_LOGIN).format(name=SHARED)
    raise DataError(
        f"REMOTE={parts.scheme}://...@{host}: expected {parts.scheme}://{host}, and then {login}"
    )


def _endpoint(text: str) -> str:
    """Return ENDPOINT for an error, without the value if the value may contain a secret."""
    return f"ENDPOINT={text}" if ENDPOINT.fullmatch(text) else "ENDPOINT"


def _as_endpoint(text: str, scheme: str, options: dict[str, Any]) -> str:
    if "endpointurl" not in options:
        raise DataError(
            f"{_endpoint(text)}: {scheme}:// has no endpoint: expected it with s3:// or gs:// only"
        )
    if not ENDPOINT.fullmatch(text):
        raise DataError(
            "ENDPOINT: expected http(s)://host:port, without a user, password or question mark"
        )
    return text


def shown(url: str) -> str:
    """Return an address for printing, on one line, without password, token and query."""
    shown = without_secrets(url)
    return shown if shown.isprintable() else ascii(shown)[1:-1]
