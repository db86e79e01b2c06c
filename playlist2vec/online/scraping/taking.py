"""Taking a track: check the present metadata, then fetch sound and cover into whole files."""

from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import orjson

from playlist2vec.base.files import whole_file
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.bodies import uploader_of
from playlist2vec.online.scraping import rules
from playlist2vec.online.scraping.covers import fetch_cover
from playlist2vec.online.scraping.folder import COVERS, SOUND
from playlist2vec.online.scraping.playlists import fetch_stream
from playlist2vec.online.scraping.queue import (
    FAILED,
    LEFT_OUT,
    OFFER,
    STREAM,
    TAKEN,
    Outcome,
    metadata_text,
)
from playlist2vec.online.scraping.rules import Body
from playlist2vec.online.scraping.sound import Sound, checked, remuxed
from playlist2vec.online.scraping.tags import tagged, tags_of
from playlist2vec.online.soundcloud.answers import MISSING, SILENT, CallError
from playlist2vec.online.soundcloud.calls import TRACK, Call
from playlist2vec.online.soundcloud.cdn import DAMAGED, Cdn, DamagedError
from playlist2vec.online.soundcloud.client import SoundCloud
from playlist2vec.sources.soundcloud.records import Track, id_of, track_line

Read = TypeVar("Read")


PACKAGES = (
    *(
        "av",
        "m3u8",
        "mutagen",
        "mutagen.flac",
        "mutagen.id3",
        "mutagen.mp3",
        "mutagen.mp4",
        "mutagen.oggflac",
    ),
    *("mutagen.oggopus", "mutagen.oggvorbis", "mutagen.wave"),
)


class LeftOutError(Exception):
    """A track that may not be taken; the text is a reason of `rules.LEFT_OUT`."""


class Taker:
    """Taker of tracks, for any number of threads.

    `audio`: OFFERED or STREAMS. `folder`: of the manifest.
    """

    def __init__(
        self, soundcloud: SoundCloud, cdn: Cdn, audio: str, removals: Removals, folder: Path
    ) -> None:
        self._soundcloud = soundcloud
        self._cdn = cdn
        self._audio = audio
        self._removals = removals
        self._folder = folder
        _load_packages()

    def refuse(self, number: int, body: Body) -> str:
        """Return the reason for not taking a track with given metadata, empty if none is known."""
        if self._removals.has_track(number, uploader_of(body), body.get("permalink_url")):
            return rules.REMOVED
        refused = rules.refusal(body)
        if refused or rules.is_offered(body):
            return refused
        if self._audio != rules.STREAMS:
            return rules.NOT_OFFERED
        stream = rules.stream_of(body, self._soundcloud.origin)
        return stream if isinstance(stream, str) else ""

    def take(self, number: int) -> Outcome:
        """Take the track with an id and return the outcome.

        Raises StoppedError, and DataError for a full disk.
        """
        try:
            body = self._present(number)
            if refused := self.refuse(number, body):
                raise LeftOutError(refused)
            return self._take(number, body)
        except LeftOutError as left:
            return Outcome(number, LEFT_OUT, str(left))
        except CallError as error:
            if error.kind in rules.LEFT_OUT:
                return Outcome(number, LEFT_OUT, error.kind)
            return Outcome(number, FAILED, f"{error.kind}: {error}"[:200])

    def _present(self, number: int) -> Body:
        """Request the present metadata of a track."""
        try:
            found = self._soundcloud.ask(Call(TRACK, str(number))).tracks
        except CallError as error:
            if error.kind == MISSING:
                raise LeftOutError(rules.DELETED) from None
            raise
        if not found or id_of(found[0]) != number:
            raise CallError("another shape", "another track than was asked for")
        return found[0]

    def _take(self, number: int, body: Body) -> Outcome:
        """Fetch sound and cover and write both files."""
        # Through JSON and back, so that tags and manifest have the same text.
        metadata = metadata_text(body)
        track = Track(*orjson.loads(track_line(orjson.loads(metadata), number)))
        if not track.complete:
            raise LeftOutError(rules.TITLE)
        seconds = (track.duration or 0) / 1000
        how, sound = self._sound(body, number, seconds)
        cover = fetch_cover(body, self._cdn)
        content = _damaged_as_call(lambda: tagged(sound, tags_of(track), cover))
        # A hundred folders, as one large folder is slow.
        part = f"{number % 100:02}"
        file, picture = f"{SOUND}/{part}/{number}{sound.ending}", ""
        if cover:
            picture = f"{COVERS}/{part}/{number}{cover.ending}"
            _write(self._folder / picture, cover.content)
        _write(self._folder / file, content)
        digest = sha256(content).hexdigest()
        return Outcome(number, TAKEN, how, file, len(content), digest, picture, metadata)

    def _sound(self, body: Body, number: int, seconds: float) -> tuple[str, Sound]:
        """Fetch the original offered by the uploader; if unusable, a stream where allowed."""
        if rules.is_offered(body):
            try:
                address = self._soundcloud.address_at(f"/tracks/{number}/download")
                return OFFER, self._cdn.get(address, lambda content: checked(content, seconds))
            except CallError as error:
                if self._audio != rules.STREAMS and error.kind == MISSING:
                    raise LeftOutError(rules.NOT_OFFERED) from None
                # Without an answer, the offered file may still come at a later try.
                if self._audio != rules.STREAMS or error.kind == SILENT:
                    raise
        stream = rules.stream_of(body, self._soundcloud.origin)
        if isinstance(stream, str):
            raise LeftOutError(stream)
        return STREAM, self._stream(stream, body, seconds)

    def _stream(self, stream: rules.Stream, body: Body, seconds: float) -> Sound:
        token = body.get("track_authorization")
        query = urlencode({"track_authorization": token}) if isinstance(token, str) else ""

        def new_address() -> str:
            try:
                return self._soundcloud.address_at(
                    f"{stream.path}?{query}" if query else stream.path
                )
            except CallError as error:
                if error.kind == MISSING:
                    raise LeftOutError(rules.NO_STREAM) from None
                raise

        def read(content: bytes) -> Sound:
            return checked(remuxed(content).content, seconds)

        if stream.hls:
            content = fetch_stream(new_address, self._cdn)
            return _damaged_as_call(lambda: read(content))
        return self._cdn.get(new_address(), read)


def _load_packages() -> None:
    """Import the packages that threads use.

    Modules of mutagen import each other, and two threads that import them at once would deadlock.
    """
    from PIL import Image

    for name in PACKAGES:
        import_module(name)
    Image.init()


def _damaged_as_call(work: Callable[[], Read]) -> Read:
    """Run work on content that a retry would not change."""
    try:
        return work()
    except DamagedError as error:
        raise CallError(DAMAGED, str(error)) from None


def _write(path: Path, content: bytes) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
