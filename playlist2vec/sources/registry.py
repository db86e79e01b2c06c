"""The registry of sources: which module knows the data sets of a kind and format.

A new source is a room beside this module, a line in ROOMS, its card (data/sources/<name>/ with
source.yaml) and, if it has parameters, its section: a class in `playlist2vec.params.OF_SOURCES`,
which params.yaml and the stages `source` and `ingest` of dvc.yaml name.
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
"""By `kind` and `format` in source.yaml, the name of the module of a source, a `Room`.

A module is loaded when a data set needs it, so that no source costs the others its libraries.
"""


def formats_by_kind() -> dict[str, tuple[str, ...]]:
    """Return the kinds of source, each with the formats that its files can have."""
    formats: dict[str, tuple[str, ...]] = {}
    for kind, form in ROOMS:
        formats[kind] = (*formats.get(kind, ()), form)
    return formats


def room_of(description: Source) -> Room:
    """Load the module that knows a data set, by its description."""
    return cast(Room, import_module(ROOMS[description.kind, description.format]))
