"""Addresses as they may be printed: without what gives access to whoever reads them."""

import re

_WITH_LOGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:/+)([^\s'\"]*)@")
_WITHOUT_SCHEME = re.compile(r"(?<![^\s'\"=])[^\s:@'\"]*:(?!/)[^\s@'\"]*@")
_AFTER_PATH = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:/+[^\s?#'\"]*)[?#](?:[^\s'\"]*[^\s'\":;,.])?")
_TOKEN = re.compile(
    r"gh[oprsu]_\w{8,}|github_pat_\w+|gl[a-z]{2,5}-[\w-]{8,}|xox[a-z]-[\w-]+|A[KS]IA[0-9A-Z]{12,}|hf_\w{8,}"
)
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\\+-]{0,31}")
LOGIN_SCHEMES = ("ssh", "git+ssh", "ssh+git", "sftp", "hdfs", "webhdfs")
"""Schemes whose user is a name; with others it may be a token."""


def is_user(text: str) -> bool:
    """Whether a text can be the name of a user at a server, and is none of the usual tokens."""
    return bool(_USER.fullmatch(text)) and not _TOKEN.search(text)


def without_secrets(text: str) -> str:
    """Return a text in which the addresses have no password, no token and nothing after a question
    mark.

    Schemes that are mistyped, such as `htps:/user:password@host`, count as schemes. A user of
    LOGIN_SCHEMES stays.
    """
    text = _WITH_LOGIN.sub(_without_login, text)
    text = _WITHOUT_SCHEME.sub("***@", text)
    text = _AFTER_PATH.sub(r"\1?...", text)
    return _TOKEN.sub("***", text)


def _without_login(found: re.Match[str]) -> str:
    user, colon, _ = found[2].partition(":")
    if found[1].partition(":")[0].lower() in LOGIN_SCHEMES and is_user(user):
        return f"{found[1]}{user}@"
    # An @ may stand in a path as well, and dots where something was left out.
    return found[0] if ("/" in found[2] and not colon) or found[2] == "..." else found[1]
