"""Artist, title and album from the path of an audio file."""

import re
from urllib.parse import unquote

from playlist2vec.reading.names import DASH, Name

USUAL = "aac aif aiff alac ape dsf flac m4a m4b mid mka mp3 mp4 mpc oga ogg opus wav wave wma wv"
"""File extensions that mark an id as the name of an audio file."""
AUDIO = (
    f"{USUAL} 3gp ac3 asf au caf cda dff dts flv it m2a m4p m4r midi mkv mod mov mp+ mp1 mp2 mpa "
    "mpeg mpg mpga ogv ogx ra rm s3m snd spx tak tta weba webm xm"
)
"""File extensions of audio files in a playlist, where a file name cannot be an id of another kind.
"""
GENERIC = (
    "audio a c d desktop documents downloads download favorites favourites flac files home http "
    "itunes library media mnt mp3 mp3s musica música music musik musique muziek my own mymusic "
    "playlists playlist share shared sdcard songs sounds storage tmp tracks usb users u m volumes "
    "unsorted"
)
"""Names of folders that hold folders of artists, and are no artist themselves."""
VARIOUS = frozenset(
    (
        "various artists",
        "various",
        "va",
        "compilations",
        "unknown artist",
        "soundtracks",
        "samplers",
    )
)
"""Names of folders that hold albums of several artists."""
_AUDIO = re.compile(rf"\.(?:{'|'.join(map(re.escape, AUDIO.split()))})$", re.IGNORECASE)
_GENERIC = frozenset((*GENERIC.split(), "itunes media", "itunes music", "my music"))
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):(?://([^/?#]*))?", re.IGNORECASE)
_DRIVE = re.compile(r"/?[a-zA-Z]:(?=[\\/])")
_DISC = re.compile(r"(?:cd|dis[ck]|disque|vol(?:ume)?)[ ._-]*\d{1,2}", re.IGNORECASE)
_YEAR = re.compile(r"[\[({]?(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?[\])}]?")
_YEAR_BEFORE = re.compile(rf"{_YEAR.pattern}\s*(?:[-–—._]\s*)?(?=\S)")
_NUMBER = re.compile(
    r"[\[(](?:\d{1,2}-)?\d{1,4}[\])][\s._-]*"
    r"|\d{1,2}[-.]\d\d(?:\s*[.)_]\s*|\s+(?:[-–—]\s+)?)"
    r"|(?:\d{1,2}[-.])?(?:\d{1,2}|0\d{2,3})(?:\s*[.)_-]\s*|\s+[-–—]\s+)"
    r"|0\d{1,3}\s+"
    r"|[A-D]\d{1,2}(?:\s*[.)_]\s*|\s+[-–—]\s+)"
)
"""A track number before a title: `01 - `, `01. `, `1-03 `, `[01] `, `0030 `, `A1. `."""
_NUMBER_IN_ALBUM = re.compile(rf"{_NUMBER.pattern}|[1-3]\d\s+|[1-9]\d\d\s+[-–—]\s+")
_NUMBER_ALONE = re.compile(r"(?:\d{1,2}-)?\d{1,3}")


def path_of(address: str) -> str:
    """Return the percent-decoded path of a `file:` address; empty for an address of another kind.

    A text that is no address is a path: it is returned unchanged if it has spaces, else
    percent-decoded.
    """
    found = _ADDRESS.match(address)
    if not found or _DRIVE.match(address):
        return address if " " in address else _decoded(address)
    if found[1].lower() != "file":
        return ""
    host, path = found[2] or "", _decoded(address[found.end() :])
    if host and host.lower() != "localhost":
        path = f"//{host}{path}"
    return path.removeprefix("/") if _DRIVE.match(path) else path


def is_absolute(path: str) -> bool:
    """Return True if a path begins at a root of this system or of Windows."""
    return path.startswith(("/", "\\\\")) or bool(_DRIVE.match(path))


def looks_like_path(text: str) -> bool:
    """Return True if a text begins as a path does, or ends with the extension of an audio file."""
    begins = text.startswith(("/", "\\\\", "./", "../", ".\\", "..\\", "file:")) or bool(
        _DRIVE.match(text)
    )
    return begins or bool(_AUDIO.search(text) and not _ADDRESS.match(text))


def name_in_path(address: str) -> Name:
    """Return the artist, title and album that the path or address of a file names.

    The file's name may be `Artist - Title`, `Artist - Album - 01 - Title` or `01 - Title`. If it
    has no artist, the folders name it: `Artist/[2013] Album/01 Title.flac`, `Artist/Title.mp3`.
    """
    path = path_of(address)
    if not path:
        inside = _ADDRESS.sub("", address, count=1).partition("?")[0]
        path = _decoded(inside) if _AUDIO.search(inside) else ""
        return _name_in_file(path.rpartition("/")[2], in_album=False) if path else Name()
    parts = [" ".join(part.split()) for part in _DRIVE.sub("", path).replace("\\", "/").split("/")]
    folders = [
        part for part in parts[:-1] if part not in ("", ".", "..") and not _DISC.fullmatch(part)
    ]
    artist, album = _names_of_folders([_blanks(folder) for folder in folders])
    name = _name_in_file(parts[-1], in_album=bool(album))
    if name.artist and name.title.casefold() == artist.casefold() != name.artist.casefold():
        return Name(artist, name.artist, album)
    return Name(name.artist or artist, name.title, name.album or album)


def _name_in_file(file: str, *, in_album: bool) -> Name:
    stem = " ".join(_blanks(_AUDIO.sub("", file)).split())
    pattern = _NUMBER_IN_ALBUM if in_album else _NUMBER
    number = pattern.match(stem)
    if number and number.end() < len(stem):
        stem = stem[number.end() :].strip()
    parts = [" ".join(part.split()) for part in DASH.split(stem) if part.strip()]
    for place in range(1, len(parts) - 1):
        if _NUMBER_ALONE.fullmatch(parts[place]):
            album = " - ".join(part for part in parts[1:place] if not _YEAR.fullmatch(part))
            return Name(parts[0], " - ".join(parts[place + 1 :]), _without_year(album))
    if len(parts) > 2 and (number := _NUMBER.match(parts[-1])) and number.end() < len(parts[-1]):
        return Name(parts[0], parts[-1][number.end() :], _without_year(" - ".join(parts[1:-1])))
    if len(parts) < 2:
        return Name(title=stem)
    return Name(parts[0], " - ".join(parts[1:]))


def _names_of_folders(folders: list[str]) -> tuple[str, str]:
    """Return the artist and the album that the folders of a file name, empty where unnamed."""
    if not folders or _generic(folders[-1]) or folders[-1].casefold() in VARIOUS:
        return "", ""
    last = folders[-1]
    parts = [
        part for part in DASH.split(last) if part.strip() and not _YEAR.fullmatch(part.strip())
    ]
    if len(folders) == 1 or _generic(folders[-2]):
        if len(parts) > 1:
            return parts[0].strip(), _without_year(" - ".join(parts[1:]))
        return ("", _without_year(last)) if _without_year(last) != last else (last, "")
    artist = "" if folders[-2].casefold() in VARIOUS else folders[-2]
    return artist, _without_year(" - ".join(parts) or last)


def _generic(folder: str) -> bool:
    return len(folder) < 2 or folder.casefold() in _GENERIC


def _without_year(album: str) -> str:
    before = _YEAR_BEFORE.match(album)
    rest = album[before.end() :] if before else album
    return re.sub(r"\s*[\[(](?:19|20)\d\d[\])]$", "", rest).strip()


def _blanks(name: str) -> str:
    """Return the name with spaces for underscores, unless the name has spaces already."""
    return name.replace("_", " ") if "_" in name and " " not in name else name


def _decoded(text: str) -> str:
    """Return the percent-decoded text, read as UTF-8 if possible, else as Windows-1252."""
    if "%" not in text:
        return text
    decoded = unquote(text, errors="replace")
    if "\ufffd" in decoded:
        decoded = unquote(text, "cp1252", errors="replace")
    return decoded
