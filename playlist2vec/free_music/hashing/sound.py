"""Sound files read by PyAV: the hash of the encoded packets, and samples for fingerprints.

PyAV brings an FFmpeg of its own, which decodes SoundCloud's AAC.
"""

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FORMATS = frozenset(
    {"aac", "flac", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "mp3", "ogg", "wav"}
)
"""Accepted containers; a playlist, which names other files, is not accepted."""


class UnreadableError(Exception):
    """Error for a file without decodable sound; the text says why."""


class Sound(NamedTuple):
    """A decoded sound.

    `packets`: SHA-256 of the encoded sound, without tags and container, in hexadecimal. `samples`:
    mono, float32 (samples,), at the requested rate. `seconds`: duration of the samples.
    """

    packets: str
    samples: NDArray[np.float32]
    seconds: float


def read_sound(path: Path, rate: int) -> Sound:
    """Decode a file to mono samples at `rate`. Raises UnreadableError for damage or no sound.

    A damaged file may point to places outside the file; the system's error is caught, too.
    """
    import av

    hashed, parts = sha256(), [np.zeros(0, np.float32)]
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
    try:
        with (
            open(path, "rb") as file,
            av.open(file, options={"protocol_whitelist": "pipe"}) as container,
        ):
            if container.format.name not in FORMATS:
                raise UnreadableError(f"a file of the kind {container.format.name}")
            if not container.streams.audio:
                raise UnreadableError("no sound in it")
            for packet in container.demux(container.streams.audio[0]):
                hashed.update(packet)
                for frame in packet.decode():
                    parts += [each.to_ndarray()[0] for each in resampler.resample(frame)]
            parts += [each.to_ndarray()[0] for each in resampler.resample(None)]
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnreadableError(" ".join(str(error).split())[:80]) from None
    samples = np.concatenate(parts)
    return Sound(hashed.hexdigest(), samples, len(samples) / rate)
