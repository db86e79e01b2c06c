"""The sound of invented songs: whole files, HLS playlists with segments, and pictures, made when
they are asked for.
"""

import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.free_music.example import RATE, song, write_cover, write_sound

SEGMENT = 2
"""Seconds of a segment."""
LARGE = 16 << 20
"""Bytes that are more in a large file."""


@lru_cache(64)
def samples(number: int, seconds: int, gain: float = 1.0) -> NDArray[np.float32]:
    return song(number, seconds, RATE) * np.float32(gain)


@lru_cache(512)
def whole(number: int, seconds: int, ending: str, gain: float = 1.0) -> bytes:
    """A whole file: .m4a, .mp3, .flac or .wav."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sound{ending}"
        if ending == ".wav":
            _write_wav(path, samples(number, seconds, gain))
        else:
            write_sound(path, samples(number, seconds, gain), RATE, 48_000, title="as it was")
        return path.read_bytes()


@lru_cache(512)
def segments(
    number: int, seconds: int, form: str, gain: float = 1.0
) -> tuple[str, dict[str, bytes]]:
    """An HLS playlist, and what it names by file name: fragments of MP4 for `aac`, pieces of a file
    for `mp3`.
    """
    if form == "mp3":
        return _pieces(whole(number, seconds, ".mp3", gain), seconds)
    import av

    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder)
        (there / "whole.m4a").write_bytes(whole(number, seconds, ".m4a", gain))
        options = {
            "hls_time": str(SEGMENT),
            "hls_segment_type": "fmp4",
            "hls_playlist_type": "vod",
            "hls_fmp4_init_filename": "init.mp4",
            "hls_segment_filename": str(there / "%03d.m4s"),
        }
        with (
            av.open(str(there / "whole.m4a")) as source,
            av.open(str(there / "list.m3u8"), "w", format="hls", options=options) as target,
        ):
            made = target.add_stream_from_template(source.streams.audio[0])
            for packet in source.demux(source.streams.audio[0]):
                if packet.dts is not None:
                    packet.stream = made
                    target.mux(packet)
        files = {
            path.name: path.read_bytes()
            for path in sorted(there.iterdir())
            if path.suffix in (".mp4", ".m4s")
        }
        return (there / "list.m3u8").read_text("utf-8"), files


def _pieces(content: bytes, seconds: int) -> tuple[str, dict[str, bytes]]:
    """Cut an MP3 at its frames into segments."""
    import io

    import av

    packets: list[list[bytes]] = [[]]
    lengths = [0.0]
    with av.open(io.BytesIO(content)) as source:
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is None or packet.duration is None or packet.time_base is None:
                continue
            if lengths[-1] >= SEGMENT:
                packets.append([])
                lengths.append(0.0)
            packets[-1].append(bytes(packet))
            lengths[-1] += float(packet.duration * packet.time_base)
    files = {f"{place:03}.mp3": b"".join(each) for place, each in enumerate(packets)}
    lines = [f"#EXTINF:{length:.6f},\n{name}" for length, name in zip(lengths, files, strict=True)]
    head = (
        f"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:{SEGMENT + 1}\n#EXT-X-PLAYLIST-TYPE:VOD"
    )
    return "\n".join([head, *lines, "#EXT-X-ENDLIST\n"]), files


def _write_wav(path: Path, sound: NDArray[np.float32]) -> None:
    import wave

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.clip(np.rint(sound * 32_767), -32_768, 32_767).astype("<i2").tobytes())


def large(content: bytes) -> bytes:
    """A WAV file with LARGE bytes more, which mean nothing."""
    more = b"JUNK" + LARGE.to_bytes(4, "little") + bytes(LARGE)
    whole_size = len(content) - 8 + len(more)
    return content[:4] + whole_size.to_bytes(4, "little") + content[8:] + more


@lru_cache(512)
def cover(number: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cover.png"
        write_cover(path, number)
        return path.read_bytes()
