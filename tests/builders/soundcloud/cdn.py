"""The CDN of the invented SoundCloud: playlists, segments, files and pictures, at addresses that
expire.
"""

import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from tests.builders.soundcloud import sounds
from tests.builders.soundcloud.answering import FaultyServer
from tests.builders.soundcloud.catalogue import Catalogue, Song
from tests.builders.soundcloud.media import STREAMS

GOOD_FOR = 2
"""Segments that may be had with one key, of a song whose addresses expire."""
ORIGINALS = (".flac", ".mp3", ".wav", ".m4a")


class CdnServer(FaultyServer):
    """Answers with the sound and the pictures of `catalogue`, to everybody who has an address.

    `had`: how often each segment was given whole, by path without its key.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.keys: Counter[int] = Counter()
        self.used: Counter[tuple[int, str]] = Counter()
        self.had: Counter[str] = Counter()

    def new_key(self, song: int) -> int:
        """The key of a song's addresses that are given now: 1 for the first ones."""
        with self.lock:
            self.keys[song] += 1
            return self.keys[song]

    def respond(self, path: str, headers: dict[str, str], fault: str) -> tuple[int, bytes]:
        parts = urlsplit(path)
        key = dict(parse_qsl(parts.query)).get("key", "")
        if picture := re.fullmatch(r"/artworks-([0-9]+)-(?:large|t500x500)\.jpg", parts.path):
            return 200, sounds.cover(int(picture[1]))
        match parts.path.strip("/").split("/"):
            case [form, number, *rest]:
                song = self.catalogue.there(int(number))
                if song is None or not key or song.media == "gone":
                    return 403, b""
                return self._sound(song, form, rest, key, parts.path, fault)
        return 404, b""

    def _sound(
        self, song: Song, form: str, rest: list[str], key: str, path: str, fault: str
    ) -> tuple[int, bytes]:
        if rest == ["file"]:
            ending = ".wav" if song.media == "large" else ORIGINALS[song.id // 2 % len(ORIGINALS)]
            if song.media == "no sound":
                return 200, b"FORM of something else"
            content = self._whole(song, ending)
            return 200, sounds.large(content) if song.media == "large" else content
        if rest == ["whole.mp3"]:
            return 200, self._whole(song, ".mp3")
        if rest == ["list.m3u8"]:
            return 200, self._list(song, form, key)
        version, name = rest
        if song.media in ("expires", "changes on") or (song.media == "changes" and version == "v1"):
            with self.lock:
                self.used[song.id, key] += 1
                if self.used[song.id, key] > GOOD_FOR:
                    return 403, b"<Error>expired</Error>"
        if not fault:
            with self.lock:
                self.had[path] += 1
        return 200, self._segments(song, form, version)[1][name]

    def _list(self, song: Song, form: str, key: str) -> bytes:
        """A playlist with whole addresses for `aac`, with relative ones for `mp3`."""
        version = (
            "v2"
            if song.media == "changes" and key != "1"
            else f"v{key}"
            if song.media == "changes on"
            else "v1"
        )
        text = self._segments(song, form, version)[0]
        if song.media == "no end":
            text = text.replace("#EXT-X-ENDLIST\n", "")
        if song.media == "keyed":
            text = text.replace(
                "#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="https://example.org/key"\n#EXTINF', 1
            )
        place = f"{STREAMS}/aac/{song.id}/{version}/" if form == "aac" else f"{version}/"
        text = re.sub(r"(?m)^([0-9]+\.\w+)$", rf"{place}\1?key={key}", text)
        return text.replace('URI="init.mp4"', f'URI="{place}init.mp4?key={key}"').encode()

    def _segments(self, song: Song, form: str, version: str) -> tuple[str, dict[str, bytes]]:
        # Another version is another sound as long as the first one.
        return sounds.segments(
            song.sound + 10 * (int(version[1:]) - 1), self._seconds(song), form, song.gain
        )

    def _whole(self, song: Song, ending: str) -> bytes:
        return sounds.whole(song.sound, self._seconds(song), ending, song.gain)

    def _seconds(self, song: Song) -> int:
        return song.seconds * 2 // 3 if song.media == "short" else song.seconds
