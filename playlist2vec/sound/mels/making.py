"""Mel spectrograms of many files, in parallel processes, resumable after a kill."""

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
from playlist2vec.sound.mels.decoding import REASONS, Clip, NoSoundError, decode
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.spectrum import mel_spectrogram
from playlist2vec.sound.mels.storage import save_mels, to_bytes
from playlist2vec.sound.table.files import Sound
from playlist2vec.sound.table.rows import OK, Row

BATCH = 20
"""Songs in a task of a worker; a kill loses at most a batch of every worker."""


class Made(NamedTuple):
    """A song's row of the table, and the spectrogram: uint8 (frames, bins)."""

    row: Row
    mel: NDArray[np.uint8]


def make_mel(sound: Sound, params: MelParams) -> Made:
    """Return the spectrogram of a song; without usable sound, 0 frames and the reason."""
    try:
        clip = decode(sound.path, params.seconds, sound.expected)
    except NoSoundError as error:
        return Made(
            Row(sound.track, error.reason, 0.0, 0, str(error)), np.zeros((0, params.bins), np.uint8)
        )
    mel = mel_of(clip, params)
    return Made(Row(sound.track, OK, round(clip.seconds, 3), len(mel), ""), mel)


def mel_of(clip: Clip, params: MelParams) -> NDArray[np.uint8]:
    """Return the spectrogram of a clip as bytes: uint8 (frames, bins)."""
    levels = mel_spectrogram(clip.samples, params.bins, params.min, params.max)
    return to_bytes(levels, params.min, params.max)


def make_mels(
    sounds: Sequence[Sound],
    params: MelParams,
    scratch: Path,
    folder: Path,
    report: Callable[[int], object],
) -> list[Row]:
    """Write the spectrograms of all songs into `folder`, like `save_mels`; return the table's rows.

    `scratch`: a folder that keeps finished batches until all are done, so that the run after a kill
    resumes; batches of other files, parameters or code are deleted. `report` is called with the
    number of songs done.
    """
    place = scratch / _key(sounds, params)
    for other in scratch.glob("*"):
        if other != place:
            shutil.rmtree(other)
    place.mkdir(parents=True, exist_ok=True)
    batches = [
        (place / f"{first:08}.npz", sounds[first : first + BATCH])
        for first in range(0, len(sounds), BATCH)
    ]
    waiting = [(path, batch, params) for path, batch in batches if not path.exists()]
    report(len(sounds) - sum(len(batch) for _, batch, _ in waiting))
    with _mapping(min(params.workers, len(waiting))) as run:
        for done in run(_make_batch, waiting):
            report(done)
    made = [one for path, _ in batches for one in _load(path)]
    rows = [one.row for one in made]
    save_mels(folder, rows, [one.mel for one in made], params.bins, params.min, params.max)
    shutil.rmtree(place)
    return rows


def summary_of(rows: Sequence[Row]) -> str:
    """Return a line of counts of a table of mels: songs with sound, and without by reason."""
    counts = Counter(row.status for row in rows)
    without = ", ".join(
        f"{counts[reason]:,} {reason.replace('_', ' ')}" for reason in REASONS if counts[reason]
    )
    return f"{counts[OK]:,} of {len(rows):,} songs have sound; without: {without or 'none'}"


def counts_of(rows: Sequence[Row]) -> dict[str, int | float]:
    """Return the counts of a table of mels by name.

    The names are songs, OK, the reasons, hours and frames.
    """
    counts = Counter(row.status for row in rows)
    reasons = {reason: counts[reason] for reason in REASONS}
    hours = round(sum(row.seconds for row in rows) / 3_600, 6)
    return {
        "songs": len(rows),
        OK: counts[OK],
        **reasons,
        "hours": hours,
        "frames": sum(row.frames for row in rows),
    }


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterator[int]]]:
    """Yield a function like `map` over `workers` processes; for at most 1, in the same process."""
    if workers <= 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool.map


def _make_batch(task: tuple[Path, Sequence[Sound], MelParams]) -> int:
    path, sounds, params = task
    made = [make_mel(sound, params) for sound in sounds]
    rows = json.dumps([one.row for one in made])
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(file, rows=np.array(rows), mels=np.concatenate([one.mel for one in made]))
    return len(made)


def _load(path: Path) -> list[Made]:
    with np.load(path, allow_pickle=False) as arrays:
        rows = [Row(*row) for row in json.loads(str(arrays["rows"]))]
        ends = np.cumsum([row.frames for row in rows])
        return [
            Made(row, mel)
            for row, mel in zip(rows, np.split(arrays["mels"], ends[:-1]), strict=True)
        ]


def _key(sounds: Sequence[Sound], params: MelParams) -> str:
    """Return a hash of the files, the parameters and the code."""
    code = [path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    files = [(*sound, *_stamp(Path(sound.path))) for sound in sounds]
    given = vars(params) | {"workers": 0}
    return hashlib.blake2b(json.dumps([given, files, code]).encode(), digest_size=16).hexdigest()


def _stamp(path: Path) -> tuple[int, int]:
    """Return size and modification time of a file, -1 for a missing file."""
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_size, found.st_mtime_ns
