"""Streamed reading of XML in bounded memory, without entities or external references."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from xml.etree.ElementTree import ParseError

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import blanked, bytes_of, encoding_of

CHUNK = 1 << 16
"""Bytes that are read at once."""
LONGEST_TAG = 1 << 20
"""Bytes of a tag or comment, above which a file is rejected."""
MAX_NAMES = 10_000
"""Names of tags and attributes, above which a file is rejected, as the parser keeps all names."""
MAX_DEPTH = 1_000
"""Tags open at once, above which a file is rejected, as the parser keeps all open tags."""
CUT = "it is not well-formed XML: the rest is left out"
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")


class Handler(Protocol):
    """Receiver of XML tags that collects songs."""

    found: list[Wanted]
    """The songs that were found since the list was last emptied."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of a tag; `tag` has no namespace."""

    def data(self, text: str) -> None:
        """Take a part of the text in the innermost tag."""

    def end(self, tag: str) -> None:
        """Take the end of a tag."""


class _Target:
    """Pass parser events to a handler, with tag names without namespaces, and count the events."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self.path, self.handler = path, handler
        self.events = self._depth = 0
        self._names = set[str]()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.events += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise DataError(
                f"{self.path}: it has more than {MAX_DEPTH:,} tags inside each other: expected a "
                "playlist"
            )
        self._names.update((tag, *attributes))
        if len(self._names) > MAX_NAMES:
            raise DataError(
                f"{self.path}: it has more than {MAX_NAMES:,} kinds of tags: expected a playlist"
            )
        self.handler.start(_local(tag), attributes)

    def data(self, text: str) -> None:
        self.events += 1
        self.handler.data(text)

    def end(self, tag: str) -> None:
        self.events += 1
        self._depth -= 1
        self.handler.end(_local(tag))

    def close(self) -> None:
        return None


def songs_in(path: Path, notes: Notes, handler: Handler) -> Iterator[Wanted]:
    """Yield the songs that a handler finds in an XML file.

    If the file stops being well-formed after some songs, the songs before that place are kept, with
    a note. Raises DataError for a file without a song before that place, and for a file with
    entities.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    target = _Target(path, handler)
    encoding, blanks = _encoding(path, notes)
    songs, silent, events = 0, 0, 0
    try:
        parser = DefusedXMLParser(target=target, encoding=encoding)
        for chunk in bytes_of(path, CHUNK):
            parser.feed(blanked(chunk, notes) if blanks else chunk)
            songs += len(handler.found)
            yield from handler.found
            handler.found.clear()
            silent = 0 if target.events > events else silent + CHUNK
            events = target.events
            if silent > LONGEST_TAG:
                raise DataError(
                    f"{path}: it has a tag of more than {LONGEST_TAG:,} bytes: expected a playlist"
                )
        parser.close()
    except DefusedXmlException as error:
        raise DataError(
            f"{path}: it has entities ({_one_line(error)}): expected XML without them"
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        songs += len(handler.found)
        yield from handler.found
        if not songs:
            raise DataError(f"{path}: not XML: {_one_line(error)}") from None
        notes.say(f"{CUT} ({_one_line(error)})")
    yield from handler.found


def _encoding(path: Path, notes: Notes) -> tuple[str | None, bool]:
    """Return the encoding for the parser, and True if control characters are single bytes."""
    head = next(bytes_of(path, 1000), b"")
    declared = _DECLARED.search(head)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        return None, b"\0" not in head and b"16" not in declared[1]
    encoding = encoding_of(path, notes)
    if encoding.startswith(("utf-16", "utf-32")):
        return None, False
    return ("windows-1252" if encoding == "cp1252" else "utf-8"), True


def _local(tag: str) -> str:
    return str(tag).rpartition("}")[2]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
