"""report: one HTML file to look at, with the scores, a map of the songs and a radio."""

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from playlist2vec.base.files import write_text
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.embeddings.model import Model
from playlist2vec.ranking.params import Query
from playlist2vec.recommend.blending import BlendFiles, load_blend
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.report import (
    NAMES,
    Funnel,
    curve_part,
    effects_part,
    funnel_part,
    page,
    parameters_part,
    popularity_part,
    scores_part,
)
from playlist2vec.report.songs import songs_data
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.names import DATASETS
from stages import run


def main(
    canonical: str,
    filtered: str,
    train: str,
    tracks: str,
    vocabulary: str,
    model: str,
    metrics: str,
    page_folder: str,
    output: str,
) -> str:
    """Read what the chain wrote, `metrics` the folder of its scores; write the file `output`.

    `vocabulary`: the songs of the codes in `train`, in which the blend counts.
    """
    folder = Path(metrics)
    parameters = json.loads((folder / "test.json").read_text("utf-8"))["parameters"]
    dataset = parameters["dataset"]
    weights, settings = folder / "blend_weights.json", folder / "baselines_settings.json"
    files = BlendFiles(Path(model), weights, settings, Path(train), Path(vocabulary))
    recommender = recommender_of(files, Tracks.load(tracks), parameters)
    data = songs_data(recommender, parameters["train"]["seed"])
    steps = [
        Funnel.of("as it came", Playlists.load(Path(canonical) / "playlists.npz")),
        Funnel.of("after filtering", Playlists.load(filtered)),
        Funnel.of("for training", Playlists.load(train)),
    ]
    songs, shown = len(recommender.catalogue), len(data["ids"])
    parts = {
        "title": f"playlist2vec: {dataset}",
        "summary": f"Song embeddings from {steps[2].playlists:,} playlists of the data set {dataset}: {songs:,} songs, "
        f"{recommender.model.input.shape[1]} dimensions.",
        "scores": scores_part(folder / "table.csv", folder / "test.json", folder / "test_intervals.csv"),
        "curve": curve_part(folder / "training/plots/metrics"),
        "popularity": popularity_part(folder / "slices.csv"),
        "effects": effects_part(folder / "grid.csv", parameters),
        "funnel": funnel_part(steps),
        "parameters": parameters_part(parameters),
        "map_note": map_note(data, songs),
        "ranker": NAMES[parameters["evaluate"]["ranker"]],
        "listed": str(data["listed"]),
        "cool_down": str(data["radio"]["cool_down"]),
    }
    text = page(parts, data, page_folder)
    write_text(output, text)
    return f"{shown:,} of {songs:,} songs on the map, {len(text.encode()) / 1e6:.1f} MB: open {output} in a browser"


def recommender_of(files: BlendFiles, tracks: Tracks, parameters: Mapping[str, Any]) -> Recommender:
    """Return what the page suggests by: the ranker that `evaluate.ranker` of the run's parameters names."""
    evaluate = parameters["evaluate"]
    query = Query(**{each.name: evaluate[each.name] for each in fields(Query)})
    model = Model.load(files.model)
    blend = partial(load_blend, files) if evaluate["ranker"] == "blend" else None
    deezer_ids = parameters["dataset"] in DATASETS
    return Recommender(model, Catalogue.of(model.vocabulary, tracks), query, deezer_ids, blend)


def map_note(data: dict[str, Any], songs: int) -> str:
    """Return the sentences below the map: the songs on it, of `songs` in all, their names and colours."""
    shown, named = len(data["ids"]), sum(map(bool, data["titles"]))
    part = f"The {shown:,} most frequent of {songs:,} songs" if shown < songs else f"All {songs:,} songs"
    unnamed = f" {named:,} of them have a name, the others are shown by their id." if named < shown else ""
    unnamed = " They have no names: their ids are shown." if not named else unnamed
    by = "the artists with the most plays" if data["artists"] else "how often a song is played"
    return (
        f"{part}, near each other where their vectors point the same way (t-SNE: neighbours are meant, "
        f"distances between groups are not). Coloured: {by}.{unnamed}"
    )


if __name__ == "__main__":
    inputs = ("CANONICAL", "FILTERED", "TRAIN", "TRACKS", "VOCABULARY", "MODEL", "METRICS", "PAGE_FOLDER")
    run("report", main, *inputs, "OUTPUT")
