"""`python -m benchmarks.mpd FOLDER`: invented playlists in the shape of Spotify's Million Playlist Dataset."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from playlist2vec.names import GENRES, artist_name, title

SLICE = 1_000


def playlists(first: int, number: int, songs: int, seed: int) -> list[dict[str, Any]]:
    """Playlists with the pids from `first` on, of about 66 of `songs` songs each; a few songs are in most of them."""
    draws = np.random.default_rng([seed, first])
    lengths = np.clip(draws.lognormal(3.9, 0.8, number).astype(int), 5, 376)
    made = []
    for pid, length in enumerate(lengths.tolist(), start=first):
        chosen = np.minimum((songs * draws.random(length) ** 3).astype(int), songs - 1).tolist()
        tracks = [_track(pos, song) for pos, song in enumerate(chosen)]
        made.append(
            {
                "name": title(pid % len(GENRES), pid),
                "collaborative": "false",
                "pid": pid,
                "modified_at": 1500000000 + pid,
                "num_tracks": length,
                "num_albums": len({track["album_uri"] for track in tracks}),
                "num_followers": 1 + pid % 7,
                "tracks": tracks,
                "duration_ms": 200000 * length,
                "num_edits": 1 + length // 3,
                "num_artists": len({track["artist_uri"] for track in tracks}),
            }
        )
    return made


def _track(pos: int, song: int) -> dict[str, Any]:
    artist, genre = song // 12, song // 12 % len(GENRES)
    name = artist_name(genre, artist // len(GENRES), 0)
    return {
        "pos": pos,
        "artist_name": name,
        "track_uri": f"spotify:track:invented{song:010d}",
        "artist_uri": f"spotify:artist:invented{artist:08d}",
        "track_name": title(genre, song // len(GENRES)),
        "album_uri": f"spotify:album:invented{song // 8:08d}",
        "duration_ms": 200000,
        "album_name": title(genre, song // 8),
    }


def write(folder: Path, number: int, *, songs: int, seed: int = 1, size: int = SLICE) -> None:
    """Write `number` playlists as slices of `size`."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, number, size):
        last = min(first + size, number) - 1
        content = {
            "info": {"generated_on": "2026-01-01 00:00:00", "slice": f"{first}-{last}", "version": "v1"},
            "playlists": playlists(first, last - first + 1, songs, seed),
        }
        (folder / f"mpd.slice.{first}-{last}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mpd", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--playlists", type=int, default=15_000, help="about 66 entries each (15000)")
    parser.add_argument("--songs", type=int, default=2_262_292, help="different songs (2262292)")
    chosen = parser.parse_args()
    write(chosen.folder, chosen.playlists, songs=chosen.songs)
