"""Damaged and hostile challenge sets: each is read, or refused in one line, in little memory."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.evaluation.challenge.challenge_set import TRACK, read_challenge_set, ways_of
from tests.builders.challenge_files import challenge_set, uri
from tests.builders.fuzzing import MB, damaged, fuzz
from tests.conftest import MANY
from tests.peak import peak

CONTENT = challenge_set(1, 300)
TEXT = json.dumps(CONTENT).encode()
KEYS = (
    "pid",
    "name",
    "num_holdouts",
    "num_samples",
    "num_tracks",
    "tracks",
    "pos",
    "track_uri",
    "playlists",
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 120)
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([10**400, "x" * 5000, uri(3), "spotify:track:", 1 << 63, -(1 << 63)])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
)


@st.composite
def strange(draw: st.DrawFn) -> bytes:
    """A challenge set with other values, other types, keys twice, deep nesting or in another
    encoding.
    """
    content: Any = json.loads(TEXT)
    for _ in range(draw(st.integers(1, 3))):
        value = draw(anything)
        entry = content["playlists"][draw(st.integers(0, len(content["playlists"]) - 1))]
        tracks = entry.get("tracks") if isinstance(entry, dict) else None
        inside = (
            isinstance(tracks, list)
            and tracks
            and isinstance(tracks[-1], dict)
            and draw(st.booleans())
        )
        if draw(st.integers(0, 19)) == 0:
            content["playlists"][0] = value
        elif isinstance(entry, dict):
            (tracks[-1] if inside and tracks else entry)[draw(st.sampled_from(KEYS))] = value
    text = json.dumps(content, ensure_ascii=draw(st.booleans()))
    kind = draw(st.integers(0, 4))
    if kind == 0:
        key = draw(st.sampled_from(KEYS))
        text = text.replace(
            f'"{key}":', f'"{key}": {json.dumps(draw(scalars))}, "{key}":', draw(st.integers(1, 3))
        )
    elif kind == 1:
        depth = draw(st.integers(1, 3000))
        text = text.replace('"v1"', '{"a":' * depth + "[" * depth + "]" * depth + "}" * depth)
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def read_or_refuse(folder: Path, content: bytes) -> bool:
    """Whether it was read. What the drawing of so many cases needs itself is not counted."""
    path = folder / "challenge_set.json"
    path.write_bytes(content)
    before = peak()
    try:
        read = read_challenge_set(path)
    except DataError as error:
        text = str(error)
        if (
            len(text.splitlines()) != 1
            or not text.startswith(f"{path}: ")
            or len(text) > len(str(path)) + 400
        ):
            raise
        return False
    finally:
        assert peak() < before + 50 * MB
    assert read
    assert len({playlist.pid for playlist in read}) == len(read)
    assert all(TRACK.fullmatch(seed) for playlist in read for seed in playlist.seeds)
    assert sum(ways_of(read).values()) == len(read)
    return True


def test_damaged_challenge_sets_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assert read_or_refuse(tmp_path_factory.mktemp("whole"), TEXT)
    fuzz(60, damaged(TEXT) | strange(), read_or_refuse, tmp_path_factory)


@pytest.mark.thorough
def test_many_damaged_challenge_sets_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    fuzz(MANY, damaged(TEXT) | strange(), read_or_refuse, tmp_path_factory)
