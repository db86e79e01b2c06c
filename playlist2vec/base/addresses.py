"""Removal of passwords, tokens and query strings from addresses before printing."""

import re

_WITH_LOGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:/+)([^\s'\"]*)@")
_WITHOUT_SCHEME = re.compile(r"(?<![^\s'\"=])[^\s:@'\"]*:(?!/)[^\s@'\"]*@")
_AFTER_PATH = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:/+[^\s?#'\"]*)[?#](?:[^\s'\"]*[^\s'\":;,.])?")
_TOKEN = re.compile(
    r"gh[oprsu]_\w{8,}|github_pat_\w+|gl[a-z]{2,5}-[\w-]{8,}|xox[a-z]-[\w-]+|A[KS]IA[0-9A-Z]{12,}|hf_\w{8,}"
)
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\\+-]{0,31}")
LOGIN_SCHEMES = ("ssh", "git+ssh", "ssh+git", "sftp", "hdfs", "webhdfs")
"""Schemes whose user part is a name; under all remaining schemes the user part may be a token."""


def is_user(text: str) -> bool:
    """Return True if a text can be the name of a user at a server and is no well-known token."""
    return bool(_USER.fullmatch(text)) and not _TOKEN.search(text)


def without_secrets(text: str) -> str:
    """Return a text with passwords, tokens and query strings removed from addresses.

    A mistyped scheme counts as a scheme, as in `htps:/user:password@host`. The user name stays
    under a scheme in LOGIN_SCHEMES.
    """
    text = _WITH_LOGIN.sub(_without_login, text)
    text = _WITHOUT_SCHEME.sub("***@", text)
    text = _AFTER_PATH.sub(r"\1?...", text)
    return _TOKEN.sub("***", text)


def _without_login(found: re.Match[str]) -> str:
    user, colon, _ = found[2].partition(":")
    if found[1].partition(":")[0].lower() in LOGIN_SCHEMES and is_user(user):
        return f"{found[1]}{user}@"
    # A path may contain an @ too, and `...` stands for a part removed before.
    return found[0] if ("/" in found[2] and not colon) or found[2] == "..." else found[1]
