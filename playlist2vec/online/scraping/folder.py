"""The folder of a scrape: the manifest, always whole, and the files of sound and covers that it
names.
"""

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
    """Write the manifest and the permissions that were stated, and return the number of tracks.

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
            # A line is ASCII, so that no mark of direction in a title turns it round.
            file.write(
                json.dumps(entry | {"metadata": json.loads(each.metadata)}, separators=(",", ":"))
                + "\n"
            )
            written += 1
    if permissions := state.meta(PERMISSIONS):
        write_text(folder / PERMISSION, "".join(f"{each}\n" for each in permissions))
    return written


def tidy(state: CrawlState, folder: Path) -> int:
    """Write the manifest, then delete files that it does not name, and return their number.

    A killed process leaves such files, and so does a track that left the state. Where there is no
    folder, and nothing was taken, none is made.
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
