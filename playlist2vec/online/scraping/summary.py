"""Summary of a scrape so far, in a few lines whose numbers add up."""

from collections import Counter
from pathlib import Path

from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.scraping.queue import STATES, WAITING, counts, taken
from playlist2vec.online.soundcloud.client import UNTRIED


def summary(state: CrawlState, manifest: Path) -> list[str]:
    """Return lines on all free tracks of the crawl, by state and reason, and on the manifest."""
    found = counts(state)
    parts = []
    for each in STATES:
        reasons = Counter[str]()
        for (name, reason), number in found.items():
            reasons[reason.partition(":")[0]] += number * (name == each)
        said = ", ".join(f"{n:,} {reason}" for reason, n in sorted(reasons.items()) if n and reason)
        total = sum(reasons.values())
        parts.append(
            f"{total:,} {'wait' if each == WAITING else each}" + (f" ({said})" if said else "")
        )
    kept = list(taken(state))
    size = sum(each.size for each in kept) / 1e6
    covers = sum(bool(each.cover) for each in kept)
    return [
        f"{sum(found.values()):,} free tracks: {', '.join(parts)}",
        f"{manifest}: {len(kept):,} tracks, {size:,.1f} MB, {covers:,} with a cover",
        UNTRIED,
    ]
