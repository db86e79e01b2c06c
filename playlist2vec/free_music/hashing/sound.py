"""Sound files by PyAV: the hash of the encoded packets, and the samples of which fingerprints are
made.

PyAV brings its own FFmpeg, which decodes the AAC that SoundCloud gives; the decoders of
`playlist2vec.sound` do not.
"""

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FORMATS = frozenset(
    {"aac", "flac", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "mp3", "ogg", "wav"}
)
"""Containers that are read; a playlist, which names other files, is none of them."""


class UnreadableError(Exception):
    """A file that holds no sound which can be decoded; the text says what was found."""


class Sound(NamedTuple):
    """`packets`: SHA-256 of the encoded sound, without tags and container, in hexadecimal digits.

    `samples`: mono, float32 (samples,), at the rate that was asked for. `seconds`: their duration.
    """

    packets: str
    samples: NDArray[np.float32]
    seconds: float


def read_sound(path: Path, rate: int) -> Sound:
    """Decode a file to mono samples at `rate` a second. Raises UnreadableError where it is damaged,
    or no sound.

    A damaged file may ask for places that it does not have, which the system refuses.
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
