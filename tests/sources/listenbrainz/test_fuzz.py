"""Damaged and hostile dumps: each is read and counted, or refused in one line, in little memory."""

import lzma
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import zstandard
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.engine.local import LocalEngine
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.sessions import ingest_dumps
from tests.builders.fuzzing import MB, damaged, fuzz, strange_json
from tests.builders.listen_files import lines, months, parquet, plant, tar
from tests.conftest import MANY
from tests.peak import peak

ROWS = plant(users=3, sessions=2, songs=6, spoil=1).rows
PARAMS = ListenBrainzParams("unused", "recording_mbid", 30, 1, 0.9, keep_users=False)
FIELDS = (
    "user_id",
    "user_name",
    "timestamp",
    "recording_msid",
    "track_metadata",
    "artist_name",
    "additional_info",
)


@cache
def whole(form: str) -> bytes:
    """A valid file of one form."""
    if form == "parquet":
        return parquet(ROWS)
    members = [("spark/0.parquet", parquet(ROWS[:20])), ("spark/1.parquet", parquet(ROWS[20:]))]
    return (
        lines(ROWS) if form == "listens" else tar(members if form == "spark.tar" else months(ROWS))
    )


def packed(form: str, content: bytes) -> bytes:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "tar.xz": lzma.compress,
        "tar.zst": zstandard.compress,
    }
    return packers[form](content) if form in packers else content


@st.composite
def strange_lines(draw: st.DrawFn) -> bytes:
    """Lines of JSON of which some have other values, other types, keys twice, deep nesting or
    another encoding.
    """
    content = lines(ROWS).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content) - 1))
        content[place] = draw(strange_json(content[place], FIELDS))
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


def read_or_refuse(folder: Path, file: tuple[str, bytes]) -> None:
    form, content = file
    path = folder / f"dump.{form}"
    path.write_bytes(content)
    try:
        out = (folder / "playlists.npz", folder / "tracks.tsv")
        summary = ingest_dumps([path], PARAMS, LocalEngine(1), *out, folder / "scratch")
    except DataError as error:
        text = str(error)
        if len(text.splitlines()) != 1 or not text.startswith((f"{path}: ", "none of ")):
            raise
        return
    rejected = summary.rejected
    left = [
        rejected.user,
        rejected.time,
        rejected.recording,
        rejected.names,
        rejected.early,
        summary.duplicates,
        summary.few,
        summary.surplus,
    ]
    assert rejected.read == summary.kept + sum(left)
    table = (folder / "tracks.tsv").read_text("utf-8").split("\n")
    assert len(table) == summary.tracks + 2
    assert {row.count("\t") for row in table[:-1]} == {4}


FORMS = {
    "lines": ("listens",),
    "archives": ("tar", "tar.xz", "tar.zst"),
    "parquet": ("parquet", "spark.tar"),
}


@pytest.mark.parametrize("kind", FORMS)
def test_damaged_dumps_are_read_or_refused(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fuzz(60, files(FORMS[kind]), read_or_refuse, tmp_path_factory)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", FORMS)
def test_many_damaged_dumps_are_read_or_refused(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = peak()
    fuzz(MANY, files(FORMS[kind]), read_or_refuse, tmp_path_factory)
    assert peak() < before + 500 * MB
