"""Matching of a data set's song with a song at Deezer: by ISRC, by id, or by a verified search."""

from collections.abc import Sequence
from typing import NamedTuple

from playlist2vec.online.deezer.answers import Found
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer
from playlist2vec.online.deezer.previews import is_at_deezer
from playlist2vec.songs.likeness.matching import same_artist, same_title
from playlist2vec.songs.likeness.titles import nearness, parsed, title_proper

REASONS = (
    *("not_found", "names_differ", "duration_differs", "no_preview"),
    *("preview_gone", "unreadable", "too_short", "silent"),
)
"""Reasons for a missing spectrogram, in the order of the steps that find them."""
TOLERANCE = 3.0
"""Seconds by which the durations of the same recording may differ."""
EQUAL = 1
"""Upper limit of `nearness` for titles that name the same version."""
ADDED = 4
"""Value of `nearness` for two titles of the same version if one has further words."""


class Wanted(NamedTuple):
    """A song of a data set; '' or 0 for unknown values.

    `number`: the id at Deezer. `isrc`: the International Standard Recording Code, twelve letters
    and digits.
    """

    track: str
    artist: str = ""
    title: str = ""
    seconds: float = 0.0
    number: int = 0
    isrc: str = ""


class Hit(NamedTuple):
    """A song at Deezer: the id, the temporary address of the preview, and the way to the match."""

    number: int
    preview: str
    way: str


class Miss(NamedTuple):
    """A reason of REASONS, and a description of the findings without an address."""

    reason: str
    found: str


def find(deezer: Deezer, wanted: Wanted) -> Hit | Miss:
    """Return the matching song, or the reason of the attempt that came nearest.

    A code or an id is trusted unless Deezer gives it to a song of another artist and another title.
    A search result is accepted if artist, title and version are equal, and the duration if both are
    known. Raises UnreachableError if there is no answer, and DataError for an answer that is not
    Deezer's.
    """
    misses = []
    for way in (_by_isrc, _by_number, _by_names):
        found = way(deezer, wanted)
        if isinstance(found, Hit):
            return found
        misses += [found] if found else []
    return max(misses, key=lambda miss: REASONS.index(miss.reason))


def choose(wanted: Wanted, songs: Sequence[Found], api: str) -> Hit | Miss:
    """Return the matching song of a search, the nearest in duration if several match."""
    if not songs:
        return Miss("not_found", "the search finds nothing")
    named = [each for each in songs if agree(wanted, each.song)]
    if not named:
        return Miss("names_differ", _label(songs[0].song))
    fitting = [each for each in named if _difference(wanted, each.song) <= TOLERANCE]
    if not fitting:
        return Miss(
            "duration_differs", f"{named[0].song.duration} s: expected {wanted.seconds:g} s"
        )
    heard = [each for each in fitting if _has_preview(each, api)]
    best = min(heard or fitting, key=lambda each: _difference(wanted, each.song))
    return _heard(best, api, "search")


def agree(wanted: Wanted, song: Song) -> bool:
    """Return True if artist, title and version match.

    If only one title has further words, such as a subtitle, the durations must be known and agree.
    """
    if not same_artist(wanted.artist, song.artist):
        return False
    mine, other = parsed(wanted.title), parsed(song.title)
    near = nearness(mine, other)
    if near is None or near <= EQUAL:
        return near is not None
    timed = wanted.seconds > 0 and song.duration > 0 and _difference(wanted, song) <= TOLERANCE
    return near == ADDED and mine.marks == other.marks and timed


def _by_isrc(deezer: Deezer, wanted: Wanted) -> Hit | Miss | None:
    if not wanted.isrc:
        return None
    return _believed(
        wanted, deezer.look_up_isrc(wanted.isrc), deezer.address, f"ISRC {wanted.isrc}"
    )


def _by_number(deezer: Deezer, wanted: Wanted) -> Hit | Miss | None:
    if not wanted.number:
        return None
    return _believed(wanted, deezer.look_up(wanted.number), deezer.address, "id")


def _by_names(deezer: Deezer, wanted: Wanted) -> Hit | Miss:
    """Search for the names unchanged, then for the title without brackets or a dashed part."""
    if not (wanted.artist and wanted.title):
        return Miss("not_found", "no artist and title to search for")
    found = choose(wanted, deezer.look_for(wanted.artist, wanted.title), deezer.address)
    bare = title_proper(wanted.title)
    if isinstance(found, Hit) or bare == wanted.title:
        return found
    again = choose(wanted, deezer.look_for(wanted.artist, bare), deezer.address)
    if isinstance(again, Hit) or REASONS.index(again.reason) > REASONS.index(found.reason):
        return again
    return found


def _believed(wanted: Wanted, found: Found | None, api: str, way: str) -> Hit | Miss:
    """Return the song of a code or id, unless artist and title both differ."""
    if found is None:
        return Miss("not_found", f"no song of this {way}")
    named = wanted.artist or wanted.title
    if named and not (
        same_artist(wanted.artist, found.song.artist) or same_title(wanted.title, found.song.title)
    ):
        return Miss("names_differ", f"{way}: {_label(found.song)}")
    return _heard(found, api, way)


def _heard(found: Found, api: str, way: str) -> Hit | Miss:
    said = f"track {found.song.id} by {way}"
    if _has_preview(found, api):
        return Hit(found.song.id, found.preview, said)
    return Miss("no_preview", f"{said}: its preview is elsewhere" if found.preview else said)


def _has_preview(found: Found, api: str) -> bool:
    return bool(found.preview) and is_at_deezer(found.preview, api)


def _difference(wanted: Wanted, song: Song) -> float:
    """Return the seconds between the durations of two songs, 0 if a duration is unknown."""
    return abs(wanted.seconds - song.duration) if wanted.seconds and song.duration else 0.0


def _label(song: Song) -> str:
    return f"{song.artist} – {song.title}"
