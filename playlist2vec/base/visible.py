"""Text of strangers for a terminal: a character that steers the terminal, or hides, is shown by its
code.
"""

import json
import re
from unicodedata import category

from playlist2vec.base.addresses import without_secrets

STEERING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's categories of controls, of format and direction marks, of half characters and of what
has no form.
"""


def visible(text: str, keep: str = "") -> str:
    r"""Return text that a terminal shows as it is: `\x1b`, `\n` or `\u202e` for a character of
    STEERING.

    `keep`: characters that stay, such as the line breaks of a whole table.
    """
    return (
        text
        if text.isprintable()
        else "".join(each if each in keep else _shown(each) for each in text)
    )


def as_line(said: object) -> str:
    """Return an error, or other words, as one line for people, without the secrets of addresses."""
    return visible(without_secrets(" ".join(str(said).split())))


def as_json(content: object, indent: int | None = None) -> str:
    """Return JSON in which letters of all scripts stay, and a character of STEERING is an escape of
    JSON.
    """
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    # What is left of these outside of JSON's strings is the line break of an indent.
    return (
        text if text.isprintable() else re.sub(r"[^\n -~]", lambda found: _escaped(found[0]), text)
    )


def _shown(character: str) -> str:
    steers = category(character) in STEERING
    return character.encode("unicode_escape").decode() if steers else character


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if category(character) in STEERING else character
