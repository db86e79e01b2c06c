"""Descriptions of data sets: the file source.yaml of every folder in data/sources/."""

import re
from pathlib import Path
from typing import Any

import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import value_shown
from playlist2vec.sources.registry import formats_by_kind
from playlist2vec.sources.room import DataSet, Source, SourceFile

FILE_KEYS = {"generated": ("name", "role"), "download": ("name", "role", "address", "blob")}
"""The keys of a file in source.yaml, by kind; for the remaining kinds a parameter names the files.
"""
ROLES = ("playlists", "tracks")
BLOB = re.compile(r"[0-9a-f]{40}")


def dataset_names(folder: str | Path) -> list[str]:
    """Return the names of all data sets, ascending: the folders in `folder` with a source.yaml."""
    return sorted(path.parent.name for path in Path(folder).glob("*/source.yaml"))


def read_source(path: str | Path) -> Source:
    """Read and validate a source.yaml.

    Raises DataError for an unknown or missing key and for a wrong value.
    """
    content = _mapping(_parsed(path), f"{path}")
    formats = formats_by_kind()
    kind = _one_of(content.get("kind"), tuple(formats), f"{path}: kind")
    keys = (
        ("kind", "format", "licence", "files")
        if kind in FILE_KEYS
        else ("kind", "format", "licence")
    )
    _check_keys(content, keys, ("about",), f"{path}: ")
    return Source(
        name=Path(path).absolute().parent.name,
        kind=kind,
        format=_one_of(content["format"], formats[kind], f"{path}: format"),
        licence=_text(content["licence"], f"{path}: licence"),
        files=_files(content["files"], kind, path) if kind in FILE_KEYS else (),
    )


def read_data_set(params: str, source: str, raw: str) -> DataSet:
    """Return a data set for the module of the source, from the paths that a stage is given.

    Raises DataError as `read_source` does.
    """
    return DataSet(read_source(source), Path(source).parent, params, Path(raw))


def _parsed(path: str | Path) -> object:
    try:
        return yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not YAML: {value_shown(error)}") from None


def _files(value: object, kind: str, path: str | Path) -> tuple[SourceFile, ...]:
    if not isinstance(value, list):
        raise DataError(f"{path}: files = {value_shown(value)}: expected a list of files")
    files = tuple(
        _file(entry, kind, f"{path}: files[{number}]") for number, entry in enumerate(value)
    )
    if len({file.name for file in files}) < len(files):
        raise DataError(f"{path}: files: expected different names")
    roles = [file.role for file in files]
    if roles.count("playlists") != 1 or roles.count("tracks") > 1:
        raise DataError(
            f"{path}: files have the roles {', '.join(roles)}: "
            "expected playlists once and tracks at most once"
        )
    return files


def _file(value: object, kind: str, place: str) -> SourceFile:
    entry = _mapping(value, place)
    _check_keys(entry, FILE_KEYS[kind], (), f"{place}.")
    name = _text(entry["name"], f"{place}.name")
    if re.search(r"[/\\]", name) or name.startswith("."):
        raise DataError(
            f"{place}.name = {name}: expected a file name without a folder and "
            "without a dot in front"
        )
    role = _one_of(entry["role"], ROLES, f"{place}.role")
    if "blob" not in FILE_KEYS[kind]:
        return SourceFile(name, role, "", "")
    address, blob = (
        _text(entry["address"], f"{place}.address"),
        _text(entry["blob"], f"{place}.blob"),
    )
    if not address.startswith(("http://", "https://")):
        raise DataError(
            f"{place}.address = {address}: expected an address that begins with https:// or http://"
        )
    if not BLOB.fullmatch(blob):
        raise DataError(f"{place}.blob = {blob}: expected a git blob id, 40 digits from 0 to f")
    return SourceFile(name, role, address, blob)


def _mapping(value: object, place: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise DataError(f"{place} = {value_shown(value)}: expected keys with values")
    return value


def _check_keys(
    found: dict[Any, Any], needed: tuple[str, ...], allowed: tuple[str, ...], place: str
) -> None:
    for key in found:
        if key not in (*needed, *allowed):
            raise DataError(
                f"{place}{value_shown(key)} is unknown: expected {', '.join((*needed, *allowed))}"
            )
    for key in needed:
        if key not in found:
            raise DataError(f"{place}{key} is missing: expected it to be there")


def _one_of(value: object, accepted: tuple[str, ...], place: str) -> str:
    if not isinstance(value, str) or value not in accepted:
        raise DataError(f"{place} = {value_shown(value)}: expected {' or '.join(accepted)}")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value.splitlines()) > 1:
        raise DataError(f"{place} = {value_shown(value)}: expected text on one line, not empty")
    return value
