"""Playlists in common formats: tables, M3U8, XSPF, JSPF, JSON and CSV."""

import csv
import io
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_json
from playlist2vec.reading.addresses import address_of, cell_of, is_file, line_of
from playlist2vec.reading.formulas import with_apostrophe
from playlist2vec.reading.songs import Listed
from playlist2vec.reading.text import printable
from playlist2vec.recommend.columns import as_columns

FORMATS = ("table", "m3u8", "xspf", "jspf", "json", "csv")
"""Formats of `write_playlist`; `table` is only for people."""


def format_of(path: str | Path) -> str:
    """Return the format of FORMATS for a file name. Raises DataError for an unknown ending."""
    ending = Path(path).suffix.lower().removeprefix(".")
    ending = {"m3u": "m3u8", "txt": "table"}.get(ending, ending)
    if ending not in FORMATS:
        raise DataError(
            f"{path}: expected a name that ends in .m3u8, .xspf, .jspf, .json, .csv or .txt, "
            "or --format"
        )
    return ending


def write_playlist(songs: Sequence[Listed], form: str, title: str = "playlist") -> str:
    """Return the songs as text in a format of FORMATS, with a final line break.

    M3U8, XSPF and JSPF contain addresses, made by `address_of` of reading/addresses.py; M3U8
    contains paths of files unchanged. CSV and JSON contain ids. Every id can be restored from the
    text, including blanks at its ends. XSPF follows version 1 of xspf.org. JSPF follows
    ListenBrainz if the ids are those of MusicBrainz. A CSV cell that a spreadsheet would calculate
    gets an apostrophe in front, which readers remove.
    """
    writers: dict[str, Callable[[Sequence[Listed], str], str]] = {
        "table": _as_table,
        "m3u8": _as_m3u8,
        "xspf": _as_xspf,
        "jspf": _as_jspf,
        "json": _as_json,
        "csv": _as_csv,
    }
    return writers[form](songs, title)


def _as_table(songs: Sequence[Listed], _: str) -> str:
    return as_columns(
        ["", "artist", "title", "track"],
        [
            [f"{place}", song.artist, song.title, song.id]
            for place, song in enumerate(songs, start=1)
        ],
        numbers=("",),
    )


def _as_m3u8(songs: Sequence[Listed], title: str) -> str:
    lines = ["#EXTM3U", f"#PLAYLIST:{printable(title)}"]
    for song in songs:
        name = " - ".join(
            printable(part).strip() for part in (song.artist, song.title) if part
        ) or printable(song.id)
        lines += [f"#EXTINF:-1,{name}", line_of(song)]
    return "\n".join([*lines, ""])


def _as_xspf(songs: Sequence[Listed], title: str) -> str:
    def element(name: str, text: str) -> str:
        return f"      <{name}>{escape(printable(text), quote=False)}</{name}>\n" if text else ""

    tracks = "".join(
        "    <track>\n"
        + element(_address_element(song), address_of(song))
        + element("title", song.title)
        + element("creator", song.artist)
        + "    </track>\n"
        for song in songs
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">\n'
        f"  <title>{escape(printable(title), quote=False)}</title>\n"
        f"  <trackList>\n{tracks}  </trackList>\n</playlist>\n"
    )


def _address_element(song: Listed) -> str:
    """Return the XSPF element for the address of a song: location of a file, else identifier.

    Players open a location.
    """
    return "location" if is_file(song.id) else "identifier"


def _as_jspf(songs: Sequence[Listed], title: str) -> str:
    tracks = []
    for song in songs:
        names = {"title": printable(song.title), "creator": printable(song.artist)}
        said = {key: text for key, text in names.items() if text}
        tracks.append({_address_element(song): [address_of(song)], **said})
    return as_json({"playlist": {"title": printable(title), "track": tracks}}, indent=2) + "\n"


def _as_json(songs: Sequence[Listed], title: str) -> str:
    tracks = [
        {"track": cell_of(song), "artist": song.artist, "title": song.title} for song in songs
    ]
    return as_json({"title": title, "tracks": tracks}, indent=2) + "\n"


def _as_csv(songs: Sequence[Listed], _: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["track", "artist", "title"])
    writer.writerows(
        [with_apostrophe(printable(cell)) for cell in (cell_of(song), song.artist, song.title)]
        for song in songs
    )
    return text.getvalue()
