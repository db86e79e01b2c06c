"""Grids of configurations: YAML files in grids/, read and checked as a whole before anything runs.

The keys of a file:

    about: the purpose of the grid
    how: product | one-at-a-time      every combination, or one changed parameter at a time
    settings: {section.key: value}    optional: common to all configurations, over params.yaml
    parameters: {section.key: [value, ...]}
    seeds: [1, 2, 3]                  optional: values of train.seed for every configuration
    rungs: {epochs: [10, 20, 40], keep: 1/2}
                                      optional, for a search: successive halving over train.epochs
"""

import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.params import check_all, read_all
from playlist2vec.sources.descriptions import dataset_names

FOLDER = Path("grids")
KEYS = ("about", "how", "settings", "parameters", "seeds", "rungs")
Value = str | int | float | bool
Settings = dict[str, Value]


@dataclass(frozen=True)
class Rungs:
    """Successive halving: the epochs of the rungs, ascending; 1 in `reduction` trials advances."""

    epochs: tuple[int, ...]
    reduction: int


@dataclass(frozen=True)
class Grid:
    """The content of a grid's file; `settings` and `parameters` by `section.key`."""

    name: str
    about: str
    how: str
    settings: Settings
    parameters: dict[str, list[Value]]
    seeds: tuple[int, ...]
    rungs: Rungs | None

    def configurations(self) -> list[Settings]:
        """Return the settings of all configurations over params.yaml, in the order of the file.

        No settings appear twice.
        """
        if self.how == "product":
            chosen = [
                dict(zip(self.parameters, values, strict=True))
                for values in product(*self.parameters.values())
            ]
        else:
            chosen = [
                {},
                *({key: value} for key, values in self.parameters.items() for value in values),
            ]
        seeds: list[Settings] = [{"train.seed": seed} for seed in self.seeds] or [{}]
        return [self.settings | each | seed for each in chosen for seed in seeds]

    def varied(self) -> list[str]:
        """Return the parameters that differ, or may differ, from params.yaml."""
        rungs = ["train.epochs"] if self.rungs else []
        seeds = ["train.seed"] if self.seeds else []
        return list(dict.fromkeys([*self.settings, *self.parameters, *rungs, *seeds]))


def grid_names(folder: Path = FOLDER) -> list[str]:
    """Return the names of the grids in `folder`, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_grid(name: str, folder: Path = FOLDER) -> Grid:
    """Read a grid by its name. Raises DataError, naming file, key and value, if invalid."""
    path = folder / f"{name}.yaml"
    if name not in grid_names(folder):
        raise DataError(f"GRID={name}: no {path}: expected one of {', '.join(grid_names(folder))}")
    content = _read_map(path)
    how = content.get("how", "product")
    if how not in ("product", "one-at-a-time"):
        raise DataError(f"{path}: how = {how}: expected product or one-at-a-time")
    parameters, settings = _parameters(path, content), _settings(path, content)
    seeds, rungs = _seeds(path, content), _rungs(path, content)
    if seeds and "train.seed" in (*parameters, *settings):
        raise DataError(f"{path}: train.seed: expected either seeds or a parameter, not both")
    if rungs and "train.epochs" in parameters:
        raise DataError(
            f"{path}: parameters.train.epochs: expected it in rungs only, as the grid has rungs"
        )
    return Grid(name, str(content.get("about", "")), how, settings, parameters, seeds, rungs)


def complete(params: dict[str, Any], settings: Settings, named: str) -> dict[str, Any]:
    """Return all parameters of a configuration, `params` with `settings`, as `read_all` gives them.

    The parameters are checked as params.yaml is. `named`: the file of the grid, for the error.
    Raises DataError for an unknown name or a wrong value.
    """
    changed = {
        name: dict(section) if isinstance(section, dict) else section
        for name, section in params.items()
    }
    for name, value in settings.items():
        section, _, key = name.partition(".")
        if not key:
            changed[section] = value
        elif isinstance(changed.get(section), dict):
            changed[section][key] = value
        else:
            raise DataError(f"{named}: {name} is unknown: expected a section.key of params.yaml")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "params.yaml"
        path.write_text(yaml.safe_dump(changed), encoding="utf-8")
        try:
            check_all(path, dataset_names("data/sources"))
            return read_all(path)
        except DataError as error:
            raise DataError(str(error).replace(str(path), named)) from None


def flat(parameters: dict[str, Any]) -> Settings:
    """Return sections of parameters as settings: `section.key` to value."""
    settings: Settings = {}
    for section, content in parameters.items():
        if isinstance(content, dict):
            settings |= {f"{section}.{key}": value for key, value in content.items()}
        else:
            settings[section] = content
    return settings


def _read_map(path: Path) -> dict[str, Any]:
    """Return the content of a grid's file, a map with keys of KEYS only."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise DataError(
            f"{path}: expected a map with {', '.join(KEYS)}, found {type(content).__name__}"
        )
    for key in content:
        if key not in KEYS:
            raise DataError(f"{path}: {key} is unknown: expected one of {', '.join(KEYS)}")
    return content


def _parameters(path: Path, content: dict[str, Any]) -> dict[str, list[Value]]:
    parameters = _mapping(path, content, "parameters")
    if not parameters:
        raise DataError(
            f"{path}: parameters: expected at least one section.key with a list of values"
        )
    for key, values in parameters.items():
        is_list = isinstance(values, list) and all(isinstance(each, Value) for each in values)
        if not is_list or not values:
            raise DataError(f"{path}: parameters.{key} = {values}: expected a list of values")
    return parameters


def _settings(path: Path, content: dict[str, Any]) -> Settings:
    settings = _mapping(path, content, "settings")
    for key, value in settings.items():
        if not isinstance(value, Value):
            raise DataError(f"{path}: settings.{key} = {value}: expected one value")
    return settings


def _seeds(path: Path, content: dict[str, Any]) -> tuple[int, ...]:
    seeds = content.get("seeds", [])
    is_list = isinstance(seeds, list) and all(type(seed) is int for seed in seeds)
    if not is_list or len(set(seeds)) != len(seeds):
        raise DataError(f"{path}: seeds = {seeds}: expected a list of different whole numbers")
    return tuple(seeds)


def _mapping(path: Path, content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key) or {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise DataError(f"{path}: {key} = {found}: expected a map from section.key to values")
    return found


def _rungs(path: Path, content: dict[str, Any]) -> Rungs | None:
    found = content.get("rungs")
    if found is None:
        return None
    accepted = "epochs: whole numbers in rising order, and keep: 1/2, 1/3, 1/4 or so"
    if not isinstance(found, dict) or set(found) != {"epochs", "keep"}:
        raise DataError(f"{path}: rungs = {found}: expected {accepted}")
    epochs, share = found["epochs"], str(found["keep"])
    one, _, reduction = share.partition("/")
    rising = isinstance(epochs, list) and all(type(each) is int and each > 0 for each in epochs)
    if not rising or not epochs or sorted(set(epochs)) != epochs:
        raise DataError(f"{path}: rungs.epochs = {epochs}: expected {accepted}")
    if one != "1" or not reduction.isdigit() or int(reduction) < 2:
        raise DataError(f"{path}: rungs.keep = {share}: expected {accepted}")
    return Rungs(tuple(epochs), int(reduction))
