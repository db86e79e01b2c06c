"""`python -m benchmarks.data.challenge_set SLICES FILE`: a challenge set like that of the RecSys
Challenge 2018.

The challenge's own may not be passed on and its answers are not published. This one, from invented
slices, or from some that were kept from training, is for trying `playlist2vec submit`. Each of the
ten ways gets as many playlists; those that show many songs have the first choice, by pid.
Everything follows from the slices alone.
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
    """A challenge set with `each_way` playlists of each way. Raises DataError where too few
    playlists are long enough.

    `slices`: a folder with files mpd.slice.<first>-<last>.json.
    """
    left = dict.fromkeys(WAYS, each_way)
    made: list[dict[str, Any]] = []
    for playlist in _playlists(slices):
        fitting = [
            way for way in reversed(WAYS) if left[way] and way.seeds < len(playlist["tracks"])
        ]
        if fitting:
            # The way that has the most left of those that show the most songs, so that like ways
            # take turns.
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
    """All playlists, by the numbers in the files' names, their tracks in the order of pos."""
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
    """Write a challenge set as the command line says."""
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
        f"{given.file}: {len(content['playlists']):,} playlists, {given.file.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
