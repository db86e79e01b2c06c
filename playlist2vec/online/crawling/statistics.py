"""What a crawl has found so far, in a few lines."""

from playlist2vec.online.crawling.planning import KINDS
from playlist2vec.online.crawling.state import CrawlState

COMMON = 20
"""Tracks from which on a genre is counted as found."""
MOST_OPEN = 100_000
"""Calls of a kind that are counted; more are shown as so many."""


def statistics(state: CrawlState) -> list[str]:
    """Return lines on what was asked, what was found, the genres, and what could be asked."""
    counts, genres = state.counts(), state.genres()
    there = {genre: n for genre, n in genres.items() if genre and n}
    shown = sorted(there, key=lambda genre: (-there[genre], genre))[:10]
    arms = [arm for arm in state.arms(KINDS, MOST_OPEN) if arm.open or arm.calls]
    others = {name: n for name, n in counts.items() if n and name not in _SHOWN}
    return [
        "{calls:,} calls, {failed:,} of them brought nothing".format(
            calls=counts.get("calls", 0), failed=counts.get("failed calls", 0)
        ),
        f"{counts.get('tracks', 0):,} tracks in full, {counts.get('free tracks', 0):,} of them free, "
        f"{counts.get('tracks that count', 0):,} count; {counts.get('playlists', 0):,} playlists",
        f"{sum(n >= COMMON for n in there.values())} genres with {COMMON} tracks or more: "
        + (", ".join(f"{genre} {there[genre]:,}" for genre in shown) or "none"),
        "could be asked: "
        + (", ".join(f"{arm.open:,} {arm.kind}" for arm in arms if arm.open) or "nothing"),
        "gain a call of late: "
        + (", ".join(f"{a.kind} {a.gain / a.calls:.2f}" for a in arms if a.calls) or "none"),
        "passed over: " + (", ".join(f"{n:,} {name}" for name, n in others.items()) or "nothing"),
    ]


_SHOWN = ("calls", "failed calls", "tracks", "free tracks", "tracks that count", "playlists")
