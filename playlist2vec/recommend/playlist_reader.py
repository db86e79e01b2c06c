"""Playlists as people keep them: text, M3U, XSPF, CSV and JSON files, read."""

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError

from playlist2vec.base.errors import DataError
from playlist2vec.recommend.playlist_songs import (
    Wanted,
    id_in,
    printable,
    without_apostrophe,
)

LONGEST_LINE = 100_000
LARGEST_DOCUMENT = 64 * 2**20
"""Characters in a line, and bytes in a JSON or XSPF file, that are read; text, M3U and CSV files may be of any size."""
DASH = re.compile(r"\s+[-–—]\s+")
ID_COLUMNS = ("track", "track_id", "id", "track_uri", "uri", "identifier")
TITLE_COLUMNS = ("title", "track_name", "track name", "name", "song")
ARTIST_COLUMNS = ("artist", "artist_name", "artist name", "artist name(s)", "creator")


def read_playlist(path: str | Path) -> Iterator[Wanted]:
    """The songs that a file names, in its order.

    `.m3u`, `.m3u8`, `.xspf`, `.csv`, `.tsv` and `.json` (JSPF as well) are what they are called; any other file is text
    with a song a line: an id, or `artist – title`. A first line `#EXTM3U` makes any file M3U. CSV has a header with a
    column for the id (one of ID_COLUMNS) or the title (TITLE_COLUMNS), and may have one for the artist
    (ARTIST_COLUMNS). JSON is a list, or an object with `tracks` or a `playlist` with `track`, of ids or of objects with
    the same names. UTF-8, or UTF-16 with its mark; `.m3u` may be Latin-1, as it was defined.
    Raises DataError, in one line with its place, for what is not such a file.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower(), _read_text)
    try:
        with open(path, "rb") as file:
            beginning = file.read(100)
        if beginning.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"#EXTM3U"):
            reader = _read_m3u
        yield from reader(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers, without the end of line; bounded memory whatever the file holds."""
    with open(path, "rb") as file:
        utf16 = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if utf16 else "utf-8-sig"
    number = 0
    try:
        with open(path, encoding=encoding, errors="strict" if utf16 else "surrogateescape") as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise DataError(f"{path}: line {number}: expected at most {LONGEST_LINE:,} characters")
                if "\0" in line:
                    raise DataError(f"{path}: line {number}: holds a zero byte: expected a text file in UTF-8")
                yield number, _decoded(path, number, line).rstrip("\n")
    except UnicodeError:
        raise DataError(f"{path}: line {number + 1}: not {encoding.upper()}: expected UTF-8 text") from None


def _decoded(path: Path, number: int, line: str) -> str:
    """The line; what its bytes are in Latin-1 where they are not UTF-8 and the file is `.m3u`, as M3U was defined."""
    if line.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in line):
        return line
    if path.suffix.lower() != ".m3u":
        raise DataError(f"{path}: line {number}: not UTF-8: expected a text file in UTF-8")
    return line.encode("utf-8", "surrogateescape").decode("latin-1")


def _read_text(path: Path) -> Iterator[Wanted]:
    for number, line in _lines(path):
        if line.strip():
            yield _from_text(f"line {number}", line.strip())


def _from_text(place: str, text: str) -> Wanted:
    artist, dash, title = _split(text)
    return Wanted(place, text, artist, title) if dash else Wanted(place, text, "", text)


def _split(text: str) -> tuple[str, bool, str]:
    """`artist – title` in two; (`""`, False, text) where there is no dash between blanks."""
    parts = DASH.split(text, maxsplit=1)
    return (parts[0].strip(), True, parts[1].strip()) if len(parts) == 2 else ("", False, text)


def _read_m3u(path: Path) -> Iterator[Wanted]:
    named = ""
    for number, raw in _lines(path):
        line = raw.strip()
        if line.startswith("#EXTINF:"):
            named = line.partition(",")[2].strip()
        elif line and not line.startswith("#"):
            track = id_in(line)
            artist, _, title = _split(named or ("" if track else Path(unquote(line).replace("\\", "/")).stem))
            yield Wanted(f"line {number}", track, artist, title)
            named = ""


def _read_csv(path: Path) -> Iterator[Wanted]:
    numbered = _lines(path)
    head = next(numbered, (1, ""))[1]
    separator = max(",;\t", key=head.count)
    rows = csv.reader((f"{line}\n" for _, line in numbered), delimiter=separator, strict=True)
    names = [name.strip().casefold() for name in next(csv.reader([head], delimiter=separator), [])]
    places = [
        next((names.index(name) for name in known if name in names), -1)
        for known in (ID_COLUMNS, ARTIST_COLUMNS, TITLE_COLUMNS)
    ]
    if places[0] < 0 and places[2] < 0:
        raise DataError(
            f"{path}: line 1: {head[:80]!r}: expected a header with a column for the id ({', '.join(ID_COLUMNS)}) "
            f"or the title ({', '.join(TITLE_COLUMNS)})"
        )
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                cells = [row[place].strip() if 0 <= place < len(row) else "" for place in places]
                track, artist, title = (without_apostrophe(cell) for cell in cells)
                yield Wanted(f"line {rows.line_num + 1}", id_in(track) or track, artist, title)
    except csv.Error as error:
        raise DataError(f"{path}: line {rows.line_num + 1}: {error}: expected CSV") from None


def _read_json(path: Path) -> Iterator[Wanted]:
    try:
        content: Any = json.loads(_document(path))
    except RecursionError:
        raise DataError(f"{path}: nested too deeply: expected a list of songs") from None
    except ValueError as error:
        raise DataError(f"{path}: not JSON: {' '.join(str(error).split())[:120]}") from None
    if isinstance(content, dict):
        inner = content.get("playlist")
        content = inner.get("track") if isinstance(inner, dict) else content.get("tracks")
    if not isinstance(content, list):
        raise DataError(f"{path}: expected a list of songs, or an object with `tracks`, or JSPF")
    for number, entry in enumerate(content, start=1):
        yield _from_json(path, f"entry {number}", entry)


def _from_json(path: Path, place: str, entry: object) -> Wanted:
    if isinstance(entry, str):
        return _from_text(place, printable(entry).strip())
    if isinstance(entry, int) and not isinstance(entry, bool) and abs(entry) < 2**63:
        return Wanted(place, f"{entry}", "", "")
    if not isinstance(entry, dict):
        raise DataError(f"{path}: {place}: {json.dumps(entry)[:60]}: expected an id, or an object with id or title")
    track, artist, title = (_cell(entry, names) for names in (ID_COLUMNS, ARTIST_COLUMNS, TITLE_COLUMNS))
    if not track and not title:
        raise DataError(f"{path}: {place}: expected one of {', '.join(ID_COLUMNS + TITLE_COLUMNS)}")
    return Wanted(place, id_in(track) or track, artist, title)


def _cell(entry: dict[str, Any], names: Sequence[str]) -> str:
    """The first of these keys that an object has, as text; of a list its first, of an object its name."""
    value = next((entry[name] for name in names if entry.get(name)), "")
    value = value[0] if isinstance(value, list) else value
    value = value.get("name", "") if isinstance(value, dict) else value
    return printable(f"{value}").strip() if isinstance(value, str | int) else ""


def _read_xspf(path: Path) -> Iterator[Wanted]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(_document(path))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise DataError(f"{path}: not XSPF: {' '.join(str(error).split())[:120]}") from None
    tracks = [each for each in root.iter() if _tag(each) == "track"]
    for number, each in enumerate(tracks, start=1):
        said = {_tag(part): printable(part.text or "").strip() for part in each}
        place, address = f"entry {number}", said.get("identifier") or said.get("location", "")
        artist, title = said.get("creator", ""), said.get("title", "")
        if not address and not title:
            raise DataError(f"{path}: {place}: expected an identifier, a location or a title")
        yield Wanted(place, id_in(address), artist, title or Path(unquote(address)).stem)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _document(path: Path) -> bytes:
    with open(path, "rb") as file:
        content = file.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise DataError(f"{path}: expected at most {LARGEST_DOCUMENT:,} bytes; text and CSV files may be larger")
    return content.removeprefix(codecs.BOM_UTF8)


_READERS: dict[str, Callable[[Path], Iterator[Wanted]]] = {
    ".m3u": _read_m3u,
    ".m3u8": _read_m3u,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".json": _read_json,
    ".jspf": _read_json,
    ".xspf": _read_xspf,
}
