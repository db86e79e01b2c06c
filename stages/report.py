"""report: one HTML file to look at, with the scores, a map of the songs and a radio."""

import json
from pathlib import Path
from typing import Any

from playlist2vec.base.files import write_text
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.embeddings.model import Model
from playlist2vec.report.report import (
    Funnel,
    curve_part,
    effects_part,
    funnel_part,
    page,
    parameters_part,
    popularity_part,
    scores_part,
    songs_data,
)
from playlist2vec.songs.names import DATASETS
from stages import run


def main(
    canonical: str,
    filtered: str,
    train: str,
    tracks: str,
    model: str,
    metrics: str,
    page_folder: str,
    output: str,
) -> str:
    """Read what the chain wrote, `metrics` the folder of its scores; write the file `output`."""
    folder = Path(metrics)
    parameters = json.loads((folder / "test.json").read_text("utf-8"))["parameters"]
    dataset = parameters["dataset"]
    trained, names = Model.load(model), Tracks.load(tracks)
    data = songs_data(trained, names, parameters["train"]["seed"], deezer_ids=dataset in DATASETS)
    steps = [
        Funnel.of("as it came", Playlists.load(Path(canonical) / "playlists.npz")),
        Funnel.of("after filtering", Playlists.load(filtered)),
        Funnel.of("for training", Playlists.load(train)),
    ]
    songs, shown = len(trained.vocabulary), len(data["ids"])
    parts = {
        "title": f"playlist2vec: {dataset}",
        "summary": f"Song embeddings from {steps[2].playlists:,} playlists of the data set {dataset}: {songs:,} songs, "
        f"{trained.input.shape[1]} dimensions.",
        "scores": scores_part(folder / "table.csv", folder / "test.json", folder / "test_intervals.csv"),
        "curve": curve_part(folder / "training/plots/metrics"),
        "popularity": popularity_part(folder / "slices.csv"),
        "effects": effects_part(folder / "grid.csv", dataset),
        "funnel": funnel_part(steps),
        "parameters": parameters_part(parameters),
        "map_note": map_note(data, songs),
        "cool_down": str(data["radio"]["cool_down"]),
    }
    text = page(parts, data, page_folder)
    write_text(output, text)
    return f"{shown:,} of {songs:,} songs on the map, {len(text.encode()) / 1e6:.1f} MB: open {output} in a browser"


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
    run("report", main, *("CANONICAL", "FILTERED", "TRAIN", "TRACKS", "MODEL", "METRICS", "PAGE_FOLDER", "OUTPUT"))
