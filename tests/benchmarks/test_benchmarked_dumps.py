"""The dumps of the benchmark are whole, and say the same as lines and as Parquet."""

from pathlib import Path

import pytest

from benchmarks.data import listen_dumps
from benchmarks.data.listen_dumps import make, run
from playlist2vec.sources.listenbrainz.parts import parts_of, read_part


def test_lines_and_parquet_hold_the_same_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(listen_dumps, "BLOCK", 700)
    read = []
    for name in ("a.tar.zst", "a.tar"):
        make(2000, tmp_path / name)
        blocks = [
            block
            for part in parts_of([tmp_path / name], 1)
            for block in read_part(part, by_mbid=False)
        ]
        read.append(
            [
                (
                    known and user,
                    time,
                    *(column.different[code] for column, code in zip(texts, codes, strict=True)),
                )
                for block in blocks
                for texts in [(block.recordings, block.artists, block.titles)]
                for known, user, time, *codes in zip(
                    block.has_user.tolist(),
                    block.users.tolist(),
                    block.times.tolist(),
                    *(column.codes.tolist() for column in texts),
                    strict=True,
                )
            ]
        )
    assert len(read[0]) == 2000
    assert read[0] == read[1]
    assert len(set(read[0])) == 1980
    assert sum(row[0] is False for row in read[0]) == 2


def test_what_an_ingestion_took_is_told(tmp_path: Path) -> None:
    run(["make", str(tmp_path / "a.tar.zst"), "--listens", "1000"])
    told = run(["ingest", str(tmp_path / "a.tar.zst"), "--max-share", "0.5"])
    assert told.startswith("1,000 listens, ")
    assert " us a listen; " in told
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.zst"]
