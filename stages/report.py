"""report: an HTML file to try the model, with suggestions, scores, runs and data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import write_text
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.next_song import PAIR_PARTS, load_ranks
from playlist2vec.evaluation.slices import Slice, groups_of
from playlist2vec.models.blend.assembly import read_chosen
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.embeddings.model import Model
from playlist2vec.ranking.params import Query
from playlist2vec.recommend.blending import BlendFiles, load_blend
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.about import (
    Funnel,
    data_name,
    funnel_part,
    parameters_part,
    pipelines_part,
    statistics_part,
)
from playlist2vec.report.assembly import page
from playlist2vec.report.names import called
from playlist2vec.report.rule import Counted
from playlist2vec.report.runs import Runs, runs_data, runs_part
from playlist2vec.report.scores import Verdict, curve_part, slices_part, table_part, verdict_part
from playlist2vec.report.songs import map_note, places_of_songs, radio_note, rule_note, songs_data
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.names import DATASETS
from stages import run


def main(
    canonical: str,
    filtered: str,
    split: str,
    tracks: str,
    vocabulary: str,
    model: str,
    ranks: str,
    metrics: str,
    page_folder: str,
    output: str,
) -> str:
    """Read the output of the chain, with scores in the folder `metrics`; write the file `output`.

    `vocabulary`: songs of the codes in the playlists of the folder `split`. `ranks`: folder with
    the ranks of the validation pairs.
    """
    folder, train = Path(metrics), f"{split}/train.npz"
    parameters = json.loads((folder / "test.json").read_text("utf-8"))["parameters"]
    weights, settings = folder / "blend_weights.json", folder / "baselines_settings.json"
    files = BlendFiles(Path(model), weights, settings, Path(train), Path(vocabulary))
    recommender = recommender_of(files, Tracks.load(tracks), parameters)
    ids, playlists = Vocabulary.load(vocabulary).ids, Playlists.load(train)
    counted = Counted(training_of(playlists, ids), read_chosen(settings))
    runs = Runs.of(folder / "grid.csv", parameters)
    places = places_of_songs(recommender, counted, parameters["train"]["seed"])
    data = songs_data(recommender, counted, places) | {"runs": runs_data(runs)}
    found = read_ranks(ranks)
    verdict = Verdict.of(found, parameters["evaluate"]["ranker"])
    songs, shown = len(recommender.catalogue), len(data["ids"])
    groups = groups_of(Parts(train), Pairs.load(f"{split}/validation.npz"), len(ids))
    parts = {
        **short_parts(data, songs, parameters, verdict),
        "scores": scores_part(folder, found, groups, parameters["evaluate"], verdict),
        "runs": runs_part(runs),
        "about": about_part(folder, funnel_of(canonical, filtered, playlists), parameters),
    }
    text = page(parts, data, page_folder)
    write_text(output, text)
    return (
        f"{shown:,} of {songs:,} songs, {len(text.encode()) / 1e6:.1f} MB: "
        f"open {output} in a browser"
    )


def short_parts(
    data: Mapping[str, Any], songs: int, parameters: Mapping[str, Any], verdict: Verdict
) -> dict[str, str]:
    """Return title, names and notes of the page, by part."""
    ranker = called(parameters["evaluate"]["ranker"])
    return {
        "title": f"playlist2vec: {data_name(parameters)}",
        "name": data_name(parameters),
        "short_verdict": verdict.short,
        "map_note": map_note(data, songs),
        "rule_note": rule_note(data, ranker, verdict.hits),
        "radio_note": radio_note(),
    }


def scores_part(
    metrics: Path,
    ranks: Mapping[str, NDArray[np.float64]],
    groups: Sequence[Slice],
    evaluate: Mapping[str, Any],
    verdict: Verdict,
) -> str:
    """Return the scores as HTML; `evaluate`: parameters of the section."""
    return (
        verdict_part(verdict)
        + table_part(metrics, ranks, evaluate["ranker"])
        + slices_part(groups, ranks, verdict)
        + curve_part(metrics / "training/plots/metrics", evaluate["query"])
    )


def funnel_of(canonical: str, filtered: str, training: Playlists) -> list[Funnel]:
    """Return the sizes of the data set after each step."""
    return [
        Funnel.of("as it came", Playlists.load(Path(canonical) / "playlists.npz")),
        Funnel.of("after filtering", Playlists.load(filtered)),
        Funnel.of("for training", training),
    ]


def about_part(metrics: Path, steps: Sequence[Funnel], parameters: Mapping[str, Any]) -> str:
    """Return data and parameters as HTML."""
    return (
        funnel_part(steps)
        + statistics_part(metrics / "statistics.json")
        + parameters_part(parameters)
        + pipelines_part()
    )


def recommender_of(files: BlendFiles, tracks: Tracks, parameters: Mapping[str, Any]) -> Recommender:
    """Return the recommender of the page, with the ranker of the parameter `evaluate.ranker`."""
    evaluate = parameters["evaluate"]
    query = Query(**{each.name: evaluate[each.name] for each in fields(Query)})
    model = Model.load(files.model)
    blend = partial(load_blend, files) if evaluate["ranker"] == "blend" else None
    deezer_ids = parameters["dataset"] in DATASETS
    return Recommender(model, Catalogue.of(model.vocabulary, tracks), query, deezer_ids, blend)


def read_ranks(folder: str) -> dict[str, NDArray[np.float64]]:
    """Return the ranks of the validation targets by ranker: float64 (pairs,)."""
    arrays = {"word2vec": load_ranks(f"{folder}/validation.npz")["ranks"]}
    for name in ("blend", "baselines"):
        arrays |= load_ranks(f"{folder}/{name}.npz")
    return {
        name: each.astype(np.float64) for name, each in arrays.items() if name not in PAIR_PARTS
    }


if __name__ == "__main__":
    inputs = (
        "CANONICAL",
        "FILTERED",
        "SPLIT",
        "TRACKS",
        "VOCABULARY",
        "MODEL",
        "RANKS",
        "METRICS",
        "PAGE_FOLDER",
    )
    run("report", main, *inputs, "OUTPUT")
