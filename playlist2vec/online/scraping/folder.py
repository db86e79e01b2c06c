"""The folder of a scrape: an always complete manifest, and the listed sound and cover files."""

import json
import re
from pathlib import Path

from playlist2vec.base.files import whole_file, write_text
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.scraping.queue import PERMISSIONS, taken

SCRAPED, MANIFEST, PERMISSION = "scraped", "tracks.jsonl", "permission.txt"
SOUND, COVERS = "audio", "covers"
_OURS = re.compile(r"[0-9]+\.[a-z0-9]+|\..*\.unfinished")


def write_manifest(state: CrawlState, folder: Path) -> int:
    """Write the manifest and the stated permissions, and return the number of tracks.

    The lines are ascending by id, so they follow from the state alone.
    """
    written = 0
    with (
        whole_file(folder / MANIFEST) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as file,
    ):
        for each in taken(state):
            entry = {
                "id": each.id,
                "file": each.file,
                "size": each.size,
                "sha256": each.sha256,
                "cover": each.cover,
            }
            # ASCII only, so that no direction mark in a title reverses the line.
            file.write(
                json.dumps(entry | {"metadata": json.loads(each.metadata)}, separators=(",", ":"))
                + "\n"
            )
            written += 1
    if permissions := state.meta(PERMISSIONS):
        write_text(folder / PERMISSION, "".join(f"{each}\n" for each in permissions))
    return written


def tidy(state: CrawlState, folder: Path) -> int:
    """Write the manifest, delete files missing from it, and return the number of deleted files.

    A killed process leaves unnamed files, and so does a track that left the state. If there is no
    folder and no track was taken, no folder is made.
    """
    if not folder.exists() and not any(True for _ in taken(state)):
        return 0
    write_manifest(state, folder)
    named = {each for one in taken(state) for each in (one.file, one.cover)}
    left = [
        path
        for kind in (SOUND, COVERS)
        for path in (folder / kind).glob("*/*")
        if _OURS.fullmatch(path.name) and path.relative_to(folder).as_posix() not in named
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
