import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import needed_package

needed_package("pyarrow")

import pyarrow.parquet as pq  # noqa: E402

from playlist2vec.base.rules import RefusedError  # noqa: E402
from playlist2vec.free_music.release.params import CardParams  # noqa: E402
from playlist2vec.free_music.release.rows import Row  # noqa: E402
from playlist2vec.free_music.release.writing import write_set  # noqa: E402
from playlist2vec.free_music.selection.filters import Judged  # noqa: E402
from playlist2vec.free_music.selection.params import UploaderSplitParams  # noqa: E402
from tests.free_music.tracks import entry, hashed  # noqa: E402

pytestmark = pytest.mark.extra
CARD = CardParams(
    "Free", "Invented.", "1.0.0", "2026-01-01", "https://example.org/free", "Write to us.", ""
)
SPLIT = UploaderSplitParams(0.25, 0.25, 200, 5)
STRANGE = 'Tab\tand "quotes" | and ü'


def judged(track: int, uploader: int, fate: str = "kept", **changed: Any) -> Judged:
    made = entry(track, uploader, **changed)
    return Judged(made, made.track, hashed(track, seconds=36.0), "techno", fate)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    tracks = [
        judged(1, 21, title=STRANGE, track_authorization="secret", secret_token="s-secret"),
        judged(2, 22, license="no-rights-reserved", likes_count=None, playback_count=None),
        judged(3, 22, "copy"),
        judged(4, 23, license="cc-by-nc"),
    ]
    numbers = write_set(tmp_path / "set", tracks, SPLIT, CARD)
    assert (numbers["read"], numbers["fates"]["kept"], numbers["fates"]["copy"]) == (4, 3, 1)
    assert sum(numbers["fates"].values()) == 4
    assert numbers["licences"] == {"CC BY 3.0": 1, "CC BY-NC 3.0": 1, "CC0 1.0": 1}
    assert numbers["genres"] == {"techno": 3}
    assert sum(part["tracks"] for part in numbers["parts"].values()) == 3
    assert sum(part["hours"] for part in numbers["parts"].values()) == pytest.approx(0.03)
    return tmp_path / "set"


def test_the_table_has_a_row_a_kept_track(written: Path) -> None:
    table = pq.read_table(written / "tracks.parquet")
    assert table.column_names == list(Row._fields)
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == [1, 2, 4]
    assert (rows[0]["uploader_id"], rows[0]["licence_name"], rows[0]["duration"]) == (
        21,
        "CC BY 3.0",
        36.0,
    )
    assert (rows[1]["likes"], rows[1]["plays"]) == (-1, -1)
    assert rows[0]["title"] == STRANGE.replace("\t", " ")


def test_raw_metadata_have_the_split_and_no_secret(written: Path) -> None:
    text = (written / "scdata.json").read_text("utf-8")
    raw = json.loads(text)
    rows = pq.read_table(written / "tracks.parquet").to_pylist()
    assert [each["scdata_split"] for each in raw] == [row["split"] for row in rows]
    assert raw[0]["title"] == STRANGE
    assert "secret" not in text


def test_every_track_is_attributed(written: Path) -> None:
    lines = [
        line.split("\t") for line in (written / "attribution.tsv").read_text("utf-8").splitlines()
    ]
    assert lines[0] == ["id", "title", "uploader", "address", "licence_name", "licence_address"]
    assert [line[0] for line in lines[1:]] == ["1", "2", "4"]
    assert all(all(line) and len(line) == 6 for line in lines)


def test_licences_are_those_that_occur(written: Path) -> None:
    text = (written / "LICENCES.md").read_text("utf-8")
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [
        "CC0 1.0",
        "CC BY 3.0",
        "CC BY-NC 3.0",
    ]
    assert "<https://creativecommons.org/licenses/by-nc/3.0/>" in text


def test_checksums_are_clean(written: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "checksums.sha256"],
        cwd=written,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.count(": OK\n")) == (0, 6)
    named = {
        line.split("  ")[1]
        for line in (written / "checksums.sha256").read_text("utf-8").splitlines()
    }
    assert named | {"checksums.sha256"} == {path.name for path in written.iterdir()}
    assert (written / "audio.sha256").read_text("utf-8").splitlines()[0] == f"{1:064x}  audio/1.m4a"


def test_croissant_is_read_by_its_own_library(written: Path) -> None:
    needed_package("mlcroissant")
    import mlcroissant

    data = mlcroissant.Dataset(str(written / "croissant.json"))
    assert not data.metadata.ctx.issues.errors
    assert not data.metadata.ctx.issues.warnings
    records = list(data.records("tracks"))
    assert [record["tracks/id"] for record in records] == [1, 2, 4]
    assert [record["tracks/licence"] for record in records] == [
        b"cc-by",
        b"no-rights-reserved",
        b"cc-by-nc",
    ]


def test_no_track_is_a_set_too(tmp_path: Path) -> None:
    numbers = write_set(tmp_path / "set", [judged(1, 21, "licence")], SPLIT, CARD)
    assert numbers["fates"]["kept"] == numbers["uploaders"] == 0
    assert json.loads((tmp_path / "set/scdata.json").read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("version", "1.0", "card.version = 1.0: expected three numbers with dots between"),
        (
            "published",
            "2026-13-01",
            "card.published = 2026-13-01: expected a date such as 2026-05-09",
        ),
        (
            "address",
            "example.org",
            "card.address = example.org: expected an address that begins with http",
        ),
    ],
)
def test_wrong_parameters_of_the_card(name: str, value: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        CardParams(**(vars(CARD) | {name: value})).check()
