"""Playlists in XML: XSPF, WPL and ZPL of Windows' players, ASX, and the playlists of Rhythmbox."""

from collections.abc import Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.names import Name
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import ids_of_file, name_of_entry, song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.xml_stream import songs_in

LONGEST_TEXT = 10_000
"""Characters of a text in a tag that are kept."""
MAX_TEXTS = 100
"""Texts of an entry that are kept."""


def read_xspf(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of an XSPF file: by identifiers, locations, creator, title and album."""
    return songs_in(path, notes, _Xspf(path, notes))


def read_wpl(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of a WPL, ZPL or SMIL file: by path, and by Zune's attributes for names."""
    return songs_in(path, notes, _Wpl(path, notes))


def read_asx(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of an ASX file: by title, author and address."""
    return songs_in(path, notes, _Asx(path, notes))


def read_rhythmbox(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of all playlists in Rhythmbox's playlist file: by path."""
    return songs_in(path, notes, _Rhythmbox(path, notes))


class _Handler:
    """Base of the handlers, which keeps the texts of the tags inside the innermost entry.

    `root`: the first tag, in lower case. `entries`: the number of entries so far.
    """

    root, entry = "", ""

    def __init__(self, path: Path, notes: Notes) -> None:
        self.path, self.notes = path, notes
        self.found: list[Wanted] = []
        self.playlist = ""
        self.entries = 0
        self._depth = self._entry_depth = 0
        self._text: list[str] = []
        self._length = 0
        self._said: list[tuple[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.lower()
        if not self._depth and name != self.root:
            raise DataError(f"{self.path}: its first tag is <{name[:40]}>: expected <{self.root}>")
        self._depth += 1
        self._text, self._length = [], 0
        if name == self.entry and not self._entry_depth:
            self._entry_depth = self._depth
            self._said = []
        self.begin(name, attributes)

    def data(self, text: str) -> None:
        if self._length < LONGEST_TEXT:
            self._text.append(text[:LONGEST_TEXT])
            self._length += len(text)

    def end(self, tag: str) -> None:
        name, text = tag.lower(), " ".join("".join(self._text).split())
        self._text = []
        if self._entry_depth and self._depth == self._entry_depth + 1:
            self.say(name, text)
        elif self._depth == self._entry_depth:
            self.entries += 1
            self._entry_depth = 0
            self.add(self._said)
        elif name == "title" and not self.playlist:
            self.playlist = text
        self._depth -= 1

    def say(self, key: str, text: str) -> None:
        """Keep a text of the entry."""
        if text and len(self._said) < MAX_TEXTS:
            self._said.append((key, text))

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the attributes of a tag."""

    def add(self, said: list[tuple[str, str]]) -> None:
        """Add the song of an entry, given the lower-case tags of the entry and their texts."""
        raise NotImplementedError

    def song(self, ids: tuple[str, ...], title: str, address: str, artist: str, album: str) -> None:
        """Add a song to the songs found, or count an entry without a song."""
        name = name_of_entry(title, address, artist, album)
        self.found += song(f"entry {self.entries}", self.notes, ids, name, self.playlist)


class _Xspf(_Handler):
    root, entry = "playlist", "track"

    def add(self, said: list[tuple[str, str]]) -> None:
        texts = dict(reversed(said))
        addresses = [text for key, text in said if key == "location"]
        ids = [
            each
            for key, text in said
            if key == "identifier"
            for each in spellings(text, "identifier")
        ]
        ids += [each for address in addresses for each in ids_of_file(address)]
        artist, title = texts.get("creator", ""), texts.get("title", "")
        address = next(iter(addresses), "")
        if title and (artist or (ids and not address)):
            name = Name(artist, title, texts.get("album", ""))
            self.found += song(f"entry {self.entries}", self.notes, ids, name, self.playlist)
        else:
            self.song(tuple(ids), title, address, artist, texts.get("album", ""))


class _Wpl(_Handler):
    root, entry = "smil", ""

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in ("media", "audio", "ref"):
            return
        given = {
            key.lower(): " ".join(value[:LONGEST_TEXT].split()) for key, value in attributes.items()
        }
        self.entries += 1
        address = given.get("src", "")
        artist = given.get("trackartist", "") or given.get("albumartist", "")
        self.song(
            ids_of_file(address),
            given.get("tracktitle", ""),
            address,
            artist,
            given.get("albumtitle", ""),
        )


class _Asx(_Handler):
    root, entry = "asx", "entry"

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "ref":
            for key, value in attributes.items():
                if key.lower() == "href":
                    self.say("href", value[:LONGEST_TEXT].strip())

    def add(self, said: list[tuple[str, str]]) -> None:
        texts = dict(reversed(said))
        address = texts.get("href", "")
        self.song(
            ids_of_file(address), texts.get("title", ""), address, texts.get("author", ""), ""
        )


class _Rhythmbox(_Handler):
    root, entry = "rhythmdb-playlists", "location"

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "playlist":
            self.playlist = attributes.get("name", "")[:LONGEST_TEXT]

    def end(self, tag: str) -> None:
        text = " ".join("".join(self._text).split())
        if tag.lower() == "location":
            self.say("location", text)
        super().end(tag)

    def add(self, said: list[tuple[str, str]]) -> None:
        address = dict(said).get("location", "")
        self.song(ids_of_file(address), "", address, "", "")
