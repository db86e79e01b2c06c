"""Normal forms of texts, without case, accents, signs and articles."""

import re
import unicodedata

_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_WORD = re.compile(r"(?:\w|[\u0900-\u109f\u1780-\u17ff\u3099\u309a])+")
"""A word; the vowels of Indic and neighbouring scripts are marks and not part of \\w."""
_APOSTROPHES = "'\u2018\u2019\u02bc`\u00b4\u2032"
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "\u0131": "i",
        "ŋ": "n",
    }
    | dict.fromkeys(_APOSTROPHES)
)
_ASCII = str.maketrans(
    {chr(code): " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
    | {"'": None, "`": None}
)
_LETTERS_ALONE = str.maketrans(dict.fromkeys(sign for sign, kept in _ASCII.items()))
_NOT_SIMPLE = re.compile(r"[$!,]|\b(?:and|und)\b|^\s*the\b")
_LETTER_SIGN = re.compile(r"(?<=\w)[$!](?=\w)|\$(?=\w)")
_ARTICLE_LAST = re.compile(r"(.+),\s*(the|a|an|der|die|das|le|la|les|los|las|el)", re.IGNORECASE)
_JOINING = frozenset(("and", "und"))


def plain(text: str) -> str:
    """Return the words of a text without case, accents and signs; a text of signs alone stays."""
    if text.isascii():
        words = text.lower().translate(_ASCII).split()
    else:
        letters = _ACCENTS.sub(
            "", unicodedata.normalize("NFKD", text.translate(_LETTERS))
        ).casefold()
        words = _WORD.findall(unicodedata.normalize("NFKC", letters.translate(_LETTERS)))
    return " ".join(words) or " ".join(text.casefold().split())


def loose(text: str) -> str:
    """Return the letters of `plain` without blanks and optional words.

    Optional are a leading `The`, also as in `Kites, The`, and `and`, `&` or `+` between words. `$`
    and `!` inside a word are letters.
    """
    if text.isascii() and not _NOT_SIMPLE.search(lower := text.lower()):
        # The same result as below, in a tenth of the time.
        return lower.translate(_LETTERS_ALONE) or plain(text).replace(" ", "")
    if "$" in text or "!" in text:
        text = _LETTER_SIGN.sub(lambda found: "s" if found[0] == "$" else "i", text)
    if "," in text and (last := _ARTICLE_LAST.fullmatch(text.strip())):
        text = f"{last[2]} {last[1]}"
    words = plain(text).split(" ")
    if len(words) > 1 and words[0] == "the":
        del words[0]
    if len(words) > 2:
        words[1:-1] = [word for word in words[1:-1] if word not in _JOINING]
    return "".join(words)
