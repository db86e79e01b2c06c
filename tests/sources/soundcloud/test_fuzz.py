"""Damaged and hostile crawls are counted, or rejected in one line, in little memory."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.engine.local import LocalEngine
from playlist2vec.formats import json_streams
from playlist2vec.sources.soundcloud import pieces
from playlist2vec.sources.soundcloud.genres import Genres
from playlist2vec.sources.soundcloud.params import SoundCloudParams
from playlist2vec.sources.soundcloud.playlists import ingest_crawl
from tests.builders.fuzzing import MB, damaged, fuzz
from tests.builders.soundcloud_files import as_lines, as_state, plant
from tests.conftest import MANY, ROOT
from tests.peak import peak

GENRES = Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")
PLANTED = plant(playlists=4, songs=12, spoil=1, longest=7)
PARAMS = SoundCloudParams("unused", "any", 0, 2000, 0, 0, "", "always")
KEYS = (
    "id", "kind", "urn", "tracks", "playlists", "track", "playlist", "collection", "title", "user",
    "user_id", "genre", "license", "duration", "likes_count", "policy", "sharing", "last_modified",
    "artwork_url", "17",
)  # fmt: skip
PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstandard.compress}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        [
            10**400,
            -(10**19),
            2**63,
            2**64,
            "x" * 5000,
            "soundcloud:tracks:5",
            "track",
            "playlist",
            "5",
        ]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
)


@cache
def whole(form: str) -> bytes:
    """A valid file of one form."""
    if form == "lines":
        return as_lines(PLANTED.bodies)
    indent = 4 if form == "indented" else None
    return json.dumps(
        as_state(PLANTED, maps=form == "indented"), indent=indent, ensure_ascii=False
    ).encode()


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value: an object or a list, and a key or a number in it."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, each in inner for place in [(value, key), *places(each)]]


@st.composite
def strange(draw: st.DrawFn, form: str) -> bytes:
    """A crawl in which some values are others, of other types, keys stand twice, nesting is deep,
    encodings differ.
    """
    bodies = (
        json.loads(whole("state")) if form != "lines" else json.loads(json.dumps(PLANTED.bodies))
    )
    for _ in range(draw(st.integers(1, 4))):
        holder, key = draw(st.sampled_from(places(bodies)))
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(st.sampled_from(KEYS))] = draw(anything)
        else:
            holder[key] = draw(anything)
    texts = [
        json.dumps(body, ensure_ascii=draw(st.booleans()))
        for body in (bodies if form == "lines" else [bodies])
    ]
    place = draw(st.integers(0, len(texts) - 1))
    kind = draw(st.integers(0, 4))
    if kind == 0:
        depth = draw(st.integers(1, 3000))
        texts[place] = (
            texts[place]
            .replace("null", "[" * depth + "]" * depth)
            .replace(": 1", ': {"id":' * depth, 1)
        )
    elif kind == 1:
        texts[place] = texts[place].replace("}", f', "id": {json.dumps(draw(anything))}}}', 1)
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    content = [text.encode("utf-8", "surrogatepass") for text in texts]
    content[place] = texts[place].encode(
        encoding, "surrogatepass" if encoding.startswith("utf") else "replace"
    )
    return b"\n".join(content)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """The name of a file and what it holds, damaged inside its packing or out of it."""
    form = draw(st.sampled_from(["lines", "indented", "state"]))
    packing = draw(st.sampled_from(["", ".gz", ".zst"]))
    name = ("crawl.jsonl" if form == "lines" else "crawl.json") + packing
    pack = PACKERS.get(packing, bytes)
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return name, pack(draw(strange(form)))
    if kind == 1:
        return name, pack(draw(damaged(whole(form))))
    return name, draw(damaged(pack(whole(form))))


def read_or_refuse(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.write_bytes(content)
    (folder / "scratch").mkdir()
    out = folder / "p.npz", folder / "t.tsv"
    try:
        summary = ingest_crawl([path], PARAMS, GENRES, LocalEngine(1), *out, folder / "scratch")
    except DataError as error:
        text = str(error)
        if len(text.splitlines()) != 1 or not text.startswith(
            (f"{path}: ", "no track in a playlist is left")
        ):
            raise
        assert not any(each.exists() for each in out)
        return
    seen = summary.seen
    left = (
        summary.copies
        + summary.without_tracks
        + summary.private
        + seen.system
        + seen.nameless_playlists
    )
    assert seen.playlists == summary.kept + left
    playlists = Playlists.load(out[0])
    assert (len(playlists), len(playlists.tracks)) == (summary.kept, summary.entries["kept"])
    table = out[1].read_text("utf-8").split("\n")
    assert len(table) == summary.tracks + 2
    assert {row.count("\t") for row in table[:-1]} == {11}


def check(folder: Path, case: tuple[tuple[str, bytes], int]) -> None:
    """With a small `largest`, small files are taken to pieces as large ones are."""
    file, largest = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_streams, "LARGEST", largest)
        patch.setattr(pieces, "BITS", 1)
        read_or_refuse(folder, *file)


CASES = st.tuples(files(), st.sampled_from([1 << 24, 1500]))


def test_damaged_crawls_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    fuzz(60, CASES, check, tmp_path_factory)


@pytest.mark.thorough
def test_many_damaged_crawls_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    before = peak()
    fuzz(MANY, CASES, check, tmp_path_factory)
    assert peak() < before + 500 * MB


BOMBS = {
    "one text": (b'{"tracks": ["', b"x" * MB, 256),
    "one key": (b'{"', b"y" * MB, 256),
    "blank lines": (b"", b"\n" * MB, 256),
    "nesting": (b"", b"[" * MB, 256),
    "a list of ids": (b'{"tracks": [', b"1234567890," * (MB // 11), 40),
}
"""How a file begins, and what follows so many times."""


def write_bomb(path: Path, name: str) -> None:
    """Write a file block by block: a child process inherits the peak memory of this process."""
    head, piece, times = BOMBS[name]
    with open(path, "wb") as file:
        packer = (
            zstandard.ZstdCompressor().stream_writer(file)
            if path.suffix == ".zst"
            else gzip.GzipFile(fileobj=file, mode="wb")
        )
        with packer as packed:
            packed.write(head)
            for _ in range(times):
                packed.write(piece)


@pytest.mark.thorough
@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("ending", [".json.zst", ".jsonl.zst", ".json.gz", ".jsonl.gz"])
def test_bombs_are_refused_in_little_memory(name: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"bomb{ending}"
    write_bomb(path, name)
    code = (
        "import sys\n"
        "from tests.peak import peak\n"
        "before = peak()\n"
        "from playlist2vec.base.errors import DataError\n"
        "from playlist2vec.sources.soundcloud.crawls import PLAYLIST, TRACK, read_items\n"
        "try:\n"
        "    print(sum(item.kind in (PLAYLIST, TRACK) for item in read_items(sys.argv[1])), "
        "'items')\nexcept DataError as error:\n    print(error)\nprint(peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    said, memory = done.stdout.splitlines()
    assert said.startswith(f"{path}: ") or (said, name, ending[:6]) == (
        "0 items",
        "blank lines",
        ".jsonl",
    )
    assert int(memory) < 160 * MB
