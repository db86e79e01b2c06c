"""`python -m benchmarks.trainers.large`: one epoch of a large corpus by each trainer.

The playlists are invented, in the shape of Spotify's. Each training runs in a process of its own,
with 50 dimensions, a window of 3 and 5 negatives.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate

from benchmarks.data.mpd_draws import Shape, lengths_of, songs_of
from benchmarks.data.mpd_slices import shape_of
from benchmarks.machine import machine
from benchmarks.measuring import note, run
from benchmarks.tasks.data import write_params
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.storage import save_parts
from playlist2vec.corpus.vocabulary import Vocabulary

ENTRIES, SONGS = 100_000_000, 1_700_000
ENTRIES_OF_A_PLAYLIST = 66.4
BLOCK = 50_000
"""Playlists that are drawn at once."""
TASKS = {
    "gensim, 1 worker": "trainers.gensim_window_5",
    "blocks, 1 thread": "trainers.blocks_window_5",
    "blocks, 2 threads": "trainers.blocks_two_threads",
}


def main(arguments: list[str] | None = None) -> str:
    """Make the corpus, train, and return a table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.trainers.large", description=__doc__
    )
    parser.add_argument("--entries", type=int, default=ENTRIES, help="entries (100000000)")
    parser.add_argument("--songs", type=int, default=SONGS, help="different songs (1700000)")
    parser.add_argument(
        "--only", default="gensim,1,2", help="some of gensim, 1 and 2 threads, in this order"
    )
    parser.add_argument("--folder", type=Path, help="keep the corpus here, or use it again")
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = chosen.folder or Path(temporary) / "corpus"
        if not (folder / "split" / "train.npz").exists():
            make_corpus(folder, chosen.entries, chosen.songs)
        lines = [
            _row(name, task, folder) for name, task in TASKS.items() if _wanted(name, chosen.only)
        ]
    head = ("trainer", "plays", "CPU seconds", "seconds by the clock", "peak MB")
    return f"{machine()}\n\n{tabulate(lines, head, tablefmt='github', disable_numparse=True)}"


def make_corpus(folder: Path, entries: int, songs: int) -> None:
    """Write params.yaml, vocabulary.tsv and split/train.npz, as `benchmarks.tasks.trainers` reads
    them.
    """
    shape = shape_of(round(entries / ENTRIES_OF_A_PLAYLIST), songs=songs)
    write_params(folder, 300, 3_000)
    (folder / "split").mkdir(exist_ok=True)
    counts = np.zeros(shape.songs, np.int64)
    save_parts(folder / "split" / "train.npz", playlists_of(shape, counts))
    order = np.argsort(-counts, kind="stable")
    ids = [f"track{code:07}" for code in range(shape.songs)]
    # Codes are places in this file, whose counts have to fall; the trainers count again.
    Vocabulary(ids, counts[order]).save(folder / "vocabulary.tsv")


def playlists_of(shape: Shape, counts: NDArray[np.int64]) -> Iterator[Playlists]:
    """Yield the playlists of a shape in blocks; add the plays to `counts`, int64 (songs,)."""
    first = 0
    for start in range(0, shape.playlists, BLOCK):
        pids = np.arange(start, min(start + BLOCK, shape.playlists), dtype=np.uint64)
        lengths = lengths_of(pids, shape.longest, shape.seed)
        entries = first + np.arange(int(lengths.sum()))
        songs = songs_of(shape, np.repeat(pids, lengths), entries)
        counts += np.bincount(songs, minlength=len(counts))
        first += len(entries)
        yield Playlists(songs.astype(np.int32), offsets_of(lengths), pids, pids.astype(np.int64))
        note(f"{first:,} of {shape.entries:,} entries")


def _wanted(name: str, only: str) -> bool:
    return any(word in name for word in only.split(","))


def _row(name: str, task: str, folder: Path) -> list[str]:
    """Train once; returns a row of the table."""
    measured = run(task, folder)
    note(f"{name}: {measured.cpu:.0f} CPU s")
    plays, clock = measured.facts["plays"], measured.facts["clock"]
    return [name, f"{plays:,}", f"{measured.cpu:.0f}", f"{clock:.0f}", f"{measured.peak:,.0f}"]


if __name__ == "__main__":
    print(main())
