"""audio_evaluate: all methods for cold songs on validation, and the mixture of artist and sound."""

from pathlib import Path

import numpy as np

from playlist2vec.base.files import write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.scoring.methods import (
    MIX,
    ColdSongs,
    choose_share,
    load_methods,
    scores_and_table,
)
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
    cold: str,
    settings: str,
    metrics: str,
    table: str,
) -> str:
    """Score all methods on validation, and choose the share of the artist in the mixture.

    `taste`: the planted taste, for the ceiling. Writes `cold`, vectors of the mixture; `settings`,
    the share; `metrics` and `table`, the scores.
    """
    scoring, section = read_section(params, ColdScoring), read_section(params, AudioParams)
    songs = Tracks.load(tracks)
    collection = ColdSongs.of(
        Model.load(model).vocabulary, songs.ids, songs.artists, np.load(roles)
    )
    task = collection.task(ColdQuestions.load(questions), Role.VALIDATION, scoring.k)
    methods = load_methods(baselines, tower, section.model)
    share, _ = choose_share(collection, methods["artist"], methods[section.model], task, scoring)
    methods[MIX] = mixture(methods["artist"], methods[section.model], share)
    methods[MIX].save(cold)
    write_json(settings, {"artist_share": share})
    scores, lines = scores_and_table(collection, methods, task, scoring, Path(taste))
    write_json(metrics, scores)
    write_text(table, lines)
    best = ", ".join(
        f"{name} {each[f'ndcg@{scoring.k}']:.4f}" for name, each in scores["all"].items()
    )
    return (
        f"{len(task.questions):,} questions, {len(task.candidates):,} songs; "
        f"ndcg@{scoring.k}: {best}; share {share}"
    )


if __name__ == "__main__":
    run(
        "audio.evaluate",
        main,
        "PARAMS",
        "TRACKS",
        "ROLES",
        "QUESTIONS",
        "MODEL_FOLDER",
        "BASELINES_FOLDER",
        "TOWER_FOLDER",
        "TASTE",
        "COLD_VECTORS",
        "SETTINGS",
        "METRICS",
        "TABLE",
    )
