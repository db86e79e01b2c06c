"""Untrusted text made safe for a terminal, with escapes for control and hidden characters."""

import json
import re
from unicodedata import category

from playlist2vec.base.addresses import without_secrets

STEERING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories of characters that control a terminal or are not visible.

Controls, format and direction marks, surrogates, private and unassigned characters, line and
paragraph separators.
"""


def visible(text: str, keep: str = "") -> str:
    r"""Return text with an escape, e.g. `\x1b`, `\n` or `\u202e`, for every character of STEERING.

    `keep`: characters that stay, such as the line breaks of a whole table.
    """
    return (
        text
        if text.isprintable()
        else "".join(each if each in keep else _shown(each) for each in text)
    )


def as_line(said: object) -> str:
    """Return an error or any text as a single line for people, without secrets in addresses."""
    return visible(without_secrets(" ".join(str(said).split())))


def value_shown(value: object) -> str:
    """Return a value of YAML as a single line for an error."""
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split()) or "''"


def as_json(content: object, indent: int | None = None) -> str:
    """Return JSON with letters of all scripts as they are, and characters of STEERING escaped."""
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    # Outside of JSON strings, only the line break of an indent is not printable.
    return (
        text if text.isprintable() else re.sub(r"[^\n -~]", lambda found: _escaped(found[0]), text)
    )


def _shown(character: str) -> str:
    steers = category(character) in STEERING
    return character.encode("unicode_escape").decode() if steers else character


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if category(character) in STEERING else character
