"""audio_test: all methods for cold songs on the test songs, once."""

from pathlib import Path

import numpy as np

from playlist2vec.base.files import read_json, write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.scoring.methods import MIX, ColdSongs, load_methods, scores_and_table
from playlist2vec.cold_songs.scoring.params import ColdScoring
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.audio.params import AudioParams
from playlist2vec.models.audio.vectors import mixture
from playlist2vec.models.embeddings.model import Model
from stages import run


def main(
    params: str,
    tracks: str,
    roles: str,
    questions: str,
    model: str,
    baselines: str,
    tower: str,
    taste: str,
    settings: str,
    metrics: str,
    table: str,
) -> str:
    """Score all methods on the test questions, with the mixture's share chosen on validation."""
    scoring, section = read_section(params, ColdScoring), read_section(params, AudioParams)
    songs = Tracks.load(tracks)
    collection = ColdSongs.of(
        Model.load(model).vocabulary, songs.ids, songs.artists, np.load(roles)
    )
    task = collection.task(ColdQuestions.load(questions), Role.TEST, scoring.k)
    methods = load_methods(baselines, tower, section.model)
    share = float(read_json(settings)["artist_share"])
    methods[MIX] = mixture(methods["artist"], methods[section.model], share)
    scores, lines = scores_and_table(collection, methods, task, scoring, Path(taste))
    write_json(metrics, scores)
    write_text(table, lines)
    best = ", ".join(
        f"{name} {each[f'ndcg@{scoring.k}']:.4f}" for name, each in scores["all"].items()
    )
    return (
        f"{len(task.questions):,} questions, {len(task.candidates):,} songs; "
        f"ndcg@{scoring.k}: {best}"
    )


if __name__ == "__main__":
    run(
        "audio.test",
        main,
        "PARAMS",
        "TRACKS",
        "ROLES",
        "QUESTIONS",
        "MODEL_FOLDER",
        "BASELINES_FOLDER",
        "TOWER_FOLDER",
        "TASTE",
        "SETTINGS",
        "METRICS",
        "TABLE",
    )
