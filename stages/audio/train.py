"""audio_train: the model of sound by `audio.train.model`, and the vectors of all songs."""

import hashlib
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, write_json
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.scoring.methods import ColdSongs
from playlist2vec.cold_songs.scoring.scores import means
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.audio.baselines import moments, ridge, save_regression, scaled_by
from playlist2vec.models.audio.params import AudioParams
from playlist2vec.models.audio.vectors import SongVectors, by_code
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.neural.curves import write_curve
from playlist2vec.sound.mels.storage import Mels
from stages import run

K = 10
"""The cutoff of the curve."""
Curve = list[dict[str, float]]


def main(
    params: str,
    tracks: str,
    split: str,
    model: str,
    mels: str,
    features: str,
    scratch: str,
    tower: str,
    metrics: str,
) -> str:
    """Train on the training playlists in `split`, and write the folders `tower` and `metrics`.

    Validation questions serve only the curve. `scratch`: keeps checkpoints of a killed run.
    """
    section = read_section(params, AudioParams)
    songs, word2vec = Tracks.load(tracks), Model.load(model)
    vectors, roles = by_code(word2vec, songs.ids), np.load(Path(split) / "roles.npy")
    cold = ColdSongs.of(word2vec.vocabulary, songs.ids, songs.artists, roles)
    task = cold.task(ColdQuestions.load(Path(split) / "validation.npz"), Role.VALIDATION, K)

    def measure(found: SongVectors) -> dict[str, float]:
        return means(task.score(found.ranker(cold.vocabulary, cold.rows)))

    out = Path(tower)
    if section.model == "statistics":
        found, penalty = fit_statistics(
            np.load(features), vectors, roles == Role.TRAINING, out / "weights.npz"
        )
        curve: Curve = [{"epoch": 0, "loss": 0.0, **measure(found)}]
        summary = f"ridge regression with penalty {penalty:g}"
    else:
        found, curve = train_network(
            section, Path(split), vectors, Path(mels), Path(scratch), out, measure
        )
        summary = f"{section.epochs} epochs, loss {curve[-1]['loss']:.4f}"
    found.save(out / "vectors.npz")
    write_about(out / "about.json", section, read_json(Path(split) / "levels.json"))
    write_curve(Path(metrics) / "curve.csv", curve)
    scores = ", ".join(
        f"{name} {value:.4f}" for name, value in curve[-1].items() if name not in ("epoch", "loss")
    )
    songs_with_vector = np.count_nonzero(found.found.any(axis=1))
    return f"{section.model}: {songs_with_vector:,} songs with a vector; {summary}; {scores}"


def write_about(path: Path, section: AudioParams, levels: Mapping[str, Any]) -> None:
    """Write what encoding of further songs needs; `levels`: mean and std of the training songs."""
    about = {"model": section.model, "stack": section.stack, "frames": section.frames}
    write_json(path, {**about, "mean": levels["mean"], "std": levels["std"]})


def fit_statistics(
    features: NDArray[np.float32],
    vectors: NDArray[np.float32],
    training: NDArray[np.bool_],
    weights: Path,
) -> tuple[SongVectors, float]:
    """Fit ridge regression, and write `weights`; return the vectors of the songs, and the penalty.

    `features`: (songs, features). `vectors`: (songs, size). `training`: (songs,).
    """
    mean, deviation = moments(features, training)
    found, learned = ridge(scaled_by(features, mean, deviation), vectors, training)
    save_regression(weights, learned, mean, deviation)
    return found, learned.penalty


def train_network(
    section: AudioParams,
    split: Path,
    vectors: NDArray[np.float32],
    mels: Path,
    scratch: Path,
    tower: Path,
    measure: Callable[[SongVectors], dict[str, float]],
) -> tuple[SongVectors, Curve]:
    """Train the network under a progress bar; return the vectors of the songs, and the curve."""
    if find_spec("torch") is None:
        raise DataError(
            f"audio.train.model = {section.model}: torch is not installed: "
            "`make setup EXTRAS=audio`"
        )
    from playlist2vec.models.audio.encoding import encode
    from playlist2vec.models.audio.training import SoundData, train_tower
    from playlist2vec.models.neural.checkpoints import place_of, save_weights

    levels = read_json(split / "levels.json")
    songs = Mels.load(mels).all_songs()
    data = SoundData(
        songs, Playlists.load(split / "train.npz"), vectors, levels["mean"], levels["std"]
    )
    inputs = [repr(section), hashlib.sha256(vectors.tobytes()).hexdigest()]
    inputs += [
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (split / "train.npz", mels / "songs.tsv")
    ]
    checkpoint = place_of(scratch, inputs)
    with tqdm(total=section.epochs, unit=" epochs", mininterval=pause()) as bar:

        def report(epoch: int, loss: float) -> None:
            bar.update(epoch - bar.n)
            bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)

        trained = train_tower(data, section, checkpoint, measure, report)
    save_weights(tower / "weights.npz", trained.audio)
    found = SongVectors.of_units(encode(trained.audio, songs, section.frames))
    checkpoint.unlink(missing_ok=True)
    return found, trained.curve


if __name__ == "__main__":
    run(
        "audio.train",
        main,
        "PARAMS",
        "TRACKS",
        "SPLIT_FOLDER",
        "MODEL_FOLDER",
        "MELS_FOLDER",
        "FEATURES",
        "SCRATCH_FOLDER",
        "TOWER_FOLDER",
        "METRICS_FOLDER",
    )
