"""The songs on the page: their places on the map, their colours, and what comes next after each."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.norms import lengths_of
from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.constraints import Wishes
from playlist2vec.recommend.radio import RadioParams
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.projection import EDGE, few_bytes, map_of

SONGS = 20_000
"""The most frequent songs of a larger model are on the page."""
LISTED, ENTRIES = 40, 200_000
"""Songs that the page knows to come next after each of its songs, at most, and after all of them together, about."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#8a5fbf", "#a04000", "#2f8f8f")
"""One for each of the artists with the most plays; told apart by most colour-blind people, light and dark."""


def songs_data(recommender: Recommender, seed: int) -> dict[str, Any]:
    """What the map and the radio need of the most frequent SONGS songs; `seed`: of the map."""
    model, catalogue = recommender.model, recommender.catalogue
    songs = min(SONGS, len(catalogue))
    lengths = lengths_of(model.input[:songs])
    unit = (model.input[:songs] / np.where(lengths > 0, lengths, 1)[:, None]).astype(np.float32)
    places = map_of(unit, seed)
    names: dict[str, int] = {}
    artist = [names.setdefault(name, len(names)) if name else -1 for name in catalogue.artist_names[:songs]]
    artists = list(names)
    colour, legend = _by_artist(artist, artists, catalogue.counts[:songs])
    if not legend:
        colour, legend = _by_plays(catalogue.counts[:songs])
    following, chances = next_songs(recommender, songs, max(10, min(LISTED, ENTRIES // max(songs, 1))))
    return {
        "ids": catalogue.ids[:songs],
        "titles": catalogue.titles[:songs],
        "artists": artists,
        "artist": artist,
        "counts": catalogue.counts[:songs].tolist(),
        "places": _text_of(places.astype("<u2")),
        "height": round(float(places[:, 1].max(initial=0)) / EDGE, 4),
        "vectors": _text_of(few_bytes(unit)),
        "next": _text_of(following.astype("<u2")),
        "chances": _text_of(chances),
        "listed": following.shape[1],
        "colour": colour,
        "colours": list(COLOURS[: len(legend)]),
        "legend": legend,
        "radio": asdict(RadioParams()),
        "deezer_ids": recommender.deezer_ids,
        **({"genres": catalogue.genres[:songs]} if catalogue.genres else {}),
    }


def next_songs(recommender: Recommender, songs: int, k: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The k songs that come next after each of the first `songs` songs alone, and how likely they are to be drawn.

    Both have the shape (songs, k); k may be less. The first, int64, holds rows below `songs`, the best first, and the
    song's own where no other is left. The second is 255 for the best and 0 for the last of each list, and between them
    as far as differences of `Recommender.relevance` say.
    """
    k = max(1, min(k, songs - 1))
    others = Wishes(banned=frozenset(range(songs, len(recommender.catalogue))))
    rows = np.repeat(np.arange(songs)[:, None], k, axis=1)
    chances = np.zeros((songs, k), np.uint8)
    for row, found in enumerate(recommender.next_of_each([[Row(row)] for row in range(songs)], k, others)):
        scores = recommender.comparable(np.array([each.score for each in found]))
        spread = float(np.ptp(scores)) if found else 0.0
        rows[row, : len(found)] = [each.row for each in found]
        chances[row, : len(found)] = np.rint(255 * (scores - scores[-1:]) / spread) if spread else 255
    return rows, chances


def _by_artist(artist: Sequence[int], names: Sequence[str], counts: NDArray[np.int64]) -> tuple[list[int], list[str]]:
    """A colour for the songs of each of the artists with the most plays, -1 for the others, and who has which."""
    plays: Counter[int] = Counter()
    for code, count in zip(artist, counts.tolist(), strict=True):
        if code >= 0:
            plays[code] += count
    largest = [code for code, _ in sorted(plays.items(), key=lambda item: (-item[1], item[0]))[: len(COLOURS)]]
    colour_of = {code: colour for colour, code in enumerate(largest)}
    return [colour_of.get(code, -1) for code in artist], [names[code] for code in largest]


def _by_plays(counts: NDArray[np.int64]) -> tuple[list[int], list[str]]:
    """A colour by how often a song is played: a third of all plays each; `counts` fall."""
    before = np.cumsum(counts) - counts
    thirds = np.minimum(3 * before // max(int(counts.sum()), 1), 2)
    sizes = np.bincount(thirds, minlength=3).tolist()
    words = ("played most", "played less", "played least")
    return thirds.tolist(), [
        f"{word}: {size:,} songs, a third of all plays" for word, size in zip(words, sizes, strict=True)
    ]


def _text_of(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
