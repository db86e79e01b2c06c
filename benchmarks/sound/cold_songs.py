"""`python -m benchmarks.sound.cold_songs`: score models of sound with several seeds on cold songs.

The collection, split and baselines are those of `make audio` in data/audio. `--match` makes a new
collection instead, in which that share of songs sound like their artist. A row is a method and a
seed, with mean AUC, NDCG@10 and hit@10 on the test songs, and the CPU seconds of its training.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml
from tabulate import tabulate

from benchmarks.measuring import note
from playlist2vec.base.files import read_json
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.scoring.methods import BASELINES, CEILING, ColdSongs, ceiling
from playlist2vec.cold_songs.scoring.scores import ColdTask, means
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.audio.params import AudioParams
from playlist2vec.models.audio.vectors import SongVectors, by_code
from playlist2vec.models.embeddings.model import Model
from playlist2vec.sound.mels.storage import Mels
from stages.audio import baselines, mels, source, split, vectors

DATA = Path("data/audio")
PARAMS = Path("pipelines/audio/params.yaml")
SCORES = ("auc", "ndcg@10", "hit@10")
SGD: dict[str, Any] = {"optimiser": "sgd", "learning_rate": 0.2, "epochs": 60}
MODELS: dict[str, dict[str, Any]] = {
    "align": {},
    "dcue, multi_margin .2": {"model": "dcue", "learning_rate": 0.001, "epochs": 60},
    "dcue, multi_margin 1": {"model": "dcue", "margin": 1.0, **SGD},
    "dcue, hinge .2": {"model": "dcue", "criterion": "hinge", "learning_rate": 0.001},
    "dcue, softmax": {"model": "dcue", "criterion": "softmax", "learning_rate": 0.001},
    "dcue, cross_entropy": {"model": "dcue", "criterion": "cross_entropy", **SGD},
    "dcue, multi_margin .2, by id": {"model": "dcue", "playlist": "id", **SGD},
}
"""Differences from the committed parameters."""


class Collection:
    """The output of the stages up to `audio_baselines`, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tracks, word2vec = (
            Tracks.load(folder / "source/tracks.tsv"),
            Model.load(folder / "word2vec"),
        )
        roles = np.load(folder / "split/roles.npy")
        self.songs = ColdSongs.of(word2vec.vocabulary, tracks.ids, tracks.artists, roles)
        self.vectors = by_code(word2vec, tracks.ids)

    def task(self, role: Role) -> ColdTask:
        """Return the task of finding the songs of a role."""
        questions = ColdQuestions.load(self.folder / f"split/{role.name.lower()}.npz")
        return self.songs.task(questions, role, 10)

    def scores(self, vectors: SongVectors) -> dict[str, float]:
        """Return the mean scores on the test songs."""
        return means(self.songs.score({"": vectors}, self.task(Role.TEST))[""])

    def train(self, section: AudioParams) -> SongVectors:
        """Train a network as `audio_train` does, without its curve."""
        from playlist2vec.models.audio.encoding import encode
        from playlist2vec.models.audio.training import SoundData, train_tower

        levels = read_json(self.folder / "split/levels.json")
        songs = [np.asarray(mel) for mel in Mels.load(self.folder / "mels").all_songs()]
        playlists = Playlists.load(self.folder / "split/train.npz")
        data = SoundData(songs, playlists, self.vectors, levels["mean"], levels["std"])
        once = replace(section, every=section.epochs)
        with TemporaryDirectory() as scratch:
            tower = train_tower(
                data, once, Path(scratch) / "checkpoint.npz", lambda _: {}, lambda *_: None
            )
        return SongVectors.of_units(encode(tower.audio, songs, section.frames))


def make(folder: Path, match: float) -> None:
    """Make a collection in `folder`, with the stages themselves."""
    content = yaml.safe_load(PARAMS.read_text("utf-8"))
    content["audio"]["tones"]["match"] = match
    params = str(folder / "params.yaml")
    Path(params).write_text(yaml.safe_dump(content), "utf-8")
    paths = {
        name: str(folder / name)
        for name in ("source", "mels", "split", "word2vec", "baselines", "scratch")
    }
    tracks, features, roles = (
        f"{paths['source']}/tracks.tsv",
        str(folder / "features.npy"),
        f"{paths['split']}/roles.npy",
    )
    note(source.main(params, paths["source"]))
    mels.main(
        params,
        paths["source"],
        paths["scratch"],
        paths["mels"],
        features,
        str(folder / "mels.json"),
    )
    playlists = f"{paths['source']}/playlists.npz"
    split.main(params, playlists, tracks, paths["mels"], paths["split"], str(folder / "split.json"))
    vectors.main(params, tracks, f"{paths['split']}/train.npz", paths["word2vec"])
    baselines.main(params, tracks, roles, paths["word2vec"], features, paths["baselines"])


def rows(folder: Path, models: list[str], seeds: int) -> Iterator[list[Any]]:
    """Yield a row for the ceiling and every baseline, then for every model and seed."""
    collection = Collection(folder)
    task = collection.task(Role.TEST)
    taste = np.load(folder / "source/taste.npy", allow_pickle=False)
    yield [CEILING, "", *means(ceiling(task, taste)).values(), ""]
    for name in BASELINES:
        yield [
            name,
            "",
            *collection.scores(SongVectors.load(folder / f"baselines/{name}.npz")).values(),
            "",
        ]
    section = read_section(PARAMS, AudioParams)
    for name in models:
        for seed in range(1, seeds + 1):
            before = time.process_time()
            found = collection.train(replace(section, **MODELS[name], seed=seed))
            seconds = time.process_time() - before
            yield [name, seed, *collection.scores(found).values(), round(seconds, 1)]


def main() -> None:
    """Run the command line."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sound.cold_songs", description=about
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", nargs="*", choices=MODELS, default=list(MODELS))
    parser.add_argument("--match", type=float, help="make a collection with this audio.tones.match")
    given = parser.parse_args()
    found: list[list[Any]] = []
    with TemporaryDirectory() as scratch:
        folder = DATA
        if given.match is not None:
            folder = Path(scratch)
            make(folder, given.match)
        for row in rows(folder, given.models, given.seeds):
            note(" ".join(map(str, row)))
            found.append(row)
    print(
        tabulate(
            found, headers=("method", "seed", *SCORES, "CPU s"), tablefmt="github", floatfmt=".3f"
        )
    )


if __name__ == "__main__":
    main()
