"""`python -m benchmarks.large`: the stages from `train` to `slices` on playlists drawn at random, of any number.

Playlists are as long as those of Spotify's million (66 songs on average) and songs as unequally popular (the most
popular one is 0.1 % of the plays of a million songs); nothing can be learned of them, which costs as much.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import yaml

import stages  # noqa: F401 -- pins numeric libraries to one thread, before any of them is imported
from benchmarks.child import peak_megabytes
from benchmarks.measuring import ROOT

LENGTH = 66
AT_ONCE = 1 << 16
"""Playlists that are drawn at once."""
PAIRS = 10_000
STAGES = ("train", "evaluate", "baselines", "slices")


def make(folder: Path, plays: int, songs: int) -> None:
    """Write what `split`, `vocabulary` and `ingest` would have: about `plays` plays of `songs` songs."""
    import numpy as np

    from playlist2vec.playlists import Playlists, PlaylistsFile, offsets_of, save_parts
    from playlist2vec.tracks import write_tracks
    from playlist2vec.vocabulary import Vocabulary, count_plays

    shares = np.cumsum(1 / (np.arange(songs) + 100.0))
    playlists = max(1, plays // LENGTH)

    def part(first: int) -> Playlists:
        rng = np.random.default_rng([1, first])
        rows = np.arange(first, min(first + AT_ONCE, playlists))
        lengths = np.maximum(3, rng.gamma(1.5, LENGTH / 1.5, len(rows)).astype(np.int64))
        drawn = np.searchsorted(shares, rng.random(int(lengths.sum())) * shares[-1])
        tracks = np.minimum(drawn, songs - 1).astype(np.int32)
        return Playlists(tracks, offsets_of(lengths), rows.astype(np.uint64), rows)

    starts = range(0, playlists, AT_ONCE)
    save_parts(folder / "train.npz", map(part, starts))
    PlaylistsFile(folder / "train.npz").read(0, min(PAIRS, playlists)).save(folder / "validation.npz")
    ids = [f"spotify:track:{song:022d}" for song in range(songs)]
    Vocabulary(ids, count_plays(map(part, starts), songs)).save(folder / "vocabulary.tsv")
    write_tracks(folder / "tracks.tsv", ((track, f"artist{int(track[14:]) // 7}", "", "", "") for track in ids))


def arguments_of(stage: str, at: Path) -> list[str]:
    """The command line of a stage that reads and writes in the folder `at`."""
    names = {
        "train": "tracks.tsv vocabulary.tsv train.npz validation.npz model metrics",
        "evaluate": "tracks.tsv vocabulary.tsv validation.npz model ranks.npz validation.json intervals.csv",
        "baselines": "tracks.tsv vocabulary.tsv train.npz validation.npz baselines.npz baselines.json",
        "slices": "tracks.tsv vocabulary.tsv train.npz validation.npz model ranks.npz baselines.npz "
        "slices.csv table.csv hits.csv bars.csv suggestions.json",
    }
    return [str(at / name) for name in ["params.yaml", *names[stage].split()]]


def run(stage: str, folder: Path) -> str:
    """Run a stage in a process of its own: seconds of CPU and by the clock, peak MB."""
    began = monotonic()
    said = folder / "said"
    with open(said, "w", encoding="utf-8") as file:
        command = [sys.executable, "-m", f"stages.{stage}", *arguments_of(stage, folder)]
        child = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{said.read_text('utf-8')}\n{stage} ended with {child.returncode}")
    seconds, peak = used.ru_utime + used.ru_stime, peak_megabytes(used.ru_maxrss)
    return f"{stage:9} | {seconds:7.1f} | {monotonic() - began:7.1f} | {peak:6.0f}"


def main(arguments: list[str]) -> None:
    """Print a line for each stage and size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("--plays", metavar="N[,N]", default="1e5,1e6,1e7", help="plays (1e5,1e6,1e7)")
    parser.add_argument("--songs", metavar="N", type=float, default=20_000, help="songs (20000)")
    parser.add_argument("--stages", metavar="STAGE[,STAGE]", default=",".join(STAGES), help="in their order (all)")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="a parameter of `train`")
    parser.add_argument("--make", metavar="FOLDER", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    songs = int(chosen.songs)
    if chosen.make:
        # In a process of its own: what it takes would count as the peak of the processes that it starts.
        make(Path(chosen.make), int(float(chosen.plays)), songs)
        return
    params = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params["train"] |= {"epochs": 1}
    params["train"] |= {key: yaml.safe_load(value) for key, value in (each.split("=", 1) for each in chosen.set)}
    print("plays       | songs     | stage     |   CPU s |       s |     MB", flush=True)
    for plays in (int(float(each)) for each in chosen.plays.split(",")):
        with TemporaryDirectory(prefix="large-") as name:
            folder = Path(name)
            (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
            making = [sys.executable, "-m", "benchmarks.large", "--plays", str(plays), "--songs", str(songs)]
            subprocess.run([*making, "--make", name], cwd=ROOT, check=True)
            for stage in chosen.stages.split(","):
                print(f"{plays:11,} | {songs:9,} | {run(stage, folder)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
