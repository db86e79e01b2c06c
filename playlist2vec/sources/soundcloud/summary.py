"""The counts of playlists and tracks read from SoundCloud, kept and dropped, and their summary."""

from collections import Counter
from dataclasses import dataclass, field

from playlist2vec.sources.soundcloud.crawls import PassedOver
from playlist2vec.sources.soundcloud.genres import IGNORED, NONE, TABLE, TYPED
from playlist2vec.sources.soundcloud.judging import KEPT, REASONS
from playlist2vec.sources.soundcloud.pieces import Seen


@dataclass
class Crawl:
    """The counts of a crawl; everything read was kept, or dropped for a single reason.

    `files`: files read, `empty` of them without a playlist or a track. `passed`, `seen`: counts of
    the objects in the files. `copies`: playlists with a copy that is as complete or more;
    `without_tracks`: playlists without tracks in any copy; `private`: unpublished playlists;
    `kept`: the remaining playlists. `entries`: outcomes, of REASONS, for the entries of kept
    playlists; `stub_entries`: kept entries with a stub as track. `known`: tracks read; `tracks`:
    tracks in the table, `stubs` of them without names; `genres`: the way the genres of the
    remaining tracks were found.
    """

    passed: PassedOver = field(default_factory=PassedOver)
    seen: Seen = field(default_factory=Seen)
    files: int = 0
    empty: int = 0
    copies: int = 0
    without_tracks: int = 0
    private: int = 0
    kept: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    stub_entries: int = 0
    known: int = 0
    tracks: int = 0
    stubs: int = 0
    genres: Counter[str] = field(default_factory=Counter)


def in_words(summary: Crawl) -> str:
    """Return a summary of everything read, kept and dropped, with the reasons.

    The counts add up to the number read.
    """
    seen, passed = summary.seen, summary.passed
    left_out = {
        "further copies": summary.copies,
        "without their tracks": summary.without_tracks,
        "private": summary.private,
        "made by SoundCloud": seen.system,
        "without an id": seen.nameless_playlists,
    }
    entries = {reason: summary.entries[reason] for reason in REASONS[1:]}
    genres = {how: summary.genres[how] for how in (TABLE, TYPED, IGNORED, NONE)}
    others = {
        "users": passed.users,
        "nulls": passed.nulls,
        "ids alone": passed.ids,
        "tracks without an id": seen.nameless_tracks,
        "others": passed.others,
    }
    said = (
        f"{summary.files:,} files read, {summary.empty:,} of them without a playlist or a track",
        f"{seen.playlists:,} playlists, {summary.kept:,} kept, left out {_listed(left_out)}",
        f"{summary.entries.total():,} entries in those kept, {summary.entries[KEPT]:,} kept "
        f"({summary.stub_entries:,} of stubs), left out {_listed(entries)}",
        f"{summary.tracks:,} distinct tracks of {summary.known:,} known, "
        f"{summary.stubs:,} of them stubs",
        f"genres {_listed(genres)}",
        f"passed over {_listed(others)}",
    )
    return "; ".join(said)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in counts.items())
