import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import needed_package

needed_package("av")
needed_package("PIL")

from benchmarks.free_music.example import song, write_cover, write_sound  # noqa: E402
from playlist2vec.base.errors import DataError  # noqa: E402
from playlist2vec.free_music.fingerprints.matching import find_copies  # noqa: E402
from playlist2vec.free_music.fingerprints.storage import Fingerprints  # noqa: E402
from playlist2vec.free_music.hashing.covers import cover_hash  # noqa: E402
from playlist2vec.free_music.hashing.making import Work, counts_of, hash_all, hash_track  # noqa: E402
from playlist2vec.free_music.hashing.sound import UnreadableError, read_sound  # noqa: E402
from playlist2vec.free_music.hashing.table import read_hashes  # noqa: E402
from playlist2vec.free_music.manifest.entries import Entry  # noqa: E402
from tests.free_music.tracks import metadata  # noqa: E402

pytestmark = pytest.mark.extra
RATE, SECONDS = 22_050, 35


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder, whole = tmp_path_factory.mktemp("sounds"), song(1, SECONDS, RATE)
    write_sound(folder / "whole.m4a", whole, RATE, 96_000)
    write_sound(folder / "tagged.m4a", whole, RATE, 96_000, title="Another title")
    write_sound(folder / "anew.mp3", whole, RATE, 64_000)
    write_sound(folder / "quieter.flac", whole * np.float32(0.2), RATE, 0)
    write_sound(folder / "cut.mp3", whole[4 * RATE :], RATE, 64_000)
    write_sound(folder / "piece.m4a", whole[2 * RATE + 77 : 32 * RATE + 77], RATE, 64_000)
    write_sound(folder / "other.m4a", song(2, SECONDS, RATE), RATE, 96_000)
    yield folder
    shutil.rmtree(folder)


def test_every_kind_of_copy_is_found(sounds: Path) -> None:
    names = sorted(path.name for path in sounds.iterdir())
    made = [hash_track(work(sounds / name)) for name in names]
    pairs = find_copies(Fingerprints.of_all([each.words for each in made]))
    other = names.index("other.m4a")
    alike = [place for place in range(len(names)) if place != other]
    assert [pair[:2] for pair in pairs] == [(a, b) for a in alike for b in alike if a < b]
    assert max(pair.error for pair in pairs) < 0.25


def test_tags_change_the_file_but_not_its_packets(sounds: Path) -> None:
    whole, tagged, other = (
        hash_track(work(sounds / name)).row for name in ("whole.m4a", "tagged.m4a", "other.m4a")
    )
    assert whole.sha256 != tagged.sha256
    assert whole.packets == tagged.packets != other.packets


def work(path: Path, seconds: float = 0.0, digest: str = "", cover: str = "") -> Work:
    return Work(
        1,
        str(path),
        digest or (sha256(path.read_bytes()).hexdigest() if path.exists() else ""),
        cover,
        seconds,
    )


def test_what_is_wrong_with_a_file(sounds: Path, tmp_path: Path) -> None:
    whole = sounds / "whole.m4a"
    (tmp_path / "text.mp3").write_text("no sound", "utf-8")
    (tmp_path / "list.m3u8").write_text(f"#EXTM3U\n#EXTINF:9,\n{whole}\n", "utf-8")
    (tmp_path / "empty.mp3").touch()
    write_sound(tmp_path / "short.flac", song(1, 2, RATE)[: RATE // 5], RATE, 0)
    write_sound(tmp_path / "silent.flac", np.zeros(3 * RATE, np.float32), RATE, 0)
    mp3 = (sounds / "anew.mp3").read_bytes()
    (tmp_path / "cut_off.mp3").write_bytes(mp3[: 2 * len(mp3) // 3])
    expected = {
        work(whole, SECONDS): "ok",
        work(whole, SECONDS + 0.9): "ok",
        work(whole, SECONDS + 1.5): "truncated",
        work(whole, digest="0" * 64): "changed",
        work(tmp_path / "nowhere.mp3"): "missing",
        work(tmp_path / "text.mp3"): "unreadable",
        work(tmp_path / "list.m3u8"): "unreadable",
        work(tmp_path / "empty.mp3"): "unreadable",
        work(tmp_path / "short.flac"): "too_short",
        work(tmp_path / "silent.flac"): "silent",
        work(tmp_path / "cut_off.mp3", SECONDS): "truncated",
    }
    made = {each: hash_track(each) for each in expected}
    assert {each: found.row.status for each, found in made.items()} == expected
    assert all(found.row.words == len(found.words) for found in made.values())
    assert all(bool(len(found.words)) == (found.row.status == "ok") for found in made.values())


def test_a_sound_of_another_kind_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_text("no sound", "utf-8")
    with pytest.raises(UnreadableError, match="Invalid data"):
        read_sound(tmp_path / "a.mp3", RATE)


def test_covers(tmp_path: Path) -> None:
    from PIL import Image

    for number in (1, 2):
        write_cover(tmp_path / f"{number}.png", number)
    with Image.open(tmp_path / "1.png") as picture:
        picture.resize((128, 128), Image.Resampling.BILINEAR).save(
            tmp_path / "large.jpg", quality=90
        )
    (tmp_path / "text.png").write_text("no picture", "utf-8")
    first, second, large = (
        int(cover_hash(tmp_path / name), 16) for name in ("1.png", "2.png", "large.jpg")
    )
    assert (first ^ large).bit_count() <= 8 < (first ^ second).bit_count()
    assert cover_hash(tmp_path / "text.png") == cover_hash(tmp_path / "nowhere.png") == ""


def entries_of(folder: Path) -> list[Entry]:
    paths = sorted(folder.iterdir())
    digests = [sha256(path.read_bytes()).hexdigest() for path in paths]
    return [
        Entry(number, path.name, path.stat().st_size, digest, "", metadata(number, duration=None))
        for number, (path, digest) in enumerate(zip(paths, digests, strict=True), start=1)
    ]


def test_a_run_after_a_killed_one_goes_on_and_writes_the_same(
    sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playlist2vec.free_music.hashing import making

    monkeypatch.setattr(making, "BATCH", 2)
    entries, real, done = entries_of(sounds)[:5], making.hash_track, list[str]()
    rows = hash_all(entries, sounds, 1, tmp_path / "scratch", tmp_path / "one", lambda _: None)

    def dying(given: Work) -> making.Hashed:
        done.append(given.file)
        if len(done) == 4:
            raise KeyboardInterrupt
        return real(given)

    monkeypatch.setattr(making, "hash_track", dying)
    with pytest.raises(KeyboardInterrupt):
        hash_all(entries, sounds, 1, tmp_path / "scratch", tmp_path / "two", lambda _: None)
    assert not (tmp_path / "two").exists()
    hash_all(entries, sounds, 1, tmp_path / "scratch", tmp_path / "two", lambda _: None)
    assert len(done) == 4 + 3
    for name in ("hashes.tsv", "words.npy", "starts.npy"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert not list((tmp_path / "scratch").iterdir())
    assert read_hashes(tmp_path / "one") == rows
    counts = counts_of(rows)
    assert (counts["tracks"], counts["ok"], counts["covers"]) == (5, 5, 0)


def test_a_damaged_table_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "hashes.tsv").write_text("id\tstatus\n", "utf-8")
    with pytest.raises(
        DataError, match=r"hashes.tsv: line 1: expected the columns id status seconds"
    ):
        read_hashes(tmp_path)
