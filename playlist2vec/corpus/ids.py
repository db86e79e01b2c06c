"""Validation of the ids of tracks and artists."""

import unicodedata

from playlist2vec.base.errors import DataError


def check_tokens(tokens: list[str], where: str) -> None:
    """Raise DataError for an empty token, or a token rejected by `is_id`."""
    if "" in tokens:
        raise DataError(f"{where}, entry {tokens.index('') + 1} is empty: expected an id")
    if "".join(tokens).isprintable():
        return
    for number, token in enumerate(tokens, start=1):
        if not is_id(token):
            raise DataError(
                f"{where}, entry {number} is {ascii(token)[:80]}: "
                "expected an id without control characters"
            )


def is_id(token: str) -> bool:
    """Return True if a text can be an id: not empty, no control character, line break or surrogate.

    An id therefore fits into a file of lines and tabs.
    """
    if token.isprintable():
        return token != ""
    return not any(
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in token
    )
