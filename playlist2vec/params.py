"""Every parameter of params.yaml: its type, its range, and the one line that a wrong value gets."""

from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from playlist2vec.base.errors import DataError

Rule = Callable[[object], object]


class RefusedError(Exception):
    """A value that a rule does not accept; the text says what it would accept."""


def integer(low: int, high: int | None = None) -> Rule:
    """A whole number from `low` to `high`; `12`, `12.0` and `"12"` are the same number, `true` is none."""
    accepted = f"a whole number from {low} to {high}" if high is not None else f"a whole number, {low} or more"

    def check(value: object) -> int:
        number = _as_number(value, accepted)
        if number != int(number) or number < low or (high is not None and number > high):
            raise RefusedError(accepted)
        return int(number)

    return check


def number(low: float, high: float, *, above: bool = False) -> Rule:
    """A number from `low` (itself excluded if `above`) to `high`; `1e-05`, text to YAML, is a number here."""
    accepted = f"a number above {low:g} and at most {high:g}" if above else f"a number from {low:g} to {high:g}"

    def check(value: object) -> float:
        found = float(_as_number(value, accepted))
        if not low <= found <= high or (above and found == low):
            raise RefusedError(accepted)
        return found

    return check


def count_or_fraction() -> Rule:
    """A count (whole number, 1 or more) or a fraction (above 0, below 1)."""
    accepted = "a whole number, 1 or more (a count), or a number above 0 and below 1 (a fraction)"

    def check(value: object) -> int | float:
        found = _as_number(value, accepted)
        if found >= 1 and found == int(found):
            return int(found)
        if not 0 < found < 1:
            raise RefusedError(accepted)
        return float(found)

    return check


def choice(*values: str) -> Rule:
    """One of these words."""
    accepted = " or ".join(values) if len(values) < 3 else "one of " + ", ".join(values)

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            raise RefusedError(accepted)
        return value

    return check


def flag() -> Rule:
    """Either true or false."""

    def check(value: object) -> bool:
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise RefusedError("true or false")
        return value

    return check


def text(*, empty: bool) -> Rule:
    """Some text on one line; a number is read as its digits."""
    accepted = "text on one line, or '' for none" if empty else "text on one line, not empty"

    def check(value: object) -> str:
        found = "" if value is None else str(value)
        if isinstance(value, (list, dict, bool)) or len(found.splitlines()) > 1 or not (found.strip() or empty):
            raise RefusedError(accepted)
        return found

    return check


def cutoffs() -> Rule:
    """A list of different whole numbers, 1 or more, in rising order."""
    accepted = "a list of different whole numbers, 1 or more, in rising order"

    def check(value: object) -> tuple[int, ...]:
        if not isinstance(value, list) or not value:
            raise RefusedError(accepted)
        found = [_as_number(each, accepted) for each in value]
        if any(each != int(each) or each < 1 for each in found) or sorted(set(found)) != found:
            raise RefusedError(accepted)
        return tuple(int(each) for each in found)

    return check


def _as_number(value: object, accepted: str) -> int | float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise RefusedError(accepted) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1e300 < value < 1e300:
        raise RefusedError(accepted)
    return value


def _knob(rule: Rule) -> Any:
    return field(metadata={"rule": rule})


@dataclass(frozen=True)
class SampleParams:
    """Section `sample`: the generated data set. Its meaning stands in params.yaml, as that of every section does."""

    playlists: int = _knob(integer(1, 10_000_000))
    songs: int = _knob(integer(20, 10_000_000))
    predictability: float = _knob(number(0, 1))
    seed: int = _knob(integer(0, 2**32 - 1))


@dataclass(frozen=True)
class LocalParams:
    """Section `local`: the user's own file of playlists."""

    file: str = _knob(text(empty=False))
    playlist_column: str = _knob(text(empty=False))
    track_column: str = _knob(text(empty=False))
    order_column: str = _knob(text(empty=True))
    order: str = _knob(choice("ascending", "descending"))
    artist_column: str = _knob(text(empty=True))
    title_column: str = _knob(text(empty=True))
    piece: int = _knob(integer(0))


@dataclass(frozen=True)
class ListenBrainzParams:
    """Section `listenbrainz`: how ListenBrainz's listens become playlists."""

    dumps: str = _knob(text(empty=False))
    track: str = _knob(choice("recording_mbid", "recording_msid"))
    gap: int = _knob(integer(1, 1_000_000))
    min_listens: int = _knob(integer(1))
    max_share: float = _knob(number(0, 1, above=True))


@dataclass(frozen=True)
class SpotifyMpdParams:
    """Section `spotify_mpd`: where Spotify's Million Playlist Dataset lies."""

    slices: str = _knob(text(empty=False))


@dataclass(frozen=True)
class EngineParams:
    """Section `engine`: where the stages from `ingest` to `split` run."""

    name: str = _knob(choice("local", "dask"))
    address: str = _knob(text(empty=True))
    workers: int = _knob(integer(1, 1_000))


@dataclass(frozen=True)
class SoundCloudParams:
    """Section `soundcloud`: what somebody saved of SoundCloud, and which of its tracks stay in the playlists."""

    crawl: str = _knob(text(empty=False))
    licence: str = _knob(choice("any", "to_share", "to_use_commercially", "to_modify_commercially"))
    min_duration: int = _knob(integer(0, 1_000_000))
    max_duration: int = _knob(integer(0, 1_000_000))
    min_likes: int = _knob(integer(0, 1_000_000_000))
    min_plays: int = _knob(integer(0, 1_000_000_000))
    genres: str = _knob(text(empty=True))
    stubs: str = _knob(choice("unless_filtered", "always", "never"))


@dataclass(frozen=True)
class FilterParams:
    """Section `filter`: which tracks and playlists stay."""

    min_count: int = _knob(integer(1))
    count: str = _knob(choice("occurrences", "playlists"))
    min_length: int = _knob(integer(2))
    keep_repeats: bool = _knob(flag())


@dataclass(frozen=True)
class SplitParams:
    """Section `split`: which playlists are asked about."""

    by: str = _knob(choice("playlist", "time"))
    held_out: str = _knob(choice("song", "playlist"))
    validation: int | float = _knob(count_or_fraction())
    test: int | float = _knob(count_or_fraction())
    min_length: int = _knob(integer(2))
    seed: int = _knob(integer(0, 2**32 - 1))


@dataclass(frozen=True)
class TrainParams:
    """Section `train`: gensim's Word2Vec, under gensim's own names, and the training curve."""

    sg: int = _knob(integer(0, 1))
    contexts: str = _knob(choice("window", "directed", "offsets"))
    metadata: str = _knob(choice("none", "artist"))
    vector_size: int = _knob(integer(1, 10_000))
    window: int = _knob(integer(1, 10_000))
    shrink_windows: bool = _knob(flag())
    negative: int = _knob(integer(1, 1_000))
    ns_exponent: float = _knob(number(-1, 1))
    sample: float = _knob(number(0, 1))
    epochs: int = _knob(integer(1, 100_000))
    alpha: float = _knob(number(0, 1, above=True))
    min_alpha: float = _knob(number(0, 1))
    seed: int = _knob(integer(0, 2**32 - 1))
    workers: int = _knob(integer(1, 1_000))
    curve_pairs: int = _knob(integer(0, 1_000_000))


@dataclass(frozen=True)
class EvaluateParams:
    """Section `evaluate`: what counts as a hit."""

    k: tuple[int, ...] = _knob(cutoffs())
    similarity: str = _knob(choice("cosine", "euclidean", "dot", "log_odds"))
    repeats: str = _knob(choice("miss", "hit"))
    suggest_known: bool = _knob(flag())
    query: str = _knob(choice("last", "history"))
    songs_back: int = _knob(integer(1, 1_000))
    decay: float = _knob(number(0, 1, above=True))
    resamples: int = _knob(integer(10, 100_000))
    seed: int = _knob(integer(0, 2**32 - 1))
    index: str = _knob(choice("exact", "kd_tree"))
    challenge: bool = _knob(flag())


@dataclass(frozen=True)
class BaselinesParams:
    """Section `baselines`: how far the counting goes that the model stands beside."""

    window: int = _knob(integer(1, 10_000))
    neighbours: int = _knob(integer(1, 1_000_000))
    session_neighbours: int = _knob(integer(1, 1_000_000))


SECTIONS: dict[str, type] = {
    "sample": SampleParams,
    "local": LocalParams,
    "listenbrainz": ListenBrainzParams,
    "spotify_mpd": SpotifyMpdParams,
    "soundcloud": SoundCloudParams,
    "engine": EngineParams,
    "filter": FilterParams,
    "split": SplitParams,
    "train": TrainParams,
    "evaluate": EvaluateParams,
    "baselines": BaselinesParams,
}
OWN = {"local": "file", "listenbrainz": "dumps", "spotify_mpd": "slices", "soundcloud": "crawl"}
"""The sections of data sets that are the user's own, and the parameter in each that says where one lies."""
Section = TypeVar(
    "Section",
    SampleParams,
    LocalParams,
    ListenBrainzParams,
    SpotifyMpdParams,
    SoundCloudParams,
    EngineParams,
    FilterParams,
    SplitParams,
    TrainParams,
    EvaluateParams,
    BaselinesParams,
)


def read_section(path: str | Path, section: type[Section]) -> Section:
    """Read and validate one section of a parameter file, and nothing else of it.

    Raises DataError for a missing section, and for an unknown, missing or wrong value.
    """
    name = next(key for key, kind in SECTIONS.items() if kind is section)
    return cast(Section, _validated(path, name, section, _read(path).get(name)))


def read_dataset(path: str | Path, datasets: list[str]) -> str:
    """Read and validate `dataset`: one of the names in `datasets`."""
    value = _read(path).get("dataset")
    if value not in datasets:
        raise DataError(f"{path}: dataset = {value}: expected one of {', '.join(datasets)}")
    return cast(str, value)


def read_all(path: str | Path) -> dict[str, Any]:
    """Read and validate every section; the values as plain dictionaries.

    Left out is what no result depends on: the sections of other data sets, and where the work is done.
    """
    content = _read(path)
    dataset = content.get("dataset")
    if not isinstance(dataset, str):
        raise DataError(f"{path}: dataset = {dataset}: expected the name of a data set")
    kinds = {name: kind for name, kind in SECTIONS.items() if name != "engine"}
    sections = {name: _validated(path, name, kind, content.get(name)) for name, kind in kinds.items()}
    others = {"sample", *OWN} - {dataset}
    return {"dataset": dataset} | {name: asdict(each) for name, each in sections.items() if name not in others}


def check_all(path: str | Path, datasets: list[str]) -> None:
    """Validate a whole parameter file. Raises DataError at the first wrong value or unknown name."""
    names = ["dataset", *SECTIONS]
    content = _read(path)
    for name in content:
        if name not in names:
            raise DataError(f"{path}: {name} is unknown: expected one of {', '.join(names)}")
    read_dataset(path, datasets)
    sections = {name: _validated(path, name, kind, content.get(name)) for name, kind in SECTIONS.items()}
    train, evaluate, crawl = sections["train"], sections["evaluate"], sections["soundcloud"]
    if 0 < crawl.max_duration < crawl.min_duration:
        raise DataError(
            f"{path}: soundcloud.max_duration = {crawl.max_duration}: expected 0 (no limit) or at least "
            f"soundcloud.min_duration, which is {crawl.min_duration}"
        )
    if train.min_alpha > train.alpha:
        raise DataError(
            f"{path}: train.min_alpha = {train.min_alpha:g}: expected at most train.alpha, which is {train.alpha:g}"
        )
    if train.contexts != "window" and (train.metadata != "none" or train.sg != 1):
        wrong = f"metadata = {train.metadata}" if train.metadata != "none" else f"sg = {train.sg}"
        wanted = "none" if train.metadata != "none" else "1"
        raise DataError(f"{path}: train.{wrong}: expected {wanted} with train.contexts = {train.contexts}")
    if evaluate.challenge and sections["split"].held_out != "playlist":
        raise DataError(
            f"{path}: evaluate.challenge = true: expected false with split.held_out = {sections['split'].held_out}"
        )
    if sections["engine"].name == "dask" and not sections["engine"].address:
        raise DataError(f"{path}: engine.address = '': expected tcp://host:port with engine.name = dask")
    if evaluate.index == "kd_tree" and evaluate.similarity not in ("cosine", "euclidean"):
        raise DataError(
            f"{path}: evaluate.index = kd_tree: expected exact with evaluate.similarity = {evaluate.similarity}"
        )


def _read(path: str | Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise DataError(f"{path}: expected sections of parameters, found {type(content).__name__}")
    return content


def _validated(path: str | Path, name: str, kind: type, content: object) -> Any:
    if not isinstance(content, dict):
        raise DataError(f"{path}: {name} = {content}: expected a section of parameters")
    known = {each.name: each for each in fields(kind)}
    for key in content:
        if key not in known:
            raise DataError(f"{path}: {name}.{key} is unknown: expected one of {', '.join(known)}")
    values = {}
    for key, each in known.items():
        found = content.get(key, MISSING)
        try:
            if found is MISSING:
                raise RefusedError("a value")
            values[key] = each.metadata["rule"](found)
        except RefusedError as refused:
            shown = "is missing" if found is MISSING else f"= {_shown(found)}"
            wanted = "it to be there" if found is MISSING else str(refused)
            raise DataError(f"{path}: {name}.{key} {shown}: expected {wanted}") from None
    return kind(**values)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split()) or "''"
