"""A full set of parameters of the tests' own, so that params.yaml may say what it likes."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

PARAMS: dict[str, Any] = {
    "dataset": "sample",
    "sample": {
        "playlists": 3000,
        "songs": 3000,
        "predictability": 0.8,
        "seed": 1,
    },
    "local": {
        "file": "data/sources/local/example.csv",
        "playlist_column": "playlist",
        "track_column": "track",
        "order_column": "",
        "order": "ascending",
        "dates": "",
        "pause": 0,
        "artist_column": "",
        "title_column": "",
        "piece": 0,
        "user_column": "",
        "time_column": "",
        "keep_users": False,
    },
    "listenbrainz": {
        "dumps": "data/sources/listenbrainz/example",
        "track": "recording_mbid",
        "gap": 30,
        "min_listens": 1,
        "max_share": 1,
        "keep_users": False,
    },
    "spotify_mpd": {
        "slices": "data/sources/spotify_mpd/example",
    },
    "engine": {
        "name": "local",
        "address": "",
        "workers": 2,
    },
    "soundcloud": {
        "crawl": "data/sources/soundcloud/example",
        "licence": "any",
        "min_duration": 0,
        "max_duration": 0,
        "min_likes": 0,
        "min_plays": 0,
        "genres": "",
        "stubs": "unless_filtered",
    },
    "spotify_history": {
        "export": "data/sources/spotify_history/example",
        "take": "both",
        "pause": 30,
        "min_seconds": 30,
    },
    "lastfm": {
        "export": "data/sources/lastfm/example",
        "pause": 30,
    },
    "filter": {
        "min_count": 2,
        "count": "occurrences",
        "min_length": 3,
        "keep_repeats": True,
    },
    "split": {
        "by": "playlist",
        "target": "random",
        "places": 1,
        "held_out": "song",
        "copies": "drop",
        "validation": 500,
        "test": 500,
        "min_length": 3,
        "seed": 1,
    },
    "train": {
        "trainer": "gensim",
        "blocks": 64,
        "sg": 1,
        "contexts": "window",
        "metadata": "none",
        "vector_size": 40,
        "window": 3,
        "shrink_windows": True,
        "negative": 10,
        "ns_exponent": 1.0,
        "sample": 0,
        "epochs": 40,
        "alpha": 0.05,
        "min_alpha": 0.0001,
        "seed": 1,
        "workers": 1,
        "curve_pairs": 500,
    },
    "baselines": {
        "pairs": 2000,
        "decay": [0, 0.5],
        "window": [5, 1],
        "neighbours": [100],
        "session_neighbours": [500],
        "distances": [5],
        "smoothing": [100],
        "order": [3],
        "penalty": [100],
    },
    "evaluate": {
        "ranker": "blend",
        "similarity": "log_odds",
        "query": "last",
        "songs_back": 20,
        "decay": 0.8,
        "repeats": "miss",
        "suggest_known": True,
        "resamples": 1000,
        "seed": 1,
        "index": "exact",
        "challenge": False,
        "k": [1, 5, 10, 50],
    },
}
"""Those that the committed sample, its card and the notebook were made with."""
SMALL: dict[str, dict[str, Any]] = {
    "sample": {"playlists": 300, "songs": 200},
    "filter": {"min_count": 2},
    "split": {"validation": 40, "test": 40},
    "train": {"vector_size": 8, "epochs": 2, "curve_pairs": 20},
}
"""What a project of a test has instead, so that its chain runs in seconds."""


def all_params(**changes: Any) -> dict[str, Any]:
    """Return a copy of PARAMS with changes: a map for keys of a section, or a `dataset`."""
    params = deepcopy(PARAMS)
    for name, value in changes.items():
        params[name] = params[name] | value if isinstance(value, dict) else value
    return params


def write_params(path: Path, params: dict[str, Any]) -> Path:
    """Write parameters as a params.yaml; returns its path."""
    path.write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    return path
