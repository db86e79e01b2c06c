"""Summary of a crawl so far, in a few lines."""

from playlist2vec.online.crawling.planning import KINDS
from playlist2vec.online.crawling.state import CrawlState

COMMON = 20
"""The least number of tracks for a genre to count as found."""
MOST_OPEN = 100_000
"""Limit on the counted calls of a kind; a larger number is shown as this limit."""


def statistics(state: CrawlState) -> list[str]:
    """Return lines on the calls made, the findings, the genres, and the open calls."""
    counts, genres = state.counts(), state.genres()
    there = {genre: n for genre, n in genres.items() if genre and n}
    shown = sorted(there, key=lambda genre: (-there[genre], genre))[:10]
    arms = [arm for arm in state.arms(KINDS, MOST_OPEN) if arm.open or arm.calls]
    others = {name: n for name, n in counts.items() if n and name not in _SHOWN}
    return [
        "{calls:,} calls, {failed:,} of them brought nothing".format(
            calls=counts.get("calls", 0), failed=counts.get("failed calls", 0)
        ),
        f"{counts.get('tracks', 0):,} tracks in full, {counts.get('free tracks', 0):,} of them "
        f"free, {counts.get('tracks that count', 0):,} count; "
        f"{counts.get('playlists', 0):,} playlists",
        f"{sum(n >= COMMON for n in there.values())} genres with {COMMON} tracks or more: "
        + (", ".join(f"{genre} {there[genre]:,}" for genre in shown) or "none"),
        "open calls: "
        + (", ".join(f"{arm.open:,} {arm.kind}" for arm in arms if arm.open) or "nothing"),
        "recent gain a call: "
        + (", ".join(f"{a.kind} {a.gain / a.calls:.2f}" for a in arms if a.calls) or "none"),
        "passed over: " + (", ".join(f"{n:,} {name}" for name, n in others.items()) or "nothing"),
    ]


_SHOWN = ("calls", "failed calls", "tracks", "free tracks", "tracks that count", "playlists")
