"""audio_baselines: vectors of songs by chance, nearest sounds, ridge regression, and artist."""

from pathlib import Path

import numpy as np

from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.scoring.params import ColdScoring
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.audio.baselines import artist_mean, random_vectors, ridge, standardised
from playlist2vec.models.audio.vectors import SongVectors, by_code
from playlist2vec.models.embeddings.model import Model
from stages import run


def main(params: str, tracks: str, roles: str, model: str, features: str, folder: str) -> str:
    """Write the vectors of every baseline as an .npz file into `folder`."""
    section = read_section(params, ColdScoring)
    songs = Tracks.load(tracks)
    training = np.load(roles) == Role.TRAINING
    vectors = by_code(Model.load(model), songs.ids)
    scaled = standardised(np.load(features), training)
    predicted, learned = ridge(scaled, vectors, training)
    methods = {
        "random": random_vectors(len(songs), section.seed),
        "knn": SongVectors.of_units(scaled),
        "ridge": predicted,
        "artist": artist_mean(songs.artists, vectors, training),
    }
    for name, each in methods.items():
        each.save(Path(folder) / f"{name}.npz")
    known = set(np.array(songs.artists)[training]) - {""}
    new = sum(
        artist not in known
        for artist, warm in zip(songs.artists, training, strict=True)
        if not warm
    )
    return (
        f"{np.count_nonzero(training):,} training songs; ridge with penalty {learned.penalty:g}; "
        f"{len(known):,} artists; {new:,} cold songs by an artist without training songs"
    )


if __name__ == "__main__":
    run("audio.baselines", main, "PARAMS", "TRACKS", "ROLES", "MODEL_FOLDER", "FEATURES", "FOLDER")
