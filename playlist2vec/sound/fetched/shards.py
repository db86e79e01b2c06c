"""Files of 1,000 spectrograms: .npy arrays, uint8 (songs, frames, bins), extended song by song."""

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import reading
from playlist2vec.sound.fetched.table import SHARD, shard_path
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.spectrum import HOP, RATE


def frames_of(params: MelParams) -> int:
    """Return the number of frames reserved for a song: those of `params.seconds` seconds."""
    return 1 + params.seconds * RATE // HOP


class Shards:
    """The shards of a folder, for writing.

    A song has a slot by `place`: shard, and number in the shard. The remains of a song interrupted
    by a kill are overwritten when the song is written again.
    """

    def __init__(self, folder: Path, params: MelParams) -> None:
        self._folder = folder
        self._shape = (frames_of(params), params.bins)
        self._path = Path()
        self._file: BinaryIO | None = None

    def write(self, place: int, mel: NDArray[np.uint8], *, last: bool) -> None:
        """Write the spectrogram of a song, uint8 (frames, bins), padded by zeros to a slot.

        A song without a spectrogram has 0 frames. `last`: True if the song is the last of the shard
        so far.
        """
        frames, bins = self._shape
        file = self._opened(shard_path(self._folder, place))
        number = place % SHARD
        start = len(header_of(1, *self._shape)) + number * frames * bins
        if last:
            # The unwritten rest of the slot is a hole in the file and takes no disk space.
            file.truncate(start)
            file.truncate(start + frames * bins)
            file.seek(0)
            file.write(header_of(number + 1, *self._shape))
        if len(mel):
            file.seek(start)
            file.write(mel.tobytes())
        file.flush()

    def close(self) -> None:
        """Close the open shard."""
        if self._file:
            self._file.close()
            self._file = None

    def _opened(self, path: Path) -> BinaryIO:
        if self._file is None or path != self._path:
            self.close()
            path.touch()
            self._path, self._file = path, open(path, "r+b")  # noqa: SIM115  (closed by `close`)
        return self._file


def header_of(songs: int, frames: int, bins: int) -> bytes:
    """Return the header of a .npy file of `songs` songs; NumPy's padding lets the number grow."""
    header = io.BytesIO()
    shape = (songs, frames, bins)
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": shape}
    )
    return header.getvalue()


def open_shard(path: Path, songs: int, params: MelParams) -> NDArray[np.uint8]:
    """Map a shard into memory: uint8 (songs, frames, bins).

    Raises DataError for another shape or dtype, and for fewer songs.
    """
    expected = f"{songs:,} songs as `playlist2vec fetch-mels` writes them"
    with reading(path, expected):
        shard: NDArray[np.uint8] = np.load(path, mmap_mode="r", allow_pickle=False)
    if (
        shard.dtype != np.uint8
        or shard.ndim != 3
        or shard.shape[1:] != (frames_of(params), params.bins)
    ):
        raise DataError(f"{path}: {shard.dtype} {shard.shape}: expected {expected}")
    if len(shard) < songs:
        raise DataError(f"{path}: {len(shard):,} songs: expected {expected}")
    return shard
