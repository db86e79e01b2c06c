"""Ids of tracks and artists as text: which texts can be one."""

import unicodedata

from playlist2vec.base.errors import DataError


def check_tokens(tokens: list[str], where: str) -> None:
    """Raise DataError if a token is empty, or holds a control character, a line break or half a
    character.
    """
    if "" in tokens:
        raise DataError(f"{where}, entry {tokens.index('') + 1} is empty: expected an id")
    if "".join(tokens).isprintable():
        return
    for number, token in enumerate(tokens, start=1):
        if not is_id(token):
            raise DataError(
                f"{where}, entry {number} is {ascii(token)[:80]}: expected an id without control characters"
            )


def is_id(token: str) -> bool:
    """Whether a text can stand for a track in a file of lines and tabs: not empty, no control or
    half character.
    """
    if token.isprintable():
        return token != ""
    return not any(
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in token
    )
