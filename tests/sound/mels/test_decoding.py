"""Sound files as people have them: each gives its samples or its reason."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.free_music.example import write_sound
from playlist2vec.sound.mels.decoding import NoSoundError, decode
from playlist2vec.sound.mels.making import counts_of, make_mel, make_mels, summary_of
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.spectrum import RATE
from playlist2vec.sound.table.files import Sound
from tests.conftest import needed_package
from tests.sound.mels.files import faulty, tone, write

for package in ("av", "soundfile", "soxr", "miniaudio"):
    needed_package(package)
pytestmark = pytest.mark.extra

PARAMS = MelParams(bins=32, min=-80, max=0, seconds=30, workers=1)
EXPECTED = {
    "truncated.flac": "truncated",
    "junk before.mp3": "ok",
    "junk between.mp3": "ok",
    "trailing zeros.mp3": "ok",
    "empty.mp3": "empty",
    "page.mp3": "unreadable",
    "huge tag.mp3": "ok",
    "wrong extension.ogg": "ok",
    "silent.wav": "silent",
    "tiny.wav": "too_short",
}


def test_ten_faulty_files_give_their_sound_or_their_reason(tmp_path: Path) -> None:
    files = faulty(tmp_path)
    made = {name: make_mel(Sound(name, str(path)), PARAMS) for name, path in files.items()}
    assert {name: one.row.status for name, one in made.items()} == EXPECTED
    for name, one in made.items():
        assert (len(one.mel) > 0) == (EXPECTED[name] == "ok")
        assert one.row.frames == len(one.mel)
    good = make_mel(Sound("good", str(tmp_path / "good.mp3")), PARAMS)
    for name in ("trailing zeros.mp3", "huge tag.mp3"):
        assert abs(len(made[name].mel) - len(good.mel)) <= 3


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_formats_that_libsndfile_reads_agree(tmp_path: Path, suffix: str) -> None:
    clip = decode(write(tmp_path / f"a.{suffix}"), 30)
    whole = decode(write(tmp_path / "b.wav"), 30)
    assert clip.samples.dtype == np.float32
    assert clip.seconds == pytest.approx(4.0, abs=0.06)
    length = min(len(clip.samples), len(whole.samples))
    # An MP3 may be shifted by a part of a sample.
    same = np.corrcoef(clip.samples[:length], whole.samples[:length])[0, 1]
    assert same > (0.999999 if suffix in ("wav", "flac") else 0.95)


def test_the_middle_of_a_longer_file_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", seconds=9, rate=RATE)
    clip = decode(path, 3)
    assert len(clip.samples) == 3 * RATE
    assert clip.seconds == 9
    middle = tone(9, RATE).mean(axis=1)[3 * RATE : 6 * RATE]
    assert np.abs(clip.samples - middle).max() < 1e-3


def test_a_long_file_whose_end_is_missing_is_truncated(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", seconds=20)
    path.write_bytes(path.read_bytes()[:-200_000])
    with pytest.raises(NoSoundError) as error:
        decode(path, 3)
    assert error.value.reason == "truncated"


def test_a_file_shorter_than_expected_is_truncated(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", seconds=4)
    assert decode(path, 30, expected=4).seconds == pytest.approx(4, abs=0.1)
    with pytest.raises(NoSoundError, match=r"truncated: 4\.\d s of 30\.0 s"):
        decode(path, 30, expected=30)


def test_decoders_write_nothing_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in faulty(tmp_path).values():
        make_mel(Sound("a", str(path)), PARAMS)
    assert capfd.readouterr().err == ""


def test_counts_add_up_and_a_missing_file_stops_nothing(tmp_path: Path) -> None:
    paths = [*faulty(tmp_path).values(), tmp_path / "gone.mp3"]
    sounds = [Sound(path.name, str(path)) for path in paths]
    rows = make_mels(sounds, PARAMS, tmp_path / "scratch", tmp_path / "mels", lambda _: None)
    counts = counts_of(rows)
    assert counts["songs"] == 11
    assert (
        sum(value for name, value in counts.items() if name not in ("songs", "hours", "frames"))
        == 11
    )
    assert summary_of(rows) == (
        "5 of 11 songs have sound; without: 1 missing, 1 empty, 1 unreadable, 1 truncated, "
        "1 too short, 1 silent"
    )


@pytest.mark.parametrize("name", ["a.m4a", "a.aac", "-n 'x'.m4a"])
def test_aac_is_decoded_whatever_programs_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    flac = write(tmp_path / "a.flac", seconds=12.0)
    made = tmp_path / name
    write_sound(made, tone(12.0).mean(axis=1), 44_100, 128_000)
    same, wanted = decode(made, 4.0, 12.0), decode(flac, 4.0, 12.0)
    assert same.seconds == pytest.approx(12.0, abs=0.1)
    assert len(same.samples) == 4 * RATE
    assert np.std(same.samples) == pytest.approx(np.std(wanted.samples), rel=0.1)
    (tmp_path / f"cut {name}").write_bytes(made.read_bytes()[: made.stat().st_size // 3])
    with pytest.raises(NoSoundError):
        decode(tmp_path / f"cut {name}", 4.0, 12.0)


def test_a_list_that_calls_itself_a_song_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "secret.wav")
    for begin in (b"#EXTM3U\n", b"\x00\x00\x00\x20ftypM4A \n#EXTM3U\n"):
        (tmp_path / "list.m4a").write_bytes(
            begin + f"#EXTINF:4,x\nfile:{tmp_path}/secret.wav\n".encode()
        )
        with pytest.raises(NoSoundError, match="unreadable"):
            decode(tmp_path / "list.m4a", 4.0, 4.0)
