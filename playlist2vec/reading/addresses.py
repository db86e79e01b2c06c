"""Song ids and the addresses of songs: one table of services, for reading and for writing."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from playlist2vec.reading.paths import USUAL
from playlist2vec.reading.songs import Listed

OWN = "urn:song:"
"""Prefix of the address of a song without a page elsewhere; the percent-encoded id follows."""


class Kind(NamedTuple):
    """Ids of one service.

    `written`: a pattern of addresses with a group that holds the id. `bare`: a pattern of the id
    alone. `columns`: words in a column's name that mark bare ids of this kind; empty if bare ids
    are recognised in any column. `ids`: every id that a model may have for the song, the most
    likely first; `{}` is the bare id. `page`: the address to write.
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
        r"(?:https?://)?(?:open|play)\.spotify\.com/"
        r"(?:intl-[a-z-]+/|embed/)*track/([0-9A-Za-z]{22})"
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
        r"(?:https?://)?(?:www\.|api\.)?deezer\.com/"
        rf"(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?track/(\d+){_REST}"
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
        r"(?:https?://)?(?:www\.|m\.|music\.)?youtube\.com/watch\?"
        r"(?:[^#]*&)?v=([\w-]{11})(?:[&#].*)?"
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
    """Return all ids that a text may stand for, the most likely first; empty for an empty text.

    The text itself is among the ids. `column`: the name of the text's column, which may name the
    service, as `Spotify - id` does.
    """
    return tuple(dict.fromkeys(each for each in _candidates(text, column) if each))


def short_link(text: str) -> str:
    """Return a reason to reject a service's shortened address; empty for any other text."""
    if not SHORT.match(text.strip()):
        return ""
    return (
        "a short link, which only its service can resolve: open it, and take the address that the "
        "browser then shows"
    )


def is_path(text: str) -> bool:
    """Return True if an id is an absolute path, a Windows path, or the name of an audio file."""
    if text.startswith(("/", "\\\\")) or _DRIVE.match(text):
        return True
    return bool(_AUDIO.fullmatch(text)) and not _SCHEME.match(text)


def is_file(text: str) -> bool:
    """Return True if an id is a path, or the address of an audio file that a player opens."""
    return is_path(text) or bool(_FILE_ADDRESS.fullmatch(text))


def address_of(song: Listed) -> str:
    """Return the address of a song: of its service, of a file, or `urn:song:` and the quoted id.

    Ids of Spotify and MusicBrainz are recognised by their form, ids of Deezer by `song.deezer`.
    Addresses are kept. The path of a file becomes `file://`, or a relative address. `spellings`
    finds the id in every address that is returned here.
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
    """Return the M3U8 line of a song: the unchanged path of a file, or else the song's address.

    A path that a line cannot hold, for example with a space at the end, becomes an address too.
    """
    if not is_path(song.id) or not _survives(song.id) or song.id.startswith("#"):
        return address_of(song)
    return song.id


def cell_of(song: Listed) -> str:
    """Return the table cell of a song: the id, or an address if a cell cannot hold the id."""
    kept = _survives(song.id) and not song.id.startswith(OWN)
    return song.id if kept else OWN + quote(song.id, safe="")


def _survives(text: str) -> bool:
    return text == text.strip() and text.isprintable()


def _kind_of(song: Listed) -> tuple[Kind | None, str]:
    """Return the service of a song's id, and the bare id."""
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
    # Not `//`, as the next part would be a server's name.
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
    """Yield the path unchanged, with composed accents (NFC), and decomposed as on macOS (NFD)."""
    yield from (path, unicodedata.normalize("NFC", path), unicodedata.normalize("NFD", path))
