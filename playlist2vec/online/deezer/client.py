"""Client of Deezer's public API: information on songs, and the addresses of previews.

The quota of 50 requests in 5 s is kept, and waited for if another user of the same IP address used
it up. The address of a preview expires, so it is requested anew every time and never cached.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from playlist2vec.base.errors import DataError
from playlist2vec.online.asking import Asker, NoAnswerError, WrongAddressError, one_line
from playlist2vec.online.bounded import TooLargeError
from playlist2vec.online.deezer.answers import Found, read_body, read_songs, read_track
from playlist2vec.online.deezer.cache import Song, SongCache
from playlist2vec.online.deezer.previews import EXPECTED, fetch_preview, is_at_deezer
from playlist2vec.online.quota import Quota
from playlist2vec.songs.likeness.matching import same_artist, same_title
from playlist2vec.songs.likeness.spelling import plain

ADDRESS = "https://api.deezer.com"
CACHE = Path("data/incoming/deezer.sqlite")
"""File in which commands cache information on songs: ignored by Git and no output of a stage.

Deleting the file is harmless.
"""
LARGEST = 1 << 22
"""Bytes of an answer, decompressed; a list of 25 songs has 50,000."""
QUOTA = Quota(50, 5.0)
"""Deezer's quota for an IP address; shared by all clients of a process."""


class UnreachableError(DataError):
    """No answer from Deezer after all attempts. The caller can continue without sound."""


class Deezer:
    """Client of Deezer; `cache`: the file for information on songs, None for no cache.

    `attempts`: tries of a request that meets the quota, a busy server, a time-out or no connection,
    1 or more. `backoff`: seconds of the first pause between tries; every further pause doubles, and
    after a refusal for the quota the quota's window is added. `timeout`: seconds without a byte.
    `total`: seconds for a whole answer.

    The methods raise UnreachableError if there is no answer, and DataError for an answer that is
    not Deezer's; both are one line that names the address.
    """

    def __init__(
        self,
        address: str = ADDRESS,
        cache: str | Path | None = None,
        *,
        attempts: int = 4,
        backoff: float = 1.0,
        timeout: float = 10.0,
        total: float = 30.0,
        quota: Quota = QUOTA,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.address = address.rstrip("/")
        self._cache = None if cache is None else SongCache(cache)
        self._asker = Asker(
            quota.place,
            attempts=attempts,
            backoff=backoff,
            timeout=timeout,
            total=total,
            largest=LARGEST,
            after_quota=quota.seconds,
            sleep=sleep,
        )

    def track(self, number: int) -> Song | None:
        """Return the song with an id; None if there is none."""
        return self._kept(
            self._track_address(number), lambda: (found := self.look_up(number)) and found.song
        )

    def search(self, artist: str, title: str) -> Song | None:
        """Return the song that fits the names best, '' if unknown; None for no fit or no names."""
        address = self._search_address(artist, title)
        return (
            self._kept(address, lambda: _best(self._ask_songs(address), artist, title))
            if address
            else None
        )

    def find(self, track: str, artist: str = "", title: str = "") -> Song | None:
        """Return the song for a data set's id `track_<id>` and names; None if Deezer has no match.

        `artist`, `title`: '' if unknown. The id is trusted unless Deezer gives it to a song of
        another artist and title; then, and for an id of another form, the names are searched for.
        Pass '' as `track` for a data set whose ids are not Deezer's.
        """
        number = deezer_id(track)
        song = None if number is None else self.track(number)
        unnamed = not (artist or title)
        if song and (unnamed or same_artist(artist, song.artist) or same_title(title, song.title)):
            return song
        return self.search(artist, title)

    def preview(self, number: int) -> str:
        """Return the temporary address of a song's preview; '' if there is none.

        The address is requested anew at every call, unless the cache has that there is no such
        song.
        """
        address = self._track_address(number)
        kept = self._cache.find(address) if self._cache else None
        if kept and kept.song is None:
            return ""
        found = self._ask_track(address)
        if self._cache:
            self._cache.keep(address, found.song if found else None)
        if found and found.preview and not is_at_deezer(found.preview, self.address):
            raise DataError(
                f"{address}: a preview at {one_line(found.preview)[:80]}: expected {EXPECTED}"
            )
        return found.preview if found else ""

    def look_up(self, number: int) -> Found | None:
        """Return a song and the address of the preview by id, requested anew; None if missing."""
        return self._ask_track(self._track_address(number))

    def look_up_isrc(self, code: str) -> Found | None:
        """Return the song of an International Standard Recording Code (ISRC), as `look_up` does.

        The code has twelve letters and digits.
        """
        return self._ask_track(f"{self.address}/track/isrc:{quote(code, safe='')}")

    def look_for(self, artist: str, title: str) -> list[Found]:
        """Return all songs of a search, in Deezer's order, requested anew; '' for unknown names."""
        address = self._search_address(artist, title)
        return self._ask_songs(address) if address else []

    def fetch(self, preview: str) -> bytes:
        """Return the sound at a preview's address, requested once.

        Raises PreviewError if there is no sound.
        """
        asker = self._asker
        with asker.session() as session:
            return fetch_preview(
                session, preview, self.address, timeout=asker.timeout, total=asker.total
            )

    def _track_address(self, number: int) -> str:
        return f"{self.address}/track/{number}"

    def _search_address(self, artist: str, title: str) -> str:
        """Return the address of a search; '' if there is nothing to search for."""
        names = {"artist": _quotable(artist), "track": _quotable(title)}
        wanted = " ".join(f'{name}:"{text}"' for name, text in names.items() if text)
        return f"{self.address}/search?q={quote(wanted)}" if wanted else ""

    def _kept(self, address: str, ask: Callable[[], Song | None]) -> Song | None:
        """Return the cached answer for `address`; else the answer of `ask`, which is cached."""
        kept = self._cache.find(address) if self._cache else None
        if kept:
            return kept.song
        song = ask()
        if self._cache:
            self._cache.keep(address, song)
        return song

    def _ask_track(self, address: str) -> Found | None:
        body = self._ask(address)
        return None if body is None else read_track(body, address)

    def _ask_songs(self, address: str) -> list[Found]:
        body = self._ask(address)
        return [] if body is None else read_songs(body, address)

    def _ask(self, address: str) -> dict[str, object] | None:
        """Return the object in the answer, None for no data; retry failures that may pass."""
        try:
            return self._asker.ask(
                address,
                lambda answer: read_body(answer.status, answer.reason, answer.content, address),
            )
        except NoAnswerError as error:
            raise UnreachableError(
                f"{address}: no answer in {self._asker.attempts} attempts: {error}: expected one "
                "from Deezer"
            ) from None
        except TooLargeError as error:
            raise DataError(
                f"{address}: answered {error}: expected a song or a list of songs"
            ) from None
        except WrongAddressError as error:
            raise DataError(f"{address}: {error}: expected an address like {ADDRESS}") from None


def deezer_id(track: str) -> int | None:
    """Return Deezer's id in a track id of the form `track_<id>`; None for another form."""
    match = re.fullmatch("track_([0-9]{1,18})", track)
    return int(match[1]) if match else None


def _quotable(text: str) -> str:
    """Return the text without double quotes, which delimit text in Deezer's search."""
    return " ".join(text.replace('"', " ").split())


def _best(found: list[Found], artist: str, title: str) -> Song | None:
    """Return the first fitting song with the most equal names, songs with a preview preferred.

    A song fits if all given names match.
    """
    fitting = [
        each
        for each in found
        if (not artist or same_artist(artist, each.song.artist))
        and (not title or same_title(title, each.song.title))
    ]

    def closeness(each: Found) -> tuple[bool, bool, bool]:
        song = each.song
        return (
            plain(song.title) == plain(title),
            plain(song.artist) == plain(artist),
            each.preview != "",
        )

    return max(fitting, key=closeness).song if fitting else None
