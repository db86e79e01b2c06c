"""Errors of a remote as one line with advice."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from playlist2vec.base.addresses import LOGIN_SCHEMES, without_secrets
from playlist2vec.base.errors import DataError
from workflow.sharing.addresses import LOGIN, OTHER_LOGIN, parts_of, shown
from workflow.sharing.failures import UnreachableError, kinds_of, one_line
from workflow.sharing.settings import SECRETS

EXTRAS = ("ssh", "s3", "gs", "azure")
WRONG = (
    ({"gaierror"}, "this host is unknown", "another spelling, or a network that knows it"),
    (
        {"ConnectionRefusedError"},
        "nothing answers there, the connection was refused",
        "a server at this host and port",
    ),
    ({"TimeoutError"}, "no answer in time", "a server that runs, and a network that reaches it"),
    (
        {"NoSuchBucket"},
        "there is no such bucket",
        "one that exists, with ENDPOINT=https://... if it is not Amazon's",
    ),
    (
        {"SFTPPermissionDenied"},
        "no permission for this folder",
        "one that this user may read and write",
    ),
)
"""Class names of errors that mean a wrong address, with the problem and the accepted value."""
LOCKED = {
    "AuthError",
    "EOFError",
    "GoogleAuthError",
    "KeyImportError",
    "NoCredentialsError",
    "PermissionError",
}


def explained(error: BaseException, name: str, settings: Mapping[str, Any]) -> DataError:
    """Return an error of a remote as one line with advice.

    `name`: the name of the remote. `settings`: DVC's settings of the remote, the address under
    `url`. An UnreachableError if the address cannot be right. The line contains no secret.
    """
    options = {option: str(value) for option, value in settings.items()}
    url = options["url"]
    scheme = parts_of(url).scheme if "://" in url else ""
    kinds = kinds_of(error)
    reason = _without(one_line(error), options)
    if "ImportError" in kinds:
        packages = f"'dvc[{scheme}]'"
        if scheme in EXTRAS:
            packages = (
                f"--constraint constraints.txt --editable '.[{scheme}]'` or `make setup "
                f"EXTRAS={scheme}"
            )
        line = (
            f"{scheme}:// needs packages that are not installed: expected `pip install {packages}`"
        )
        return UnreachableError(f"{shown(url)}: {line}")
    for wrong, what, expected in WRONG:
        if kinds & wrong:
            return UnreachableError(f"{shown(url)}: {what}: expected {expected}")
    if not scheme and isinstance(error, OSError):
        return UnreachableError(
            f"{shown(url)}: {reason}: expected a folder that you may read and write"
        )
    own_file = getattr(error, "filename", None)
    if kinds & LOCKED or (own_file and own_file in options.values()):
        login = LOGIN.get(scheme, OTHER_LOGIN).format(name=name)
        return DataError(f"{shown(url)}: no access ({reason}): expected credentials: {login}")
    if kinds & {"FileNotFoundError", "NotADirectoryError", "SFTPFailure", "SFTPNotADirectory"}:
        return UnreachableError(
            f"{shown(url)}: {reason}: expected a path that is there or can be made"
        )
    return DataError(
        f"{shown(url)}: {reason}: expected `dvc push --verbose` or `dvc pull --verbose` to say more"
    )


def _without(reason: str, options: Mapping[str, str]) -> str:
    """Return the text of an error without the secrets of a remote's options and address."""
    parts = parts_of(options["url"])
    secrets = [value for option, value in options.items() if option in SECRETS]
    for secret in (*secrets, parts.query, parts.fragment, parts.password):
        for each in {secret, quote(secret, safe=""), quote(secret)} if secret else ():
            reason = reason.replace(each, "***")
    if parts.scheme not in LOGIN_SCHEMES and (user := options.get("user")):
        # The user may be a token.
        reason = re.sub(rf"\b{re.escape(user)}\b", "***", reason)
    return without_secrets(reason)
