import gzip
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.formats.text import lines_of


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-9],
        lambda packed: b"no" + packed,
        lambda packed: packed[:20] + packed[:40],
    ],
)
def test_a_damaged_gz_file(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    path = tmp_path / "p.txt.gz"
    path.write_bytes(damage(gzip.compress(b"".join(b"%d %d\n" % (i, i * i) for i in range(5000)))))
    with pytest.raises(
        DataError, match=r"p\.txt\.gz: cannot be unpacked \(.*\): expected a whole \.gz file$"
    ):
        list(lines_of(path))


def test_a_line_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlist2vec.formats.text.LONGEST", 100)
    path = tmp_path / "p.txt"
    path.write_bytes(b"a b\n" + b"\0" * 1000)
    with pytest.raises(
        DataError, match=r"p\.txt: line 2 is longer than 100 bytes: expected lines of text$"
    ):
        list(lines_of(path))
