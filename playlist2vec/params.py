"""All sections of params.yaml: the class of every section, and constraints between sections."""

import re
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, cast

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import SectionClass, read_content, section_of, validated
from playlist2vec.engine.params import EngineParams
from playlist2vec.evaluation.params import Scoring, Suggesting
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.preparation.filter.params import FilterParams
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.ranking.params import Query
from playlist2vec.sources.lastfm.params import LastfmParams
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.sample.params import SampleParams
from playlist2vec.sources.soundcloud.params import SoundCloudParams
from playlist2vec.sources.spotify_history.params import SpotifyHistoryParams
from playlist2vec.sources.spotify_mpd.params import SpotifyMpdParams

OF_SOURCES: tuple[type[SectionClass], ...] = (
    SampleParams,
    LocalParams,
    ListenBrainzParams,
    SpotifyMpdParams,
    SoundCloudParams,
    SpotifyHistoryParams,
    LastfmParams,
)
"""Sections of single data sets, named like the data sets."""
SECTIONS: tuple[type[SectionClass], ...] = (
    *OF_SOURCES,
    EngineParams,
    FilterParams,
    SplitParams,
    TrainParams,
    Query,
    Scoring,
    Suggesting,
    BaselinesParams,
)
OWN = {
    section.SECTION: each.name
    for section in OF_SOURCES
    for each in fields(section)
    if each.metadata.get("own")
}
"""Sections of the user's own data sets, and the parameter with the path of the data."""

DATASET = re.compile(r"[a-z0-9_]+")
"""Accepted values of `dataset`, the only parameter in commands of dvc.yaml, which a shell reads."""


def read_dataset(path: str | Path, datasets: list[str]) -> str:
    """Read and validate `dataset`: a name in `datasets`, without characters special to a shell."""
    value = read_content(path).get("dataset")
    if value not in datasets:
        raise DataError(f"{path}: dataset = {value}: expected one of {', '.join(datasets)}")
    if not DATASET.fullmatch(value):
        raise DataError(
            f"{path}: dataset = {value}: expected a folder named with a to z, 0 to 9 and _ alone"
        )
    return cast(str, value)


def read_all(path: str | Path) -> dict[str, Any]:
    """Read and validate all sections, and return the values as plain dictionaries.

    Left out are parameters without effect on results: the sections of unused data sets, and the
    engine, i.e. the place where work is done.
    """
    content = read_content(path)
    dataset = content.get("dataset")
    if not isinstance(dataset, str):
        raise DataError(f"{path}: dataset = {dataset}: expected the name of a data set")
    others = {section.SECTION for section in OF_SOURCES} - {dataset}
    values: dict[str, dict[str, Any]] = {}
    for section in SECTIONS:
        if section is EngineParams:
            continue
        read = asdict(cast(Any, validated(path, section, content)))
        if section.SECTION not in others:
            values.setdefault(section.SECTION, {}).update(read)
    return {"dataset": dataset} | values


def check_all(path: str | Path, datasets: list[str]) -> None:
    """Validate a parameter file. Raises DataError at the first wrong value or unknown name."""
    known: dict[str, list[str]] = {"dataset": []}
    for section in SECTIONS:
        known.setdefault(section.SECTION, []).extend(
            field.name for field in fields(cast(Any, section))
        )
    content = read_content(path)
    for name in content:
        if name not in known:
            raise DataError(f"{path}: {name} is unknown: expected one of {', '.join(known)}")
    read_dataset(path, datasets)
    for name in list(known)[1:]:
        for key in section_of(path, name, content):
            if key not in known[name]:
                raise DataError(
                    f"{path}: {name}.{key} is unknown: expected one of {', '.join(known[name])}"
                )
    for section in SECTIONS:
        validated(path, section, content)
    query, scoring = validated(path, Query, content), validated(path, Scoring, content)
    split = validated(path, SplitParams, content)
    if scoring.challenge and split.held_out != "playlist":
        raise DataError(
            f"{path}: evaluate.challenge = true: "
            f"expected false with split.held_out = {split.held_out}"
        )
    if split.places > 1 and (scoring.challenge or split.target == "last"):
        other = "evaluate.challenge = true" if scoring.challenge else "split.target = last"
        raise DataError(f"{path}: split.places = {split.places}: expected 1 with {other}")
    train = validated(path, TrainParams, content)
    if query.similarity == "log_odds_symmetric" and (train.contexts != "window" or train.sg != 1):
        raise DataError(
            f"{path}: evaluate.similarity = log_odds_symmetric: "
            "expected train.contexts = window and train.sg = 1"
        )
    if scoring.index == "kd_tree" and query.similarity not in ("cosine", "euclidean"):
        raise DataError(
            f"{path}: evaluate.index = kd_tree: "
            f"expected exact with evaluate.similarity = {query.similarity}"
        )
