"""The data set `sample`: invented playlists with a known true next-song distribution.

The playlists are random walks on a ring of songs (see `ring`), so the best possible prediction is
known in closed form (see `optimum`).
"""

import csv
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import whole_file
from playlist2vec.base.hashing import key_of_name
from playlist2vec.sources.sample.names import GENRES, artist_name, title
from playlist2vec.sources.sample.optimum import best_hit_at
from playlist2vec.sources.sample.params import SampleParams
from playlist2vec.sources.sample.ring import (
    Catalogue,
    below,
    drawn,
    make_catalogue,
    shuffled,
    walk,
)

QUERIES = 10_000
"""The most playlists whose last but one song is a query for the best reachable score."""


@dataclass(frozen=True)
class Sample:
    """The counts of the written files, and the best reachable hit@10.

    `songs_played`: songs of all playlists. `distinct`: different songs.
    """

    playlists: int
    songs_played: int
    distinct: int
    best_hit_at_10: float


def write_sample(params: SampleParams, folder: Path) -> Sample:
    """Write `playlists.txt` and `tracks.csv` into `folder`, each complete or not at all."""
    catalogue = make_catalogue(params)
    songs, offsets = walk(catalogue, params.playlists, params.seed)
    played = np.flatnonzero(np.bincount(songs, minlength=len(catalogue)))
    track_ids = _ids("track ids", params.seed, len(catalogue))[played]
    artist_ids = _ids("artist ids", params.seed, int(catalogue.artists[-1]) + 1)[
        catalogue.artists[played]
    ]
    tokens = [
        f"track_{track},artist_{artist}"
        for track, artist in zip(track_ids.tolist(), artist_ids.tolist(), strict=True)
    ]
    code = np.zeros(len(catalogue), np.int32)
    code[played] = np.arange(len(played))
    _write_playlists(folder / "playlists.txt", code[songs], offsets, tokens)
    _write_tracks(folder / "tracks.csv", track_ids, *_names(catalogue, params.seed, played))
    queries = songs[offsets[1:] - 2][:QUERIES]
    return Sample(params.playlists, len(songs), len(played), best_hit_at(10, catalogue, queries))


def _ids(purpose: str, seed: int, size: int) -> NDArray[np.int64]:
    """Return `size` different numbers below about 10**9 in random order."""
    order = shuffled(purpose, seed, size)
    gaps = 1 + below(
        drawn(f"gaps of {purpose}", seed, np.arange(size, dtype=np.uint64)), max(1, 10**9 // size)
    )
    return np.cumsum(gaps)[order]


def _names(
    catalogue: Catalogue, seed: int, played: NDArray[np.int64]
) -> tuple[list[str], list[str]]:
    """Return titles and artist names of the played songs."""
    places = np.arange(len(catalogue))
    artists = catalogue.artists
    first_place = np.flatnonzero(np.diff(artists, prepend=-1))
    genres = first_place * len(GENRES) // len(catalogue)
    shifts = [
        key_of_name(f"sample {seed} artist names {genre}") % 10**6 for genre in range(len(GENRES))
    ]
    in_genre = np.arange(len(genres)) - np.searchsorted(genres, genres)
    artist_names = [
        artist_name(genre, number, shifts[genre])
        for genre, number in zip(genres.tolist(), in_genre.tolist(), strict=True)
    ]
    starts = below(drawn("titles", seed, np.arange(len(genres), dtype=np.uint64)), 10**6)
    numbers = (starts[artists] + places - first_place[artists])[played]
    titles = [
        title(genre, number)
        for genre, number in zip(genres[artists[played]].tolist(), numbers.tolist(), strict=True)
    ]
    return titles, [artist_names[artist] for artist in artists[played].tolist()]


def _write_playlists(
    path: Path, codes: NDArray[np.int32], offsets: NDArray[np.int64], tokens: list[str]
) -> None:
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as file,
    ):
        bounds = offsets.tolist()
        for start, end in pairwise(bounds):
            file.write(",".join([tokens[code] for code in codes[start:end].tolist()]) + "\n")


def _write_tracks(
    path: Path, track_ids: NDArray[np.int64], titles: list[str], artist_names: list[str]
) -> None:
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("track_id", "title", "name", "preview"))
        rows = zip(
            (f"track_{each}" for each in track_ids.tolist()), titles, artist_names, strict=True
        )
        table.writerows((*row, "") for row in rows)
