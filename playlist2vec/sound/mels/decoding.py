"""Decoding of sound files: by libsndfile, else by miniaudio, else by PyAV for AAC."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.sound.mels.spectrum import RATE, WINDOW

REASONS = ("missing", "empty", "unreadable", "truncated", "too_short", "silent")
"""Reasons for a file without samples."""
SILENT = 10 ** (-80 / 20)
"""Largest sample of a silent clip: -80 dB of full scale."""
SHORTEST = 1.0
"""Least number of seconds of a file."""
MISSING_SECONDS = 0.5
"""Allowed shortfall against the header, in seconds: encoders and decoders pad differently."""
_ADTS = (b"\xf0", b"\xf1", b"\xf8", b"\xf9")
"""Second bytes of a file of AAC frames."""


class NoSoundError(Exception):
    """Error for a file without usable sound.

    `reason`: one of REASONS. The text says what was found.
    """

    def __init__(self, reason: str, found: str) -> None:
        super().__init__(f"{reason.replace('_', ' ')}: {found}")
        self.reason = reason


class Clip(NamedTuple):
    """Mono samples at RATE, float32 (samples,), and the seconds of the whole file."""

    samples: NDArray[np.float32]
    seconds: float


class Part(NamedTuple):
    """Output of a decoder: float32 (frames, channels) at `rate`, and seconds of the whole file."""

    frames: NDArray[np.float32]
    rate: int
    seconds: float


def decode(source: str | Path | bytes, seconds: float, expected: float = 0.0) -> Clip:
    """Return the middle `seconds` of a sound file, or all of a shorter file.

    `source`: path of the file, or bytes. `expected`: least number of seconds of the file, if known.
    Raises NoSoundError for a file that is missing, empty, unreadable, shorter than the header or
    `expected` says, shorter than SHORTEST, or silent.
    """
    import soxr

    source = source if isinstance(source, bytes) else Path(source)
    if isinstance(source, Path) and not source.is_file():
        raise NoSoundError("missing", "no such file")
    if (len(source) if isinstance(source, bytes) else source.stat().st_size) == 0:
        raise NoSoundError("empty", "0 bytes")
    with quiet():
        part = _by_libsndfile(source, seconds) or _by_miniaudio(source, seconds)
    if part is None and isinstance(source, Path):
        part = _by_pyav(source, seconds, expected)
    if part is None:
        raise NoSoundError("unreadable", "no decoder knows it")
    if part.seconds < expected - MISSING_SECONDS:
        raise NoSoundError("truncated", f"{part.seconds:.1f} s of {expected:.1f} s")
    if part.seconds < SHORTEST or len(part.frames) < WINDOW:
        raise NoSoundError("too_short", f"{part.seconds:.2f} s")
    mono = mixed(part.frames)
    if not np.isfinite(mono).all():
        raise NoSoundError("unreadable", "samples that are no numbers")
    if float(np.abs(mono).max()) <= SILENT:
        raise NoSoundError("silent", f"{part.seconds:.1f} s of silence")
    samples = mono if part.rate == RATE else soxr.resample(mono, part.rate, RATE, quality="HQ")
    return Clip(samples.astype(np.float32, copy=False), part.seconds)


def mixed(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of the channels: float32 (frames, channels) to float32 (frames,).

    Summing channel by channel is ten times as fast as NumPy's mean over a short axis.
    """
    total = frames[:, 0].copy()
    for channel in range(1, frames.shape[1]):
        total += frames[:, channel]
    return total / np.float32(frames.shape[1])


def _by_libsndfile(source: Path | bytes, seconds: float) -> Part | None:
    """Return the middle of a file, or None where libsndfile rejects the file."""
    import soundfile

    try:
        with soundfile.SoundFile(
            io.BytesIO(source) if isinstance(source, bytes) else source
        ) as file:
            whole, rate = int(file.frames), int(file.samplerate)
            wanted = min(whole, round(seconds * rate))
            if wanted < whole:
                _check_end(file, whole, rate)
            file.seek((whole - wanted) // 2)
            frames = file.read(wanted, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError, MemoryError, ValueError):
        return None
    if len(frames) < wanted - MISSING_SECONDS * rate:
        raise NoSoundError("truncated", f"{len(frames) / rate:.1f} s of {wanted / rate:.1f} s")
    return Part(frames, rate, whole / rate)


def _check_end(file: Any, whole: int, rate: int) -> None:
    """Raise NoSoundError where the last second of a long file is unreadable.

    The length of an MP3 may be an estimate; after a failed seek the next decoder gets the file.
    """
    import soundfile

    try:
        file.seek(max(0, whole - rate))
        found = len(file.read(rate, dtype="float32", always_2d=True))
    except soundfile.LibsndfileError:
        if file.format == "MP3":
            raise
        found = 0
    if found < min(whole, rate) - MISSING_SECONDS * rate:
        raise NoSoundError("truncated", f"the end of {whole / rate:.1f} s is not there")


def _by_miniaudio(source: Path | bytes, seconds: float) -> Part | None:
    """Return the middle of a file at the file's rate, or None where miniaudio rejects the file."""
    import miniaudio

    try:
        info = _info(source)
        whole = info.num_frames
        start = max(0, (whole - round(seconds * info.sample_rate)) // 2)
        wanted = min(whole, round(seconds * info.sample_rate))
        blocks: list[NDArray[np.float32]] = []
        stream = _stream(source, info, start)
        while sum(map(len, blocks)) < wanted and (block := next(stream, None)) is not None:
            blocks.append(np.frombuffer(block, np.float32).reshape(-1, info.nchannels).copy())
    except (miniaudio.MiniaudioError, ValueError, OSError):
        return None
    frames = np.concatenate([np.zeros((0, info.nchannels), np.float32), *blocks])[:wanted]
    if len(frames) < wanted - MISSING_SECONDS * info.sample_rate:
        raise NoSoundError(
            "truncated",
            f"{len(frames) / info.sample_rate:.1f} s of {wanted / info.sample_rate:.1f} s",
        )
    return Part(frames, info.sample_rate, whole / info.sample_rate)


def _by_pyav(source: Path, seconds: float, expected: float) -> Part | None:
    """Return the middle of an AAC file, or None for another format or after an error of PyAV.

    The format is given to PyAV, so that no other file named in the file is read. `expected`:
    seconds of the whole file; bare AAC frames have no other length, and without `expected` the
    beginning is read.
    """
    import av

    with open(source, "rb") as file:
        begin = file.read(12)
    form = (
        "mov"
        if begin[4:8] == b"ftyp"
        else "aac"
        if begin[:1] == b"\xff" and begin[1:2] in _ADTS
        else ""
    )
    if not form:
        return None
    try:
        with (
            open(source, "rb") as file,
            av.open(file, format=form, options={"protocol_whitelist": "pipe"}) as container,
        ):
            stream = container.streams.audio[0]
            rate = int(stream.rate)
            whole = max(expected, (container.duration or 0) / 1_000_000 if form == "mov" else 0.0)
            start = max(0, round((whole - seconds) / 2 * rate))
            frames = _frames(container, stream, start + round(seconds * rate))[start:]
    except (av.FFmpegError, OSError, ValueError, IndexError):
        return None
    found = len(frames) / rate
    if found < min(seconds, whole) - MISSING_SECONDS:
        raise NoSoundError("truncated", f"{start / rate + found:.1f} s of {whole:.1f} s")
    return Part(frames, rate, max(whole, found))


def _frames(container: Any, stream: Any, end: int) -> NDArray[np.float32]:
    """Decode a stream from the beginning to before sample `end`: float32 (samples, channels)."""
    import av

    resampler = av.AudioResampler(format="fltp", layout=stream.layout.name, rate=stream.rate)
    parts, there = [np.zeros((stream.channels, 0), np.float32)], 0
    for frame in container.decode(stream):
        parts += [each.to_ndarray() for each in resampler.resample(frame)]
        there += parts[-1].shape[1]
        if there >= end:
            break
    return np.concatenate(parts, axis=1)[:, :end].T


def _info(source: Path | bytes) -> Any:
    """Return miniaudio's description of a file; bytes are read as MP3, the format of previews."""
    import miniaudio

    return (
        miniaudio.mp3_get_info(source)
        if isinstance(source, bytes)
        else miniaudio.get_file_info(str(source))
    )


def _stream(source: Path | bytes, info: Any, start: int) -> Iterator[Any]:
    """Yield blocks of interleaved float32 samples at the file's rate, from frame `start` on."""
    import miniaudio

    kind = (miniaudio.SampleFormat.FLOAT32, info.nchannels, info.sample_rate)
    if isinstance(source, Path):
        yield from miniaudio.stream_file(str(source), *kind, seek_frame=start)
        return
    for block in miniaudio.stream_memory(source, *kind):
        passed_over = min(start, len(block) // info.nchannels)
        start -= passed_over
        yield block[passed_over * info.nchannels :]


@contextmanager
def quiet() -> Iterator[None]:
    """Suppress the output of C libraries to stderr, such as libmpg123's for damaged frames."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
