"""`python -m benchmarks.listening.growth`: measure pipelines/two_tower on growing data.

Listeners grow with the listens, songs do not. Every stage runs in a process of its own, on invented
histories. The tower `recent` is trained for an epoch, and stands for all four towers in the
ranking.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.machine import machine
from benchmarks.measuring import ROOT, note
from benchmarks.scale import Took, markdown, measured

LISTENS_OF_ONE, SONGS = 350, 20_000
"""Listens of a listener, as in the data set `listens`, and the number of songs."""
PARAMS = ROOT / "pipelines/two_tower/params.yaml"
STAGES = {
    "history": "history params.yaml source history test history.json",
    "tower": "train params.yaml recent history scratch towers/recent curve.csv",
    "retrieve": "retrieve params.yaml history towers s.json m.json table.md flat.csv",
}
"""Module and arguments by stage; arguments but `recent` are paths in the folder of a size."""


def write_canonical(folder: Path, listens: int) -> None:
    """Write invented listens in the form of the playlist chain's data sets."""
    import numpy as np

    from benchmarks.listening.invented import invented
    from playlist2vec.corpus.listens import FILE, Listens
    from playlist2vec.corpus.playlists import Playlists
    from playlist2vec.corpus.tracks import Tracks

    data = invented(max(1, listens // LISTENS_OF_ONE), SONGS, listens)
    histories, ids = data.histories, data.vocabulary.ids
    folder.mkdir(parents=True)
    Listens(histories.users, histories.seconds).save(folder / FILE)
    number = np.arange(len(histories.users) - 1)
    Playlists(histories.tracks, histories.users, number.astype(np.uint64), number).save(
        folder / "playlists.npz"
    )
    artists = [f"artist{each:06}" for each in data.artists.tolist()]
    Tracks(ids, artists, artists, ids, [""] * len(ids)).save(folder / "tracks.tsv")
    print(len(np.asarray(histories.tracks)))


def run(folder: Path, listens: int) -> tuple[int, dict[str, Took]]:
    """Return the number of listens, and the cost of every stage."""
    words = [
        sys.executable,
        "-m",
        "benchmarks.listening.growth",
        "--write",
        str(folder / "canonical"),
    ]
    made = subprocess.run(
        [*words, "--listens", str(listens)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    params = yaml.safe_load(PARAMS.read_text("utf-8"))
    params["two_tower"] |= {"data": "canonical", "canonical": str(folder / "canonical")}
    params["two_tower"]["towers"]["recent"]["epochs"] = 1
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), "utf-8")
    towers = folder / "towers"
    took = {}
    for name, words_of_stage in STAGES.items():
        module, *arguments = words_of_stage.split()
        places = [each if each == "recent" else str(folder / each) for each in arguments]
        took[name] = measured(
            [sys.executable, "-m", f"stages.two_tower.{module}", *places], ROOT, name
        )
        if name == "tower":
            for other in params["two_tower"]["towers"].keys() - {"recent"}:
                shutil.copytree(towers / "recent", towers / other)
    return int(made.stdout), took


def cell(took: Took, listens: int) -> str:
    """Return the cost of a stage as a cell of the table."""
    return f"{took.cpu:.1f} s; {1e6 * took.cpu / listens:.1f} µs; {took.largest:.0f} MB"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.listening.growth", description=__doc__
    )
    parser.add_argument(
        "--listens", type=float, nargs="+", default=[1e5, 1e6, 1e7], help="sizes (1e5 1e6 1e7)"
    )
    parser.add_argument(
        "--write", type=Path, metavar="FOLDER", help="only write the listens of one size"
    )
    parser.add_argument("--folder", help="a place with room for 60 bytes a listen")
    given = parser.parse_args()
    if given.write:
        write_canonical(given.write, round(given.listens[0]))
        return
    columns = []
    for size in given.listens:
        with TemporaryDirectory(prefix="growth-", dir=given.folder) as folder:
            columns.append(run(Path(folder), round(size)))
        note(f"{columns[-1][0]:,} listens: done")
    header = ["", *(f"{listens:,} listens" for listens, _ in columns)]
    rows = [[name, *(cell(took[name], listens) for listens, took in columns)] for name in STAGES]
    print(
        f"{machine()}\n\nCPU seconds; microseconds of CPU a listen; MB of "
        f"memory:\n\n{markdown([header, *rows])}"
    )


if __name__ == "__main__":
    main()
