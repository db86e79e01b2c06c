"""`python -m benchmarks.data.mpd_slices FOLDER`: write invented slices in the form of the MPD.

The MPD is Spotify's Million Playlist Dataset. A million invented playlists have 66.4 entries on
average and 2,262,292 different tracks, as the MPD has (Ching-Wei Chen and others, RecSys Challenge
2018, ACM RecSys 2018). The most frequent track occurs 45,880 times, two fifths of the tracks once.
The number of tracks grows with the number of playlists to the power of 0.55. No real person's data
are included.

Every song belongs to one of 64 themes, the theme of its artist, and most entries of a playlist have
the playlist's theme. All draws are integers, hashed from the seed and the number of the drawn
object. So the bytes of a slice follow from the seed alone, on every machine and with any number of
processes.
"""

import argparse
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.data.mpd_draws import (
    GROWTH,
    LONGEST,
    SIZE,
    THEMES,
    TRACKS,
    Shape,
    albums_of,
    artist_name_of,
    artists_of,
    draws_of,
    durations_of,
    ids_of,
    lengths_of,
    songs_of,
    theme_of,
    title_of,
)
from playlist2vec.base.files import whole_file
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams

FIRST_DAY = 1_262_304_000
"""2010-01-01, in seconds since 1970."""
ZIP_NAME = "spotify_million_playlist_dataset.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of all members of a zip file, so that the bytes are always the same."""


def shape_of(
    playlists: int,
    *,
    songs: int | None = None,
    longest: int = LONGEST,
    size: int = SIZE,
    seed: int = 1,
    indent: int | None = 4,
) -> Shape:
    """Return the shape of `playlists` playlists.

    `songs`: different tracks; None for TRACKS, scaled from a million playlists.
    """
    entries = int(lengths_of(np.arange(playlists, dtype=np.uint64), longest, seed).sum())
    wanted = round(TRACKS * (playlists / 1e6) ** GROWTH) if songs is None else songs
    return Shape(playlists, entries, min(wanted, entries), longest, size, seed, indent)


def write_slices(folder: Path, shape: Shape, workers: int = 1) -> int:
    """Write the slices into `folder`, several at once; return the number of bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    return sum(path.stat().st_size for path in _written(folder, shape, workers))


def write_zip(path: Path, shape: Shape, workers: int = 1) -> int:
    """Write the slices into a zip file like the published file; return the number of bytes."""
    with (
        whole_file(path) as unfinished,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for file in _written(path.parent, shape, workers):
            member = zipfile.ZipInfo(f"spotify_million_playlist_dataset/data/{file.name}", EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, file.read_bytes(), compresslevel=1)
            file.unlink()
    return path.stat().st_size


def _written(folder: Path, shape: Shape, workers: int) -> Iterator[Path]:
    """Write all slices; yield the path of every finished slice, in order."""
    lengths = lengths_of(np.arange(shape.playlists, dtype=np.uint64), shape.longest, shape.seed)
    before = np.concatenate([[0], np.cumsum(lengths)])
    starts = range(0, shape.playlists, shape.size)
    entries = before[starts.start : -1 : shape.size].tolist()
    with open_engine(EngineParams("local", "", workers)) as engine:
        yield from engine.map(
            partial(write_slice, folder, shape), zip(starts, entries, strict=True)
        )


def write_slice(folder: Path, shape: Shape, begin: tuple[int, int]) -> Path:
    """Write the slice that begins with the playlist and the entry of these numbers."""
    first, entry = begin
    last = min(first + shape.size, shape.playlists) - 1
    path = folder / f"mpd.slice.{first}-{last}.json"
    path.write_bytes(slice_of(shape, first, last, entry))
    return path


def slice_of(shape: Shape, first: int, last: int, entry: int) -> bytes:
    """Return the content of a slice with the playlists from `first` to `last`."""
    pids = np.arange(first, last + 1, dtype=np.uint64)
    lengths = lengths_of(pids, shape.longest, shape.seed)
    songs = songs_of(shape, np.repeat(pids, lengths), np.arange(entry, entry + int(lengths.sum())))
    distinct, codes = np.unique(songs, return_inverse=True)
    artists, albums, durations = (
        artists_of(distinct),
        albums_of(distinct),
        durations_of(shape, distinct),
    )
    bodies = _bodies(shape, distinct, artists, albums, durations)
    begin, between = f'{{{_line(shape, 5)}"pos": ', f",{_line(shape, 4)}"
    texts = []
    ends = np.cumsum(lengths).tolist()
    for pid, start, end in zip(pids.tolist(), [0, *ends], ends, strict=False):
        chosen = codes[start:end]
        tracks = between.join(
            [f"{begin}{pos}{bodies[code]}" for pos, code in enumerate(chosen.tolist())]
        )
        fields = _about(shape, pid) | {
            "num_tracks": end - start,
            "num_albums": len(np.unique(albums[chosen])),
            "num_artists": len(np.unique(artists[chosen])),
            "duration_ms": int(durations[chosen].sum()),
            "tracks": f"[{_line(shape, 4)}{tracks}{_line(shape, 3)}]",
        }
        texts.append(_object(shape, fields, 3))
    info = {
        "generated_on": '"2026-01-01 00:00:00.000000"',
        "slice": f'"{first}-{last}"',
        "version": '"v1"',
    }
    playlists = f"[{_line(shape, 2)}" + f",{_line(shape, 2)}".join(texts) + f"{_line(shape, 1)}]"
    return _object(shape, {"info": _object(shape, info, 2), "playlists": playlists}, 1).encode(
        "ascii"
    )


def _line(shape: Shape, depth: int) -> str:
    return "" if shape.indent is None else "\n" + " " * shape.indent * depth


def _object(shape: Shape, fields: Mapping[str, object], depth: int) -> str:
    """Return a JSON object with keys at the given depth; values are JSON already."""
    between = f",{_line(shape, depth)}".join(f'"{key}": {value}' for key, value in fields.items())
    return f"{{{_line(shape, depth)}{between}{_line(shape, depth - 1)}}}"


def _bodies(
    shape: Shape,
    songs: NDArray[np.int64],
    artists: NDArray[np.int64],
    albums: NDArray[np.int64],
    durations: NDArray[np.int64],
) -> list[str]:
    """Return the text of a track after the position, for every song."""
    line = _line(shape, 5)
    columns = (
        songs.tolist(),
        artists.tolist(),
        albums.tolist(),
        durations.tolist(),
        ids_of(shape, "track", songs),
        ids_of(shape, "artist", artists),
        ids_of(shape, "album", albums),
    )
    return [
        f',{line}"artist_name": {artist_name_of(artist)},{line}"track_uri": '
        f'"spotify:track:{track_id}",{line}"artist_uri": '
        f'"spotify:artist:{artist_id}",{line}"track_name": '
        f'{title_of(artist % THEMES, song // THEMES)},{line}"album_uri": '
        f'"spotify:album:{album_id}",{line}"duration_ms": {duration},{line}"album_name": '
        f"{title_of(artist % THEMES, album)}{_line(shape, 4)}}}"
        for song, artist, album, duration, track_id, artist_id, album_id in zip(
            *columns, strict=True
        )
    ]


def _about(shape: Shape, pid: int) -> dict[str, object]:
    """Return the metadata of a playlist as JSON: 1 in 50 has a description, 1 in 40 is shared."""
    draws = [
        int(draw)
        for draw in draws_of("about", shape.seed, np.arange(pid * 8, pid * 8 + 6, dtype=np.uint64))
    ]
    theme = int(theme_of(shape, np.array([pid], np.uint64))[0])
    fields: dict[str, object] = {
        "name": title_of(theme, draws[0] % 40),
        "collaborative": '"true"' if draws[1] % 40 == 0 else '"false"',
        "pid": pid,
        "modified_at": FIRST_DAY + draws[2] % 2_860 * 86_400,
        "num_followers": 1 + (draws[3] % 50 == 0) * (draws[3] % 97),
        "num_edits": 1 + draws[4] % 60,
    }
    return fields | (
        {"description": title_of(theme, draws[0] % 40 + 40)} if draws[5] % 50 == 0 else {}
    )


def main() -> None:
    """Write slices, and print a summary."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.data.mpd_slices", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folder", type=Path, help="where the slices go")
    parser.add_argument("--playlists", type=int, default=1_000, help="about 66 entries each (1000)")
    parser.add_argument(
        "--songs", type=int, help=f"different tracks ({TRACKS} for a million playlists)"
    )
    parser.add_argument(
        "--longest", type=int, default=LONGEST, help=f"entries of a playlist at most ({LONGEST})"
    )
    parser.add_argument("--size", type=int, default=SIZE, help=f"playlists of a slice ({SIZE})")
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed gives other playlists (1)"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument(
        "--compact", action="store_true", help="without line breaks, at two thirds of the size"
    )
    parser.add_argument("--zip", action="store_true", help=f"one zip file instead, {ZIP_NAME}")
    given = parser.parse_args()
    shape = shape_of(
        given.playlists,
        songs=given.songs,
        longest=given.longest,
        size=given.size,
        seed=given.seed,
        indent=None if given.compact else 4,
    )
    if given.zip:
        written = write_zip(given.folder / ZIP_NAME, shape, given.workers)
    else:
        written = write_slices(given.folder, shape, given.workers)
    print(
        f"{given.folder}: {shape.playlists:,} playlists, {shape.entries:,} entries, "
        f"{shape.songs:,} different tracks, {written:,} bytes"
    )


if __name__ == "__main__":
    main()
