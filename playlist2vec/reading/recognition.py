"""Recognition of a file's format: by the first bytes, then by the extension of the name."""

import codecs
import re
from itertools import islice
from pathlib import Path

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.reading.columns import is_whole_header
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.tables import cells_of
from playlist2vec.reading.text import bytes_of, encoding_of, lines_of

READ = (
    "M3U, XSPF, JSPF, PLS, WPL, ASX, CUE, JSON, CSV, Apple's XML, Rockbox's log, a zip of these, "
    "or a song a line"
)
HEAD = 4096
"""Bytes of a file that are examined."""
MANY = 8
"""Control characters among the first bytes above which a file is no text, if also 1 in 20 bytes."""
ENDINGS = {
    ".m3u": "m3u",
    ".m3u8": "m3u",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".json": "json",
    ".jspf": "json",
    ".jsonl": "json lines",
    ".ndjson": "json lines",
    ".pls": "pls",
    ".cue": "cue",
}
ROOTS = {
    "playlist": "xspf",
    "smil": "wpl",
    "asx": "asx",
    "plist": "apple",
    "rhythmdb-playlists": "rhythmbox",
}
"""Kinds of XML files by their first tag."""
SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a document in RTF"),
    (b"hdfm", "a library of iTunes, .itl (export the playlist in iTunes instead)"),
    (b"hdfa", "a library of Music (export the playlist in Music instead)"),
    (b"bplist0", "a binary property list"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file (ASF)"),
    (b"\xd0\xcf\x11\xe0", "a document of an old Word or Excel"),
    (b"SQLite format 3", "a SQLite database"),
    (b"ID3", "a sound file (MP3)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"OggS", "a sound file (Ogg)"),
    (b"RIFF", "a sound or video file (RIFF)"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf", "a 7z archive (unpack it first)"),
    (b"Rar!", "a RAR archive (unpack it first)"),
    (b"\x1f\x8b", "compressed by gzip (unpack it first, or let its name end in .gz)"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd (unpack it first)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
"""First bytes of files that are not text, and a description of the format."""
_CONTROLS = bytes(sign for sign in (*range(32), 127) if sign not in b"\t\n\r\f\x1b")
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_JSON = re.compile(r"\{\s*[\"}]|\[\s*(?:[{\"]|\]\s*$)")
_PROLOG = re.compile(
    r"\s*(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>|\s)*",
    re.IGNORECASE | re.DOTALL,
)


def kind_of(path: Path) -> str:
    """Return the kind of a playlist file, a key of `READERS` in `reader`, or `zip`.

    Raises DataError for an empty file, and for a file of another format, which the error names.
    """
    head = next(bytes_of(path, HEAD), b"")
    if not head.strip():
        raise DataError(f"{path}: it is empty: expected {READ}")
    for signature, what in SIGNATURES:
        if head.startswith(signature):
            if what == "zip":
                return what
            raise _refused(path, what)
    encoding = encoding_of(path, Notes(path))
    if head[4:8] == b"ftyp":
        raise _refused(path, "a sound or video file (MP4)")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if (
        encoding in ("utf-8", "cp1252", "utf-8-sig")
        and controls > MANY
        and controls * 20 > len(head)
    ):
        raise _refused(path, "not a text file")
    return _of_text(path, codecs.decode(head, encoding, "replace").lstrip("\ufeff \t\r\n\0"))


def _of_text(path: Path, text: str) -> str:
    """Return the kind of a file by the beginning of its text."""
    lower = text[:200].lower()
    if lower.startswith("#extm3u"):
        return "m3u"
    if lower.startswith("[playlist]"):
        return "pls"
    if lower.startswith("#audioscrobbler"):
        return "scrobbles"
    if text.startswith("<"):
        return _of_markup(path, text)
    if "#-----content-----#" in text.lower():
        raise _refused(path, "a playlist of AIMP (save it as M3U8)")
    ending = (
        path.with_suffix("").suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    )
    if _JSON.match(text):
        return _of_json(text, ending)
    if ending in ENDINGS:
        return ENDINGS[ending]
    if re.search(r"^\s*TRACK\s+\d+\s+AUDIO", text, re.MULTILINE | re.IGNORECASE):
        return "cue"
    if re.search(r"^#EXTINF:", text, re.MULTILINE | re.IGNORECASE):
        return "m3u"
    first = [line for _, line in islice(lines_of(path, Notes(path)), 2)]
    for line in first[1:] if first and first[0].lower().startswith("sep=") else first[:1]:
        if any(is_whole_header(cells_of(line, separator)) for separator in "\t;,|"):
            return "table"
    return "lines"


def _of_markup(path: Path, text: str) -> str:
    prolog = _PROLOG.match(text)
    found = _ROOT.match(text, prolog.end() if prolog else 0)
    root = found[1].lower() if found else ""
    if root in ROOTS:
        return ROOTS[root]
    if root in ("html", "head", "body") or "<!doctype html" in text[:500].lower():
        raise _refused(path, "a page of the web (HTML)")
    if root and (
        text.startswith("<?xml")
        or path.suffix.lower() in (".xml", ".xspf", ".wpl", ".zpl", ".asx", ".wax")
    ):
        raise _refused(path, f"XML that begins with <{found[1][:40] if found else ''}>")
    return "lines"


def _of_json(text: str, ending: str) -> str:
    """Return `json`, or `json lines` for a file with a JSON value a line."""
    first, _, rest = text.partition("\n")
    if ending in (".jsonl", ".ndjson"):
        return "json lines"
    if not text.startswith("{") or not rest.strip():
        return "json"
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        return "json"
    return "json lines"


def _refused(path: Path, what: str) -> DataError:
    return DataError(f"{path}: it is {what}, which is not read: expected {READ}")
