"""The registry of sources: a source that it does not know yet takes a room and a line."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest
import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sources import registry
from playlist2vec.sources.descriptions import read_source
from playlist2vec.sources.lastfm import source as lastfm
from playlist2vec.sources.listenbrainz import source as listenbrainz
from playlist2vec.sources.local import source as local
from playlist2vec.sources.published import source as published
from playlist2vec.sources.room import Room
from playlist2vec.sources.sample import source as sample
from playlist2vec.sources.soundcloud import source as soundcloud
from playlist2vec.sources.spotify_history import source as spotify_history
from playlist2vec.sources.spotify_mpd import source as spotify_mpd
from stages import ingest, source
from tests.conftest import ROOT

KNOWN: tuple[Room, ...] = (
    sample,
    local,
    published,
    listenbrainz,
    spotify_mpd,
    soundcloud,
    spotify_history,
    lastfm,
)
"""mypy holds each module against the protocol."""
TOY = '''
"""Scales as playlists: so many notes up from each of the first notes."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, own_path, parameter, read_parameter, read_section
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.sources.in_memory import write_playlists


@dataclass(frozen=True)
class ToyParams:
    SECTION: ClassVar[str] = "toy"

    notes: str = own_path()
    steps: int = parameter(integer(1))


def list_files(data, fetch):
    place = read_parameter(data.params, ToyParams, "notes")
    (data.raw / "list").write_text(open(place).read())
    return "notes listed"


def ingest(data, out, open_workplace):
    toy = read_section(data.params, ToyParams)
    notes = (data.raw / "list").read_text().split()
    with open_workplace() as (engine, workers, scratch):
        starts = list(engine.map(int, notes))
    scales = [[f"{start + step}" for step in range(toy.steps)] for start in starts]
    playlists = [RawPlaylist(row, scale, []) for row, scale in enumerate(scales)]
    return write_playlists(playlists, {}, data.raw, out)
'''


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A room, a line, a section and a card, in a folder with nothing else of a project."""
    (tmp_path / "toy_room.py").write_text(TOY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(registry.ROOMS, ("toys", "notes"), "toy_room")
    monkeypatch.chdir(tmp_path)
    card = {"kind": "toys", "format": "notes", "licence": "CC0"}
    Path("data/sources/toy").mkdir(parents=True)
    Path("data/sources/toy/source.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    Path("my notes.txt").write_text("60 67\n", encoding="utf-8")
    params = {
        "toy": {"notes": "my notes.txt", "steps": 3},
        "engine": {"name": "local", "address": "", "workers": 1},
    }
    Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    yield tmp_path
    sys.modules.pop("toy_room", None)


def test_a_new_source_runs_through_the_stages_as_they_are(toy: Path) -> None:
    card = "data/sources/toy/source.yaml"
    assert source.main("params.yaml", card, "data/incoming", "data/raw") == "toy: notes listed"
    assert ingest.main("params.yaml", card, "data/raw", "data/canonical") == (
        "2 playlists (0 empty), 6 songs, 6 distinct, 0 artists, 0 with a title"
    )
    assert Tracks.load("data/canonical/tracks.tsv").ids == ["60", "61", "62", "67", "68", "69"]
    lists = [each.tolist() for each in Playlists.load("data/canonical/playlists.npz")]
    assert lists == [[0, 1, 2], [3, 4, 5]]
    assert sorted(path.name for path in Path("data/canonical").iterdir()) == [
        "playlists.npz",
        "tracks.tsv",
    ]


def test_a_new_sources_section_is_read_by_its_rules(toy: Path) -> None:
    params = {"toy": {"notes": "my notes.txt", "steps": 0}}
    Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    card = "data/sources/toy/source.yaml"
    source.main("params.yaml", card, "data/incoming", "data/raw")
    with pytest.raises(DataError, match=r"^params\.yaml: toy\.steps = 0: expected a whole number"):
        ingest.main("params.yaml", card, "data/raw", "data/canonical")


def test_a_card_may_have_the_kinds_of_the_registry_and_no_other(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = "data/sources/toy/source.yaml"
    assert read_source(card).format == "notes"
    monkeypatch.delitem(registry.ROOMS, ("toys", "notes"))
    with pytest.raises(DataError, match=r"kind = toys: expected generated or local or download"):
        read_source(card)


def test_every_registered_module_has_the_functions_of_a_room() -> None:
    assert {import_module(name) for name in registry.ROOMS.values()} == set(KNOWN)
    for name in registry.ROOMS.values():
        module = import_module(name)
        for function in ("list_files", "ingest"):
            expected = list(signature(getattr(Room, function)).parameters)[1:]
            assert list(signature(getattr(module, function)).parameters) == expected, name


def test_every_card_of_the_project_has_a_room() -> None:
    for path in (ROOT / "data/sources").glob("*/source.yaml"):
        description = read_source(path)
        assert (description.kind, description.format) in registry.ROOMS, path


def test_the_stages_ask_for_no_kind_format_or_name() -> None:
    names = {"kind", "format"} | {each for pair in registry.ROOMS for each in pair}
    names |= {path.parent.name for path in (ROOT / "data/sources").glob("*/source.yaml")}
    for stage in ("source", "ingest"):
        nodes = list(ast.walk(ast.parse((ROOT / f"stages/{stage}.py").read_text("utf-8"))))
        asked = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        asked |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
        assert asked & names == set(), stage
