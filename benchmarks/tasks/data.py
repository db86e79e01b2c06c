"""The data of the benchmark, generated at the scale of the Deezer set.

The project's own generator makes them. A folder holds params.yaml, raw/ (text form and table of
tracks), and the output of the stages from `ingest` to `split`; playlists.npy, the same playlists as
a pickled object array; local.txt, the same without artists; and model/.
"""

from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks.measuring import ROOT

SONGS, PREDICTABILITY = 10, 0.3
"""Songs of the catalogue for every playlist, and `sample.predictability`.

At 100,000 playlists the counts are near those of the Deezer set (data/sources/sample/README.md).
"""
PAIRS = 10_000
EPOCHS = 10

IMPORTS: dict[str, tuple[str, ...]] = {
    "playlists": ("stages.ingest", "stages.filter", "stages.vocabulary", "stages.split"),
    "pickled": ("numpy",),
    "model": ("stages.train",),
}


def write_params(folder: Path, playlists: int, catalogue: int) -> None:
    """Write params.yaml: the committed file at the given scale.

    `playlists`, `catalogue`: the numbers of playlists and songs.
    """
    params = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params["sample"] |= {
        "playlists": playlists,
        "songs": catalogue,
        "predictability": PREDICTABILITY,
    }
    # Besides the scale, turn off the options that the stages' rivals do not have.
    params["filter"] |= {"keep_repeats": True, "count": "occurrences"}
    pairs = min(PAIRS, playlists // 10)
    params["split"] |= {
        "by": "playlist",
        "target": "last",
        "places": 1,
        "held_out": "song",
        "copies": "keep",
    }
    params["split"] |= {"validation": pairs, "test": pairs}
    params["train"] |= {"contexts": "window", "metadata": "none", "workers": 1, "epochs": EPOCHS}
    params["engine"] |= {"name": "local", "workers": 1}  # a single process is measured
    folder.mkdir(parents=True)
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")


def playlists(folder: Path) -> Callable[[], None]:
    """Generate the playlists, and run the stages up to `split`."""
    from benchmarks.tasks.ours import ingest_to_split
    from playlist2vec.base.rules import read_section
    from playlist2vec.sources.sample.generate import write_sample
    from playlist2vec.sources.sample.params import SampleParams

    def make() -> None:
        write_sample(read_section(folder / "params.yaml", SampleParams), folder / "raw")
        ingest_to_split(folder)()

    return make


def pickled(folder: Path) -> Callable[[], None]:
    """Write playlists.npy like the published file, an object per token, and local.txt."""
    import numpy as np

    def make() -> None:
        lines = (folder / "raw" / "playlists.txt").read_text("utf-8").splitlines()
        rows = np.empty(len(lines), object)
        rows[:] = [line.split(",") for line in lines]
        np.save(folder / "playlists.npy", rows, allow_pickle=True)
        with open(folder / "local.txt", "w", encoding="utf-8") as file:
            file.writelines(",".join(row[::2]) + "\n" for row in rows)

    return make


def model(folder: Path) -> Callable[[], None]:
    """Train the embeddings for `evaluate`, without the curve."""
    from stages.train import main

    split = folder / "split"
    params = yaml.safe_load((folder / "params.yaml").read_text("utf-8"))
    params["train"]["curve_pairs"] = 0
    no_curve = folder / "params_without_curve.yaml"
    no_curve.write_text(yaml.safe_dump(params), encoding="utf-8")
    read = (
        folder / "canonical/tracks.tsv",
        folder / "vocabulary.tsv",
        split / "train.npz",
        split / "validation.npz",
    )
    paths = (*read, folder / "model", folder / "log")

    def make() -> None:
        main(str(no_curve), *map(str, paths))

    return make
