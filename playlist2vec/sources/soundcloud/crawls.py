"""Reading of playlists and tracks from files saved from SoundCloud.

A file holds responses of api-v2 as received, or the data that a crawler keeps of them: see
`read_items` for the shapes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from playlist2vec.formats import json_streams
from playlist2vec.formats.archives import unpacked_file
from playlist2vec.formats.json_streams import JsonStream, json_lines

PLAYLIST, TRACK = "playlist", "track"
BODIES, LINES = (".json",), (".jsonl", ".ndjson")
PACKED = ("", ".gz", ".zst")
SUFFIXES = tuple(ending + packed for ending in (*BODIES, *LINES) for packed in PACKED)
DEEPEST = 8
"""The most objects and lists around a playlist or a track."""
NEUTRAL = ("collection", "items", "results", "data", "likes", "reposts", "candidates")
"""Keys of containers of playlists and tracks alike."""
KINDS = {"playlist": PLAYLIST, "system-playlist": PLAYLIST, "track": TRACK, "user": "user"}
PLAYLIST_KEYS = ("track_count", "set_type", "is_album", "playlist_type")
TRACK_KEYS = (
    "policy",
    "monetization_model",
    "title",
    "playback_count",
    "streamable",
    "full_duration",
)
USER_KEYS = ("username", "followers_count")


class Item(NamedTuple):
    """A playlist or a track, or a skipped object.

    `kind`: PLAYLIST, TRACK, or for a skipped object the field of PassedOver that counts it.
    `found`: the object itself, empty for a skipped object. `name`: the key of the object in a map,
    or empty.
    """

    kind: str
    found: dict[str, Any]
    name: str


A_USER, A_NULL, AN_ID, ANOTHER = (
    Item(kind, {}, "") for kind in ("users", "nulls", "ids", "others")
)


@dataclass
class PassedOver:
    """The counts of objects that are neither playlists nor tracks.

    `users`. `nulls`: nulls in place of an item. `ids`: numbers and texts in place of an item, such
    as a crawler's list of visited ids. `others`: objects of other kinds, and lists and objects
    under other keys, counted as one each.
    """

    users: int = 0
    nulls: int = 0
    ids: int = 0
    others: int = 0

    def __add__(self, other: "PassedOver") -> "PassedOver":
        return PassedOver(*map(sum, zip(vars(self).values(), vars(other).values(), strict=True)))


def read_items(path: str | Path) -> Iterator[Item]:
    """Yield the playlists and tracks of a file in order, and an item for every skipped object.

    A file with a name that ends in .jsonl or .ndjson has a value a line; any other file is a single
    value. `.gz` and `.zst` are unpacked. A value is one of these:

    - a playlist or a track, recognized by `kind`, or else by keys that only a playlist or a track
      has;
    - a list of values, or an object with values under the keys of NEUTRAL (a response has
      `collection`), or under a key that ends in `track`, `tracks`, `playlist` or `playlists`: a
      like around the liked item, or the output of a crawler. The values of such keys may also be
      maps, from ids or anything else to values.

    A file may be larger than memory; a playlist or a track takes at most LARGEST bytes (see
    `json_streams`). Raises DataError, naming file and line or byte, for data other than JSON and
    for a file that cannot be unpacked.
    """
    ending = str(path).lower().removesuffix(".gz").removesuffix(".zst")
    with unpacked_file(path) as file:
        if ending.endswith(LINES):
            for _, value in json_lines(file, f"{path}"):
                yield from _items(value, "", "")
            return
        stream = JsonStream(file, f"{path}")
        yield from _streamed(stream, "", "")
        stream.end()


def _items(value: Any, role: str, name: str, depth: int = 0) -> Iterator[Item]:
    """Yield the items of a value where items of kind `role` are expected, empty for any kind."""
    if type(value) is dict:
        kind = _kind(value, role)
        if kind in (PLAYLIST, TRACK):
            yield Item(kind, value, name)
        elif kind == "user":
            yield A_USER
        elif depth == DEEPEST:
            yield ANOTHER
        else:
            held = False
            # Beside a wrapped item stand fields, not ids of a map.
            outer = "" if _wraps(value) else role
            for key, inner in value.items():
                inner_role = _role(key, outer)
                if inner_role is not None:
                    held = True
                    yield from _items(inner, inner_role, key, depth + 1)
                elif type(inner) in (dict, list):
                    held = True
                    yield ANOTHER
            if not held:
                yield ANOTHER
    elif type(value) is list:
        if depth == DEEPEST:
            yield ANOTHER
            return
        for inner in value:
            yield from _items(inner, role, "", depth + 1)
    elif value is None:
        yield A_NULL
    else:
        yield AN_ID


def _streamed(stream: JsonStream, role: str, name: str, depth: int = 0) -> Iterator[Item]:
    """Yield the items of the next value in a stream; a large value is a container, not an item."""
    small, value = stream.small()
    if small:
        yield from _items(value, role, name, depth)
    elif depth == DEEPEST:
        stream.skip()
        yield ANOTHER
    elif stream.sign() == "{":
        for key in stream.members():
            if key == "kind":
                _check_kind(stream)
            inner_role = _role(key, role)
            if inner_role is not None:
                yield from _streamed(stream, inner_role, key, depth + 1)
            else:
                if stream.sign() in ("{", "["):
                    yield ANOTHER
                stream.skip()
    else:
        for _ in stream.elements():
            yield from _streamed(stream, role, "", depth + 1)


def _check_kind(stream: JsonStream) -> None:
    """Raise DataError if an object too large to be held in memory is an item, by its `kind`.

    The stream stands before the value of the key `kind`.
    """
    for kind in KINDS:
        if stream.begins(f'"{kind}"'):
            raise stream.error(f"expected a {kind} of at most {json_streams.LARGEST} bytes")


def _kind(value: dict[str, Any], role: str) -> str:
    """Return the kind of an object: PLAYLIST, TRACK or user; empty for a container or the rest.

    An object without `kind` is recognized by its keys, or else takes the expected kind `role`.
    """
    kind = value.get("kind")
    if type(kind) is str:
        return KINDS.get(kind, "")
    if _wraps(value):
        return ""
    if "id" in value or "urn" in value:
        if type(value.get("tracks")) is list or not value.keys().isdisjoint(PLAYLIST_KEYS):
            return PLAYLIST
        if not value.keys().isdisjoint(USER_KEYS):
            return "user"
        if not value.keys().isdisjoint(TRACK_KEYS):
            return TRACK
        return role
    return _kind_of_nameless(value, role)


def _wraps(value: dict[str, Any]) -> bool:
    return any(type(value.get(key)) in (dict, list) for key in (PLAYLIST, TRACK, *NEUTRAL))


def _kind_of_nameless(value: dict[str, Any], role: str) -> str:
    """Return the kind of an object without an id, which may be the key of the object in a map."""
    if role == PLAYLIST and type(value.get("tracks")) is list:
        return PLAYLIST
    return TRACK if role == TRACK and not value.keys().isdisjoint(TRACK_KEYS) else ""


def _role(key: str, outer: str) -> str | None:
    """Return the kind of items under a key, empty for any kind, None without items.

    `outer`: the kind of items around the key.
    """
    lower = key.lower()
    for kind in (PLAYLIST, TRACK):
        if lower.endswith((kind, f"{kind}s")):
            return kind
    return outer if lower in NEUTRAL else outer or None
