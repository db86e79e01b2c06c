"""The registry of sources: the module for every kind and format of data set.

A new source is a subpackage beside this module, a line in ROOMS, its card (data/sources/<name>/
with source.yaml) and, if it has parameters, its section: a class in
`playlist2vec.params.OF_SOURCES`, which params.yaml and the stages `source` and `ingest` of dvc.yaml
name.
"""

from importlib import import_module
from typing import cast

from playlist2vec.sources.room import Room, Source

ROOMS = {
    ("generated", "text"): "playlist2vec.sources.sample.source",
    ("local", "table"): "playlist2vec.sources.local.source",
    ("download", "npy"): "playlist2vec.sources.published.source",
    ("download", "text"): "playlist2vec.sources.published.source",
    ("placed", "listens"): "playlist2vec.sources.listenbrainz.source",
    ("placed", "mpd"): "playlist2vec.sources.spotify_mpd.source",
    ("placed", "lastfm"): "playlist2vec.sources.lastfm.source",
    ("placed", "spotify_history"): "playlist2vec.sources.spotify_history.source",
    ("placed", "soundcloud"): "playlist2vec.sources.soundcloud.source",
}
"""The module of a source, a `Room`, by `kind` and `format` in source.yaml.

A module is imported only for its own data sets, so that no source needs the libraries of another.
"""


def formats_by_kind() -> dict[str, tuple[str, ...]]:
    """Return the accepted formats of files by kind of source."""
    formats: dict[str, tuple[str, ...]] = {}
    for kind, form in ROOMS:
        formats[kind] = (*formats.get(kind, ()), form)
    return formats


def room_of(description: Source) -> Room:
    """Import the module for a data set."""
    return cast(Room, import_module(ROOMS[description.kind, description.format]))
