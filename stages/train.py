"""train: Word2Vec on the training playlists, with a curve."""

import logging
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_json
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.tracks import artists_of, copy_tracks
from playlist2vec.corpus.vocabulary import Vocabulary, training_vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.word2vec.curve import curve
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trained import Trained
from playlist2vec.models.word2vec.trainers import train_model
from stages import run

HARDLY_MOVED = 1.0
HARDLY_TRAINED = 0.05


def main(
    params: str, tracks: str, vocabulary: str, train: str, validation: str, model: str, metrics: str
) -> str:
    """Train on the playlists `train`, and write the folders `model` and `metrics`.

    Songs are given by the index in `vocabulary`. `tracks`: artists, if trained on; the rows of the
    model's songs are copied into `model`, so that the folder alone has all names. `validation`
    serves only the curve; no learned number depends on validation.
    """
    section = read_section(params, TrainParams)
    ids = Vocabulary.load(vocabulary).ids
    parts = Parts(train)
    songs, rows = training_vocabulary(parts, ids)
    artists = artist_numbers(tracks, songs.ids) if section.metadata == "artist" else None
    if section.workers > 1 and section.trainer == "gensim":
        warn(
            f"train.workers = {section.workers}: these embeddings cannot be reproduced; 1 worker "
            "can, and so can any number with train.trainer = blocks"
        )
    pairs = Pairs.load(validation).first(section.curve_pairs)
    trained = train_watched(
        parts, songs, section, artists, (pairs, rows), Path(model), Path(metrics)
    )
    trained.model.save(model)
    copy_tracks(tracks, songs.ids, Path(model) / "tracks.tsv")
    numbers = {
        "songs": len(songs),
        "trained_share": round(trained.trained_share, 6),
        "moved": round(trained.moved, 6),
    }
    write_json(Path(metrics) / "training.json", numbers)
    warn_of_little(trained, section)
    return (
        f"{parts.playlists:,} playlists, {len(songs):,} songs as {section.vector_size} numbers "
        f"each, {section.epochs} epochs; {trained.trained_share:.0%} of the songs trained on, "
        f"vectors moved by {trained.moved:.1f} times their start; "
        f"{len(ids) - len(songs):,} songs without training plays"
    )


def train_watched(
    parts: Parts,
    songs: Vocabulary,
    section: TrainParams,
    artists: NDArray[np.int64] | None,
    asked: tuple[Pairs, RowOfCode],
    model: Path,
    metrics: Path,
) -> Trained:
    """Train under a progress bar with the curve, drawn into the folder `metrics`.

    `artists`: the number of each song's artist, if trained on. `asked`: the pairs of the curve, and
    the row of each song code in the pairs. Scratch files go into the folder `model`.
    """
    logging.getLogger("gensim").setLevel(logging.ERROR)
    model.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # On the disk of the output, because it can be large; after a kill DVC deletes it.
        scratch = stack.enter_context(
            TemporaryDirectory(dir=model, prefix=".train.", suffix=".unfinished")
        )
        bar = stack.enter_context(
            tqdm(unit=" tokens", unit_scale=True, mininterval=pause(), desc="train")
        )
        draw = curve(*asked, section.window, metrics, stack)

        def after_epoch(epoch: int, so_far: Model) -> None:
            bar.set_description(f"train: epoch {epoch}/{section.epochs}", refresh=False)
            points = draw(so_far) if draw else {}
            hits = ", ".join(f"{name} {hit:.3f}" for name, hit in points.items())
            bar.set_postfix_str(hits and f"hit@10: {hits}", refresh=False)

        return train_model(
            parts.blocks,
            asked[1],
            songs,
            section,
            Path(scratch),
            artists=artists,
            begin=partial(setattr, bar, "total"),
            report=bar.update,
            after_epoch=after_epoch,
        )


def warn_of_little(trained: Trained, section: TrainParams) -> None:
    """Warn of a training on few songs, or with vectors that hardly moved."""
    if trained.trained_share < HARDLY_TRAINED:
        warn(
            f"train.sample = {section.sample:g} left {trained.trained_share:.2%} of the songs to "
            "train on: expected a larger train.sample, or 0 for all of them"
        )
    if not trained.moved >= HARDLY_MOVED:
        warn(
            f"the vectors hardly moved from their random start ({trained.moved:.3f} of its "
            "length): expected more train.epochs, a larger train.alpha or train.sample"
        )


def artist_numbers(tracks: str, ids: list[str]) -> NDArray[np.int64]:
    """Return the numbers of the songs' artists: int64 (songs,), -1 for an unknown artist."""
    artists = artists_of(tracks, ids)
    numbers = {artist: number for number, artist in enumerate(sorted(set(artists) - {""}))}
    found = np.array([numbers.get(artist, -1) for artist in artists], np.int64)
    if not np.any(found >= 0):
        raise DataError(
            f"{tracks}: no artist is known: expected train.metadata = none for this data set"
        )
    return found


def warn(text: str) -> None:
    """Print a line on stderr."""
    print(f"train: warning: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run(
        "train",
        main,
        "PARAMS",
        "TRACKS",
        "VOCABULARY",
        "TRAIN",
        "VALIDATION",
        "MODEL_FOLDER",
        "METRICS_FOLDER",
    )
