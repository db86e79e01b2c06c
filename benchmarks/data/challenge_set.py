"""`python -m benchmarks.data.challenge_set SLICES FILE`: write an invented challenge set.

The set has the form of the RecSys Challenge 2018, whose own set may not be passed on and whose
answers are not published. From invented or held-out slices it makes input for trying `playlist2vec
submit`. All ten ways get the same number of playlists; ways that show many songs choose first, by
pid. The set follows from the slices alone.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.base.hashing import mix
from playlist2vec.evaluation.challenge.ways import WAYS, Way

FIRST_PID = 1_000_000


def make_challenge_set(slices: Path, each_way: int) -> dict[str, Any]:
    """Return a challenge set with `each_way` playlists of every way.

    `slices`: a folder with files mpd.slice.<first>-<last>.json. Raises DataError if too few
    playlists are long enough.
    """
    left = dict.fromkeys(WAYS, each_way)
    made: list[dict[str, Any]] = []
    for playlist in _playlists(slices):
        fitting = [
            way for way in reversed(WAYS) if left[way] and way.seeds < len(playlist["tracks"])
        ]
        if fitting:
            # Among the ways that show the most songs, take the one with the most playlists left, so
            # that similar ways take turns.
            way = max(fitting, key=lambda way: (way.seeds, left[way]))
            left[way] -= 1
            made.append(_shown(playlist, way, FIRST_PID + len(made)))
        if not any(left.values()):
            return {
                "date": "2026-01-01 00:00:00.000000",
                "version": "v1",
                "name": "invented",
                "playlists": made,
            }
    missing = next(way for way in WAYS if left[way])
    raise DataError(
        f"{slices}: {left[missing]} playlists of more than {missing.seeds} tracks are missing"
    )


def _playlists(slices: Path) -> Iterator[dict[str, Any]]:
    """Yield all playlists, ordered by the numbers in the names of files."""
    named = [
        (re.fullmatch(r"mpd\.slice\.(\d+)-\d+\.json", path.name), path) for path in slices.iterdir()
    ]
    for _, path in sorted((int(name[1]), path) for name, path in named if name):
        yield from orjson.loads(path.read_bytes())["playlists"]


def _shown(playlist: dict[str, Any], way: Way, pid: int) -> dict[str, Any]:
    tracks = playlist["tracks"]
    turns = np.arange(len(tracks), dtype=np.uint64)
    order = (
        np.argsort(mix(turns + mix(np.array([playlist["pid"]], np.uint64))))
        if way.random
        else turns
    )
    kept = np.sort(order[: way.seeds]).tolist()
    shown = {
        "num_holdouts": len(tracks) - way.seeds,
        "pid": pid,
        "num_tracks": len(tracks),
        "tracks": [tracks[place] for place in kept],
        "num_samples": way.seeds,
    }
    return {"name": playlist["name"], **shown} if way.title else shown


def main() -> None:
    """Write a challenge set."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.data.challenge_set", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("slices", type=Path, help="a folder with slices")
    parser.add_argument("file", type=Path, help="where the challenge set goes")
    parser.add_argument(
        "--each", type=int, default=1_000, help="playlists of each of the ten ways (1000)"
    )
    given = parser.parse_args()
    content = make_challenge_set(given.slices, given.each)
    with whole_file(given.file) as unfinished:
        unfinished.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    print(
        f"{given.file}: {len(content['playlists']):,} playlists, {given.file.stat().st_size:,} "
        "bytes"
    )


if __name__ == "__main__":
    main()
