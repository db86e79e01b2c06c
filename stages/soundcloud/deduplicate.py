"""soundcloud_deduplicate: groups of tracks that are copies, and the track kept of a group."""

from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.free_music.copies.grouping import groups_of, pairs_of
from playlist2vec.free_music.copies.params import CopiesParams
from playlist2vec.free_music.copies.table import write_copies
from playlist2vec.free_music.fingerprints.storage import Fingerprints
from playlist2vec.free_music.hashing.table import read_hashes
from playlist2vec.free_music.manifest.entries import read_all
from playlist2vec.free_music.manifest.params import ManifestParams
from stages import run


def main(params: str, hashes: str, copies: str, metrics: str) -> str:
    """Write the table of copies, and the counts into `metrics`."""
    given, section = read_section(params, ManifestParams), read_section(params, CopiesParams)
    entries, rows = read_all(given.manifest), read_hashes(Path(hashes))
    prints = Fingerprints.load(Path(hashes))
    if [entry.id for entry in entries] != [row.id for row in rows] or len(prints) != len(rows):
        raise DataError(f"{hashes}: other tracks than {given.manifest}: expected the same")
    pairs = pairs_of(section.by, rows, prints)
    found = groups_of(pairs, entries)
    write_copies(copies, found)
    groups = len({each.stays for each in found})
    left_out = len(found) - groups
    worst = max((pair.error for pair in pairs), default=0.0)
    write_json(
        metrics,
        {
            "by": section.by,
            "tracks": len(rows),
            "pairs": len(pairs),
            "groups": groups,
            "in_groups": len(found),
            "copies": left_out,
            "stay": len(rows) - left_out,
            "largest_error": round(worst, 6),
        },
    )
    return (
        f"{len(rows):,} tracks: {len(pairs):,} pairs of copies by {section.by}, {len(found):,} "
        f"tracks in {groups:,} groups, of each of which one stays: {left_out:,} copies, "
        f"{len(rows) - left_out:,} others"
    )


if __name__ == "__main__":
    run("soundcloud.deduplicate", main, "PARAMS", "HASHES_FOLDER", "COPIES", "METRICS")
