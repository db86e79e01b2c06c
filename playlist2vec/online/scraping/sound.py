"""Sound in memory, by PyAV: length, complete decoding, and packets copied to a plain file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from playlist2vec.free_music.hashing.making import SECONDS, SHARE
from playlist2vec.free_music.hashing.sound import FORMATS
from playlist2vec.online.soundcloud.answers import SHAPE, CallError
from playlist2vec.online.soundcloud.cdn import DamagedError

if TYPE_CHECKING:
    from av.container import InputContainer

ENDINGS = {
    "mov,mp4,m4a,3gp,3g2,mj2": ".m4a",
    "mp3": ".mp3",
    "ogg": ".ogg",
    "flac": ".flac",
    "wav": ".wav",
}
"""File extensions of files that are kept, by FFmpeg's name of the format."""
STREAMED = {"aac": ("ipod", ".m4a"), "mp3": ("mp3", ".mp3"), "opus": ("ogg", ".ogg")}
"""Format and extension of a stream's file, by codec."""


PART = 0.01
"""The share of a segment that may be missing at the end."""
PACKET = 0.1
"""Seconds of the longest packet; playlists and files differ in the length of the last packet."""
MISSING = 0.05
"""Seconds by which sound may be shorter than the file's own duration."""


class Sound(NamedTuple):
    """The content of a sound file, and the extension of its name."""

    content: bytes
    ending: str


@contextmanager
def _opened(content: bytes) -> "Iterator[InputContainer]":
    """Open sound for the block. Raises DamagedError for other content and for damaged sound."""
    import av

    try:
        with av.open(io.BytesIO(content), options={"protocol_whitelist": "pipe"}) as container:
            if container.format.name not in FORMATS or not container.streams.audio:
                raise DamagedError(f"no sound but a file of the kind {container.format.name}")
            if container.streams.audio[0].codec_context is None:
                raise DamagedError("sound of an unknown codec")
            yield container
    except (av.FFmpegError, OSError, ValueError) as error:
        raise DamagedError(
            f"no sound that can be read: {' '.join(str(error).split())[:80]}"
        ) from None


def check_segment(content: bytes, seconds: float) -> None:
    """Check by the packets that sound has `seconds`; a share PART and a packet may be missing.

    Raises DamagedError.
    """
    with _opened(content) as container:
        stream = container.streams.audio[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        found = float(sum(packet.duration or 0 for packet in packets) * (stream.time_base or 0))
    if any(packet.is_corrupt for packet in packets) or (seconds and not packets):
        raise DamagedError("a segment that was cut")
    if seconds - found > PART * seconds + PACKET:
        raise DamagedError(f"a segment of {found:.2f} s: expected {seconds:.2f} s")


def checked(content: bytes, seconds: float) -> Sound:
    """Return the sound of a file whose decoded length is `seconds`.

    The length may differ by a SHARE or by SECONDS, and may be shorter than the file's own duration
    by MISSING. Raises DamagedError, and CallError for a format that is not kept.
    """
    with _opened(content) as container:
        ending = ENDINGS.get(container.format.name, "")
        stream = container.streams.audio[0]
        decoded, corrupt = 0.0, False
        for packet in container.demux(stream):
            corrupt = corrupt or packet.is_corrupt
            decoded += sum(frame.samples / frame.sample_rate for frame in packet.decode())
        said = float((stream.duration or 0) * (stream.time_base or 0))
    if not ending:
        raise CallError(SHAPE, f"a file of another form: expected {', '.join(ENDINGS.values())}")
    if corrupt or (decoded < said - MISSING and not (ending == ".mp3" and _is_guessed(content))):
        raise DamagedError(f"{decoded:.1f} s of sound, which was cut: expected {said:.1f} s")
    if abs(decoded - seconds) > max(SECONDS, SHARE * seconds):
        raise DamagedError(f"{decoded:.1f} s of sound: expected {seconds:.1f} s")
    return Sound(content, ending)


def _is_guessed(content: bytes) -> bool:
    """Return True if an MP3 file has no length, so that the length was guessed from the size."""
    from mutagen import MutagenError
    from mutagen.mp3 import MP3, BitrateMode

    try:
        return bool(MP3(io.BytesIO(content)).info.bitrate_mode == BitrateMode.UNKNOWN)
    except MutagenError:
        return True


def remuxed(content: bytes) -> Sound:
    """Return the packets of a stream in a plain file.

    Raises DamagedError, and CallError for an unknown codec.
    """
    import av

    target = io.BytesIO()
    with _opened(content) as source:
        stream: Any = source.streams.audio[0]
        codec = stream.codec_context.name.removesuffix("float")
        if codec not in STREAMED:
            raise CallError(SHAPE, f"a stream of the codec {codec}: expected {', '.join(STREAMED)}")
        form, ending = STREAMED[codec]
        with av.open(target, "w", format=form, container_options={"fflags": "+bitexact"}) as made:
            copy = made.add_stream_from_template(stream)
            for packet in source.demux(stream):
                if packet.size:
                    packet.stream = copy
                    made.mux(packet)
    return Sound(target.getvalue(), ending)
