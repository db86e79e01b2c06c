"""Damaged and hostile dumps: each is read and counted, or refused in one line, in little memory."""

import json
import lzma
import resource
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playlist2vec.errors import DataError
from playlist2vec.listening import ingest_dumps
from playlist2vec.params import ListenBrainzParams
from tests.listen_files import lines, months, parquet, plant, tar

ROWS = plant(users=3, sessions=2, songs=6, spoil=1).rows
PARAMS = ListenBrainzParams("unused", "recording_mbid", 30, 1, 0.9)
MB = 1 << 20
FIELDS = ("user_id", "user_name", "timestamp", "recording_msid", "track_metadata", "artist_name", "additional_info")

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400) | st.just("x" * 5000)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3)
)


@cache
def whole(form: str) -> bytes:
    """A valid file of one form."""
    if form == "parquet":
        return parquet(ROWS)
    members = [("spark/0.parquet", parquet(ROWS[:20])), ("spark/1.parquet", parquet(ROWS[20:]))]
    return lines(ROWS) if form == "listens" else tar(members if form == "spark.tar" else months(ROWS))


def packed(form: str, content: bytes) -> bytes:
    packers: dict[str, Callable[[bytes], bytes]] = {"tar.xz": lzma.compress, "tar.zst": zstandard.compress}
    return packers[form](content) if form in packers else content


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with up to three cuts, flipped, inserted, repeated or zeroed pieces."""
    for _ in range(draw(st.integers(1, 3))):
        size = len(content)
        start = draw(st.integers(0, size))
        end = min(size, start + draw(st.integers(0, 600)))
        piece = content[start:end]
        new = draw(
            st.sampled_from([b"", piece * 2, bytes(len(piece)), bytes(byte ^ 0x55 for byte in piece)])
            | st.binary(max_size=40)
        )
        content = content[:start] if draw(st.integers(0, 9)) == 0 else content[:start] + new + content[end:]
    return content


@st.composite
def strange_lines(draw: st.DrawFn) -> bytes:
    """Lines of JSON of which some have other values, other types, keys twice, deep nesting or another encoding."""
    content = lines(ROWS).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content) - 1))
        try:
            listen: Any = json.loads(content[place])
        except ValueError:
            continue
        value = draw(anything)
        kind = draw(st.integers(0, 5))
        if kind == 0:
            listen = value
        elif kind == 1 and isinstance(listen, dict) and isinstance(listen.get("track_metadata"), dict):
            listen["track_metadata"][draw(st.sampled_from(FIELDS))] = value
        elif isinstance(listen, dict):
            listen[draw(st.sampled_from(FIELDS))] = value
        text = json.dumps(listen, ensure_ascii=draw(st.booleans()))
        if kind == 2:
            text = text.replace("}", f', "timestamp": {json.dumps(value)}}}', 1)
        elif kind == 3:
            depth = draw(st.integers(1, 3000))
            text = text.replace("null", "[" * depth + "]" * depth).replace(": 1", ': {"a":' * depth + "1" + "}" * depth)
        encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
        content[place] = text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    return b"\n".join(content)


@st.composite
def files(draw: st.DrawFn, forms: tuple[str, ...]) -> tuple[str, bytes]:
    """A form and a file that may be damaged, inside its packing or out of it."""
    form = draw(st.sampled_from(forms))
    if form == "listens" and draw(st.booleans()):
        return form, draw(strange_lines())
    if form.startswith("tar") and draw(st.booleans()):
        inside = draw(strange_lines() | damaged(lines(ROWS)))
        return form, packed(form, tar([("dump/listens/2024/1.listens", inside)]))
    if draw(st.booleans()):
        return form, packed(form, draw(damaged(whole(form))))
    return form, draw(damaged(packed(form, whole(form))))


def read_or_refuse(folder: Path, form: str, content: bytes) -> None:
    path = folder / f"dump.{form}"
    path.write_bytes(content)
    try:
        told = ingest_dumps([path], PARAMS, folder / "playlists.npz", folder / "tracks.tsv", folder / "scratch")
    except DataError as error:
        text = str(error)
        if len(text.splitlines()) != 1 or not text.startswith((f"{path}: ", "none of ")):
            raise
        return
    unfit = told.unfit
    left = [unfit.user, unfit.time, unfit.recording, unfit.names, unfit.early, told.duplicates, told.few, told.surplus]
    assert unfit.read == told.kept + sum(left)
    table = (folder / "tracks.tsv").read_text("utf-8").split("\n")
    assert len(table) == told.tracks + 2
    assert {row.count("\t") for row in table[:-1]} == {4}


def peak() -> int:
    """The largest memory this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


FORMS = {
    "lines": ("listens",),
    "archives": ("tar", "tar.xz", "tar.zst"),
    "parquet": ("parquet", "spark.tar"),
}


@pytest.mark.parametrize("kind", FORMS)
def test_damaged_dumps_are_read_or_refused(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    fuzz(kind, tmp_path_factory, cases=60)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", FORMS)
def test_ten_thousand_damaged_dumps_are_read_or_refused(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = peak()
    fuzz(kind, tmp_path_factory, cases=10_000)
    assert peak() < before + 500 * MB


def fuzz(kind: str, factory: pytest.TempPathFactory, cases: int) -> None:
    from tempfile import TemporaryDirectory

    top = factory.mktemp(kind)

    @settings(max_examples=cases, suppress_health_check=list(HealthCheck), database=None)
    @given(files(FORMS[kind]))
    def check(file: tuple[str, bytes]) -> None:
        with TemporaryDirectory(dir=top) as folder:
            read_or_refuse(Path(folder), *file)

    check()
