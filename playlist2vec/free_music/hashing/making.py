"""Hashes and fingerprints of many tracks, in parallel processes, resumable after a kill."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import whole_file
from playlist2vec.free_music.fingerprints.making import RATE, fingerprint
from playlist2vec.free_music.fingerprints.storage import save_fingerprints
from playlist2vec.free_music.hashing.covers import cover_hash
from playlist2vec.free_music.hashing.sound import UnreadableError, read_sound
from playlist2vec.free_music.hashing.table import OK, REASONS, Hashes, write_hashes
from playlist2vec.free_music.manifest.entries import Entry

BATCH = 50
"""Tracks in a task of a worker; a kill loses at most a batch of every worker."""
SHARE, SECONDS = 0.01, 1.0
"""A sound may be shorter than the metadata say by a share of the duration, or by seconds."""
SILENT = 10 ** (-80 / 20)
"""Largest sample of a silent sound: -80 dB of full scale."""


class Work(NamedTuple):
    """A file to hash; `seconds`: duration in the metadata, 0 if unknown."""

    id: int
    file: str
    sha256: str
    cover: str
    seconds: float


class Hashed(NamedTuple):
    """The row of a track, and the words of the fingerprint: uint32 (words,), empty unless OK."""

    row: Hashes
    words: NDArray[np.uint32]


def hash_track(work: Work) -> Hashed:
    """Hash and decode the file of a track, and hash the cover."""
    path = Path(work.file)
    cover = cover_hash(Path(work.cover)) if work.cover else ""
    if not path.is_file():
        return _without(work, "missing", 0.0, "", "", cover)
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != work.sha256:
        return _without(work, "changed", 0.0, digest, "", cover)
    try:
        sound = read_sound(path, RATE)
    except UnreadableError:
        return _without(work, "unreadable", 0.0, digest, "", cover)
    words = fingerprint(sound.samples)
    rest = (round(sound.seconds, 3), digest, sound.packets, cover)
    if work.seconds - sound.seconds > max(SECONDS, SHARE * work.seconds):
        return _without(work, "truncated", *rest)
    if not len(words):
        return _without(work, "too_short", *rest)
    if np.abs(sound.samples).max() <= SILENT:
        return _without(work, "silent", *rest)
    return Hashed(Hashes(work.id, OK, rest[0], len(words), *rest[1:]), words)


def _without(
    work: Work, status: str, seconds: float, digest: str, packets: str, cover: str
) -> Hashed:
    return Hashed(
        Hashes(work.id, status, seconds, 0, digest, packets, cover), np.zeros(0, np.uint32)
    )


def hash_all(
    entries: Sequence[Entry],
    below: Path,
    workers: int,
    scratch: Path,
    out: Path,
    report: Callable[[int], object],
) -> list[Hashes]:
    """Hash all tracks; write the table and the fingerprints into `out`, and return the table.

    `below`: folder of the manifest. `scratch`: a folder that keeps finished batches until all are
    done; batches of other tracks or of other code are deleted. `report` is called with the number
    of tracks done.
    """
    works = [work_of(entry, below) for entry in entries]
    place = scratch / _key(works)
    for other in scratch.glob("*"):
        if other != place:
            shutil.rmtree(other)
    place.mkdir(parents=True, exist_ok=True)
    batches = [
        (place / f"{first:08}.npz", works[first : first + BATCH])
        for first in range(0, len(works), BATCH)
    ]
    waiting = [batch for batch in batches if not batch[0].exists()]
    report(len(works) - sum(len(batch) for _, batch in waiting))
    with _mapping(min(workers, len(waiting))) as run:
        for done in run(_hash_batch, waiting):
            report(done)
    rows = [row for path, _ in batches for row in _load(path)[0]]
    write_hashes(out, rows)
    prints = (words for path, _ in batches for words in _load(path)[1])
    save_fingerprints(out, [row.words for row in rows], prints)
    shutil.rmtree(place)
    return rows


def work_of(entry: Entry, below: Path) -> Work:
    """Return the work for a track."""
    cover = str(below / entry.cover) if entry.cover else ""
    return Work(
        entry.id, str(below / entry.file), entry.sha256, cover, (entry.track.duration or 0) / 1_000
    )


def counts_of(rows: Sequence[Hashes]) -> dict[str, int | float]:
    """Return the counts of a table by name.

    The names are tracks, OK, the reasons, covers, hours and words.
    """
    counts = Counter(row.status for row in rows)
    hours = round(sum(row.seconds for row in rows) / 3_600, 6)
    covers = sum(bool(row.cover) for row in rows)
    reasons = {reason: counts[reason] for reason in REASONS}
    words = sum(row.words for row in rows)
    return {
        "tracks": len(rows),
        OK: counts[OK],
        **reasons,
        "covers": covers,
        "hours": hours,
        "words": words,
    }


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterator[int]]]:
    """Yield a function like `map` over `workers` processes; for at most 1, in the same process."""
    if workers <= 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool.map


def _hash_batch(task: tuple[Path, Sequence[Work]]) -> int:
    path, works = task
    made = [hash_track(work) for work in works]
    rows = json.dumps([one.row for one in made])
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(file, rows=np.array(rows), words=np.concatenate([one.words for one in made]))
    return len(made)


def _load(path: Path) -> tuple[list[Hashes], list[NDArray[np.uint32]]]:
    with np.load(path, allow_pickle=False) as arrays:
        rows = [Hashes(*row) for row in json.loads(str(arrays["rows"]))]
        ends = np.cumsum([row.words for row in rows])
        return rows, np.split(arrays["words"], ends[:-1])


def _key(works: Sequence[Work]) -> str:
    """Return a hash of the files to process, and of the code."""
    rooms = (Path(__file__).parent, Path(__file__).parent.parent / "fingerprints")
    code = [path.read_text("utf-8") for room in rooms for path in sorted(room.glob("*.py"))]
    return hashlib.blake2b(json.dumps([works, code]).encode(), digest_size=16).hexdigest()
