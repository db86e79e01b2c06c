"""A small model and what a page is made of, for tests of the report."""

from typing import Any

import numpy as np
from markupsafe import Markup

from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.embeddings.model import Model
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.rule import Counted
from playlist2vec.report.songs import places_of_songs, songs_data
from playlist2vec.songs.catalogue import Catalogue
from tests.builders.examples import playlists_of, query_params

HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=alert(1)>\u2028 {{css}}"
PARTS = dict.fromkeys(
    ("title", "name", "short_verdict", "scores", "about", "map_note", "rule_note", "radio_note"),
    "x",
) | {"runs": Markup('<div id="runs-against"></div>')}
NO_RUNS: dict[str, object] = {"runs": {"names": [], "rows": []}}


def small_model(songs: int, size: int = 6) -> Model:
    """A model of songs s0, s1, ... with vectors by chance, the first played most."""
    vectors = np.random.default_rng(1).normal(size=(songs, size)).astype(np.float32)
    vocabulary = Vocabulary([f"s{row}" for row in range(songs)], np.arange(songs, 0, -1))
    return Model(vectors, vectors, vocabulary, np.zeros((0, songs, size), np.float32), 0.75)


def asked(model: Model, tracks: Tracks) -> Recommender:
    """A recommender by the model alone."""
    return Recommender(model, Catalogue.of(model.vocabulary, tracks), query_params())


def tracks_named(name: str, songs: int) -> Tracks:
    """A table of tracks s0, s1, ..., all of them called the same."""
    ids = [f"s{row}" for row in range(songs)]
    return Tracks(ids, [""] * songs, [name] * songs, [name] * songs, [""] * songs)


def counted(songs: int, playlists: int = 30) -> Counted:
    """Training playlists of these songs, by chance, each song in one at least."""
    draws = np.random.default_rng(2)
    lists = [draws.integers(0, songs, 8).tolist() for _ in range(playlists)]
    return Counted(
        training_of(
            playlists_of([list(range(songs)), *lists]), [f"s{row}" for row in range(songs)]
        ),
        {},
    )


def small_data(recommender: Recommender, songs: int) -> dict[str, Any]:
    """What the page of a small model needs."""
    playlists = counted(songs)
    return songs_data(recommender, playlists, places_of_songs(recommender, playlists, 1))
