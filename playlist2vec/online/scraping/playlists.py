"""Streams in segments: read the playlist, check every segment, renew an expired address."""

from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from playlist2vec.base.files import DAMAGES
from playlist2vec.online.scraping.rules import DRM
from playlist2vec.online.scraping.sound import check_segment
from playlist2vec.online.soundcloud.answers import MISSING, REFUSED, SHAPE, CallError
from playlist2vec.online.soundcloud.cdn import DAMAGED, LARGEST, TOO_LARGE, Cdn, DamagedError

TURNS = 2
"""Consecutive addresses without a new segment, and changes of content, after which a stream fails.
"""


class Segment(NamedTuple):
    """A segment; `name`: the path of the address. `seconds`: the length, 0 for the head."""

    address: str
    name: str
    seconds: float


class Listing(NamedTuple):
    """A stream: the head, None if not needed, and the segments in order."""

    head: Segment | None
    segments: list[Segment]

    @property
    def content(self) -> list[tuple[str, float]]:
        """Return names and lengths without access queries; equal for equal streams."""
        return [(each.name, each.seconds) for each in (self.head, *self.segments) if each]


def read_listing(content: bytes, address: str) -> Listing:
    """Read the playlist at an address.

    Raises DamagedError for content that is no playlist or has no end, CallError for a playlist that
    is encrypted (DRM) or needs features that are missing here.
    """
    import m3u8

    if not content.lstrip().startswith(b"#EXTM3U"):
        raise DamagedError("no playlist of a stream")
    try:
        found = m3u8.loads(content.decode("utf-8"))
        keys = [*found.keys, *found.session_keys]
        sections = [each.init_section for each in found.segments]
        heads = {each.uri for each in sections if each}
        ranges = any(
            each.byterange for each in [*found.segments, *(each for each in sections if each)]
        )
        segments = [_segment(address, each.uri, float(each.duration)) for each in found.segments]
        head = _segment(address, heads.pop(), 0.0) if len(heads) == 1 and all(sections) else None
    except (*DAMAGES, AttributeError, m3u8.ParseError):
        raise DamagedError("a playlist of a stream that cannot be read") from None
    if not all(isfinite(each.seconds) for each in segments):
        raise DamagedError("a playlist of a stream with a segment of no length")
    if any(key and key.method != "NONE" for key in keys):
        raise CallError(DRM, "an encrypted stream")
    names = {each.name for each in segments}
    if found.is_variant or ranges or heads or len(names) < len(segments):
        raise CallError(SHAPE, "a playlist of another shape: expected one with whole segments")
    if not found.is_endlist or not segments:
        raise DamagedError("a playlist of a stream without its end")
    return Listing(head, segments)


def _segment(address: str, uri: str, seconds: float) -> Segment:
    whole = urljoin(address, uri)
    return Segment(whole, urlsplit(whole).path, seconds)


def fetch_stream(new_address: Callable[[], str], cdn: Cdn) -> bytes:
    """Return a whole stream, the head and the segments joined.

    `new_address`: requests an address of the playlist. If the address expires, a new address is
    requested, and only missing segments are fetched; if the content changed, all segments are
    fetched. Raises the errors of `new_address` and `Cdn.get`, and CallError for a stream that is
    not completed.
    """
    have: dict[str, bytes] = {}
    known: list[tuple[str, float]] = []
    contents = idle = 0
    while True:
        address = new_address()
        listing = cdn.get(address, partial(read_listing, address=address))
        if listing.content != known:
            known, contents = listing.content, contents + 1
            have.clear()
        if contents > TURNS + 1:
            raise CallError(DAMAGED, "another content again and again")
        before = len(have)
        try:
            _fetch_missing(listing, have, cdn)
            return b"".join(have[name] for name, _ in known)
        except CallError as error:
            idle = 0 if len(have) > before else idle + 1
            if error.kind not in (MISSING, REFUSED) or idle == TURNS:
                raise


def _fetch_missing(listing: Listing, have: dict[str, bytes], cdn: Cdn) -> None:
    """Fetch the head and all missing segments."""
    head = b""
    if listing.head:
        if listing.head.name not in have:
            have[listing.head.name] = cdn.get(listing.head.address, _checking(b"", listing.head))
        head = have[listing.head.name]
    for segment in listing.segments:
        if segment.name not in have:
            have[segment.name] = cdn.get(segment.address, _checking(head, segment))
        if sum(map(len, have.values())) > LARGEST:
            raise CallError(TOO_LARGE, f"more than {LARGEST:,} bytes")


def _checking(head: bytes, segment: Segment) -> Callable[[bytes], bytes]:
    """Return a function that returns a segment after a check of the length in the playlist."""

    def check(content: bytes) -> bytes:
        check_segment(head + content, segment.seconds)
        return content

    return check
