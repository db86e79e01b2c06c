"""`python -m benchmarks.free_music.example`: write the tracks of pipelines/soundcloud/example.

Twelve invented tracks of 3 s by five uploaders, with two copies among them, and four tracks that a
filter leaves out. Another version of PyAV may write other bytes; the committed bytes then stay.
"""

import argparse
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import ROOT
from playlist2vec.base.files import write_text
from playlist2vec.sound.tones.synthesis import draw_artist, draw_genre, play

FOLDER = ROOT / "pipelines/soundcloud/example"
RATE = 11_025
SECONDS = 3
SOUND = 900
"""The seed of all invented songs and covers."""
REMOVE = """\
# Tracks and uploaders that asked to be left out, one a line: the id or the address of a track,
# soundcloud:users:9, or the address of an uploader. Copies of such a track leave with it.
"""


class Invented(NamedTuple):
    """A track of the example.

    `song`: the number of its sound. `gain`: loudness. `start`: the first second of the sound.
    """

    id: int
    uploader: int
    genre: str
    likes: int
    song: int
    licence: str = "cc-by"
    bit_rate: int = 24_000
    gain: float = 1.0
    start: float = 0.0


TRACKS = (
    Invented(1001, 21, "Techno", 40, 1, bit_rate=64_000),
    Invented(1002, 21, "techno", 12, 2, "cc-by-nc-sa"),
    Invented(1003, 22, "DnB", 7, 3, bit_rate=48_000),
    Invented(1004, 22, "Drum & Bass", 9, 4, "cc-by-sa"),
    Invented(1005, 23, "Hip Hop", 31, 5, "no-rights-reserved"),
    Invented(1006, 24, "hiphop", 2, 6, "cc-by-nc"),
    Invented(1007, 24, "Techno", 18, 7),
    # A quieter, re-encoded copy of 1001, and a cut copy of 1003 with more likes.
    Invented(1008, 25, "techno", 3, 1, bit_rate=64_000, gain=0.5),
    Invented(1009, 25, "dnb", 25, 3, bit_rate=48_000, start=0.5),
    # Not free, without a genre, and alone in its genre.
    Invented(1010, 23, "Hip Hop", 90, 8, "all-rights-reserved"),
    Invented(1011, 21, "free download", 5, 9),
    Invented(1012, 24, "Ambient", 6, 10, "cc-by-nd"),
)


def song(number: int, seconds: int = SECONDS, rate: int = RATE) -> NDArray[np.float32]:
    """Return an invented song of two voices, mono float32 (samples,) at `rate`.

    A voice is a low song of `tones`. The harmonics are as dense as in real music; every number has
    genres and artists of its own.
    """
    voices = np.zeros(seconds * rate, np.float32)
    for voice, gain in enumerate((0.6, 0.4)):
        rng = np.random.default_rng([SOUND, number, voice])
        genre = replace(draw_genre(int(rng.integers(8)), 8, rng), octave=voice, roll_off=0.7)
        samples = play(genre, draw_artist(rng), seconds, rate, rng).astype(np.float32)
        voices += np.float32(gain / np.abs(samples).max()) * samples
    return voices


def write_sound(
    path: Path, samples: NDArray[np.float32], rate: int, bit_rate: int, title: str = ""
) -> None:
    """Encode mono samples in the format of the path's suffix; `title`: a tag.

    Suffixes: .m4a or .aac (AAC), .mp3 and .flac.
    """
    import av

    forms = {
        ".m4a": ("aac", "mp4"),
        ".aac": ("aac", "adts"),
        ".mp3": ("libmp3lame", "mp3"),
        ".flac": ("flac", "flac"),
    }
    codec, form = forms[path.suffix]
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format=form) as container:
        if title:
            container.metadata["title"] = title
        stream = container.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = bit_rate
        whole = np.clip(np.rint(samples * 32_767), -32_768, 32_767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(whole[None]), format="s16", layout="mono"
        )
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate, frame_size=1_024
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))


def write_cover(path: Path, number: int) -> None:
    """Write an invented cover of 32 by 32 pixels as PNG."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    cells = np.random.default_rng([SOUND, 4, number]).integers(0, 256, (4, 4, 3), np.uint8)
    Image.fromarray(np.kron(cells, np.ones((8, 8, 1), np.uint8))).save(path, "PNG")


def metadata_of(track: Invented) -> dict[str, Any]:
    """Return the metadata of a track in the form of SoundCloud's API."""
    page = f"https://soundcloud.com/invented-{track.uploader}"
    return {
        "kind": "track",
        "id": track.id,
        "title": f"Song {track.song}",
        "user": {
            "id": track.uploader,
            "username": f"Invented {track.uploader}",
            "permalink_url": page,
        },
        "genre": track.genre,
        "license": track.licence,
        "duration": round(1_000 * (SECONDS - track.start)),
        "likes_count": track.likes,
        "playback_count": 10 * track.likes,
        "created_at": f"2020-05-{track.id % 100:02}T12:00:00Z",
        "artwork_url": f"https://i1.sndcdn.com/artworks-{track.id}-large.jpg",
        "permalink_url": f"{page}/song-{track.id}",
        "policy": "ALLOW",
        "sharing": "public",
    }


def line_of(folder: Path, track: Invented) -> str:
    """Return the line of the manifest for a track whose file is in `folder`."""
    file, cover = f"audio/{track.id}.m4a", f"covers/{track.song}.png"
    content = (folder / file).read_bytes()
    entry = {
        "id": track.id,
        "file": file,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "cover": cover,
        "metadata": metadata_of(track),
    }
    return json.dumps(entry) + "\n"


def write_example(folder: Path) -> None:
    """Write the files of the example: audio/, covers/, tracks.jsonl and remove.txt."""
    for track in TRACKS:
        samples = song(track.song)[round(track.start * RATE) :] * np.float32(track.gain)
        write_sound(folder / f"audio/{track.id}.m4a", samples, RATE, track.bit_rate)
        write_cover(folder / f"covers/{track.song}.png", track.song)
    write_text(folder / "tracks.jsonl", "".join(line_of(folder, track) for track in TRACKS))
    write_text(folder / "remove.txt", REMOVE)


def main() -> None:
    """Run the command line."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.free_music.example", description=about
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="default: pipelines/soundcloud/example"
    )
    write_example(parser.parse_args().folder)


if __name__ == "__main__":
    main()
