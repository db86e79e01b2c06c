"""Ids of songs and the addresses that stand for them: one table, for reading and for writing."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from playlist2vec.reading.paths import USUAL
from playlist2vec.reading.songs import Listed

OWN = "urn:song:"
"""What the address of a song begins with that has no page elsewhere; its id follows, with percent
codes.
"""


class Kind(NamedTuple):
    """Ids of one service.

    `written`: the addresses that hold such an id, one group of which is the id. `bare`: the id
    alone. `columns`: words in the name of a column whose bare ids are of this kind; none: wherever
    they stand. `ids`: every id that a model may have for such a song, the likeliest first, `{}` =
    the id alone. `page`: the address to be written.
    """

    name: str
    written: re.Pattern[str]
    bare: re.Pattern[str]
    columns: tuple[str, ...]
    ids: tuple[str, ...]
    page: str


_REST = r"(?:[/?#].*)?"
_WEB = r"(?:https?://)?(?:www\.)?"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SPOTIFY = Kind(
    "Spotify",
    re.compile(
        r"(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[a-z-]+/|embed/)*track/([0-9A-Za-z]{22})"
        rf"{_REST}|spotify:(?:user:[^:]*:)?track:([0-9A-Za-z]{{22}})"
    ),
    re.compile(r"[0-9A-Za-z]{22}"),
    ("spotify", "trackuri", "trackurl", "uri"),
    ("spotify:track:{}", "{}", "https://open.spotify.com/track/{}"),
    "https://open.spotify.com/track/{}",
)
MUSICBRAINZ = Kind(
    "MusicBrainz",
    re.compile(
        rf"(?:https?://)?(?:(?:www|beta)\.)?musicbrainz\.org/recording/({_UUID}){_REST}"
        rf"|{_WEB}listenbrainz\.org/track/({_UUID}){_REST}|(?:urn:)?mbid:(?:recording:)?({_UUID})",
        re.IGNORECASE,
    ),
    re.compile(_UUID, re.IGNORECASE),
    (),
    ("{}", "https://musicbrainz.org/recording/{}"),
    "https://musicbrainz.org/recording/{}",
)
DEEZER = Kind(
    "Deezer",
    re.compile(
        rf"(?:https?://)?(?:www\.|api\.)?deezer\.com/(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?track/(\d+){_REST}"
        r"|deezer:track:(\d+)"
    ),
    re.compile(r"\d+"),
    ("deezer",),
    ("track_{}", "https://www.deezer.com/track/{}", "deezer:track:{}"),
    "https://www.deezer.com/track/{}",
)
ISRC = Kind(
    "ISRC",
    re.compile(r"(?:urn:)?isrc:([A-Z]{2}-?[A-Z0-9]{3}-?\d{2}-?\d{5})", re.IGNORECASE),
    re.compile(r"[A-Z]{2}-?[A-Z0-9]{3}-?\d{2}-?\d{5}", re.IGNORECASE),
    (),
    ("{}", "isrc:{}"),
    "",
)
YOUTUBE = Kind(
    "YouTube",
    re.compile(
        r"(?:https?://)?(?:www\.|m\.|music\.)?youtube\.com/watch\?(?:[^#]*&)?v=([\w-]{11})(?:[&#].*)?"
        rf"|(?:https?://)?youtu\.be/([\w-]{{11}}){_REST}"
    ),
    re.compile(r"[\w-]{11}"),
    ("youtube",),
    ("{}", "https://www.youtube.com/watch?v={}", "https://youtu.be/{}"),
    "",
)
KINDS = (SPOTIFY, MUSICBRAINZ, DEEZER, ISRC, YOUTUBE)
SHORT = re.compile(
    r"(?:https?://)?(?:link\.deezer\.com|deezer\.page\.link|spotify\.link|spotify\.app\.link)/"
)
_SPOTIFY_ALONE = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{22}")
_DEEZER_ID = re.compile(r"track_(\d+)")
_AUDIO = re.compile(rf".+\.(?:{'|'.join(USUAL.split())})", re.IGNORECASE)
_FILE_ADDRESS = re.compile(
    rf"file:\S+|https?://[^\s?#]+/{_AUDIO.pattern}(?:[?#]\S*)?", re.IGNORECASE
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_WINDOWS = re.compile(r"[A-Za-z]:[/\\]|\\\\")
_KEPT = re.compile(r"https?://\S+|(?:file|spotify|deezer|isrc|mbid|urn(?!:song:)):\S+")


def spellings(text: str, column: str = "") -> tuple[str, ...]:
    """Return every id that a text may stand for, the likeliest first, the text itself among them;
    none for no text.

    `column`: the name of the column in which the text stands, which may say whose ids it holds, as
    `Spotify - id` does.
    """
    return tuple(dict.fromkeys(each for each in _candidates(text, column) if each))


def short_link(text: str) -> str:
    """Return why an address that a service has shortened names no song here; empty for any other
    text.
    """
    if not SHORT.match(text.strip()):
        return ""
    return "a short link, which only its service can resolve: open it, and take the address that the browser then shows"


def is_path(text: str) -> bool:
    """Whether an id is the path of a file: absolute, of a Windows drive or server, or the name of
    an audio file.
    """
    if text.startswith(("/", "\\\\")) or _DRIVE.match(text):
        return True
    return bool(_AUDIO.fullmatch(text)) and not _SCHEME.match(text)


def is_file(text: str) -> bool:
    """Whether an id is a path, or the address of an audio file that a player opens."""
    return is_path(text) or bool(_FILE_ADDRESS.fullmatch(text))


def address_of(song: Listed) -> str:
    """Return the address of a song: one that its service knows, that of a file, or `urn:song:` and
    the quoted id.

    Spotify's and MusicBrainz' ids are told by their form, Deezer's by `song.deezer`. Addresses stay
    as they are. The path of a file becomes `file://`, or a relative address. `spellings` finds the
    id in each.
    """
    kind, bare = _kind_of(song)
    if kind:
        return kind.page.format(bare)
    if is_path(song.id) and not (_WINDOWS.match(song.id) and "\\" in song.id and "/" in song.id):
        return _file_address(song.id)
    if _KEPT.fullmatch(song.id) and song.id.isprintable():
        return song.id
    return OWN + quote(song.id, safe="")


def line_of(song: Listed) -> str:
    """Return the line of an M3U8 file for a song: the path of a file as it is, or else its address.

    A path which a line cannot hold, such as one with a blank at its end, is an address too.
    """
    if not is_path(song.id) or not _survives(song.id) or song.id.startswith("#"):
        return address_of(song)
    return song.id


def cell_of(song: Listed) -> str:
    """Return the id of a song for a cell of a table: as it is, or its address where a cell cannot
    hold the id.
    """
    kept = _survives(song.id) and not song.id.startswith(OWN)
    return song.id if kept else OWN + quote(song.id, safe="")


def _survives(text: str) -> bool:
    return text == text.strip() and text.isprintable()


def _kind_of(song: Listed) -> tuple[Kind | None, str]:
    """The service whose id a song has, and the id alone."""
    uri = song.id.removeprefix("spotify:track:")
    if _SPOTIFY_ALONE.fullmatch(song.id) or (uri != song.id and SPOTIFY.bare.fullmatch(uri)):
        return SPOTIFY, uri
    if MUSICBRAINZ.bare.fullmatch(song.id):
        return MUSICBRAINZ, song.id
    deezer = _DEEZER_ID.fullmatch(song.id) if song.deezer else None
    return (DEEZER, deezer[1]) if deezer else (None, "")


def _candidates(text: str, column: str) -> Iterator[str]:
    stripped = text.strip()
    if stripped.startswith(OWN):
        yield unquote(stripped.removeprefix(OWN))
    said = re.sub(r"[^a-z0-9]", "", column.casefold())
    for kind in KINDS:
        yield from _of_kind(kind, stripped, said)
    if stripped.lower().startswith("file:"):
        yield from _in_file_address(stripped)
    elif not _SCHEME.match(stripped) and ("/" in stripped or "\\" in stripped or is_path(stripped)):
        yield from _in_path(stripped)
    yield from (stripped, text)


def _of_kind(kind: Kind, text: str, column: str) -> Iterator[str]:
    found = kind.written.fullmatch(text)
    bare = next(filter(None, found.groups()), "") if found else ""
    if (
        not bare
        and kind.bare.fullmatch(text)
        and (not kind.columns or any(map(column.__contains__, kind.columns)))
    ):
        bare = text
    if not bare:
        return
    usual = bare
    if kind is MUSICBRAINZ:
        usual = bare.lower()
    elif kind is ISRC:
        usual = bare.upper().replace("-", "")
    for spelled in (usual, bare):
        yield from (form.format(spelled) for form in kind.ids)


def _file_address(path: str) -> str:
    if path.startswith("\\\\"):
        return "file:" + quote(path.replace("\\", "/"), safe="/")
    if _DRIVE.match(path):
        return "file:///" + path[:2] + quote(path[2:].replace("\\", "/"), safe="/")
    # Not `//`, which would begin with a server.
    return ("file://" if path.startswith("/") else "") + quote(path, safe="/")


def _in_file_address(text: str) -> Iterator[str]:
    rest = text[len("file:") :]
    for path in (unquote(rest), rest):
        local = re.sub(r"^//(?:localhost)?(?=/)", "", path, flags=re.IGNORECASE)
        drive = _DRIVE.match(local.removeprefix("/"))
        if drive or local.startswith("//"):
            local = local.removeprefix("/") if drive else local
            yield local.replace("/", "\\")
        yield from _composed(local)


def _in_path(text: str) -> Iterator[str]:
    yield text
    plain = text.removeprefix("./")
    for path in (plain, unquote(plain), unquote(text)):
        yield from _composed(path)
        yield path.replace("\\", "/")
        yield path.replace("/", "\\")


def _composed(path: str) -> Iterator[str]:
    """The path as it is, and as macOS and other systems spell its accents."""
    yield from (path, unicodedata.normalize("NFC", path), unicodedata.normalize("NFD", path))
