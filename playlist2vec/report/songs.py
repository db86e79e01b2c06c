"""Songs on the page: names, places on the map, and data for suggestions."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.reading.header_words import ARTISTS, IDS, TITLES
from playlist2vec.recommend.radio import RadioParams
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.encoding import text_of
from playlist2vec.report.projection import EDGE, map_of
from playlist2vec.report.rule import PLAYS, Counted, rule_data
from playlist2vec.songs.catalogue import Catalogue

MAX_SONGS = 20_000
"""Maximum number of songs on the page: the most frequent songs of a larger model."""
BUDGET = 4_600_000
"""Approximate bytes of songs and playlists; the page with script and tables has at most 5 MB."""


def places_of_songs(recommender: Recommender, counted: Counted, seed: int) -> NDArray[np.uint16]:
    """Return map coordinates of the songs on the page: uint16 (songs, 2). `seed`: of the map."""
    return map_of(recommender.unit[: shown_songs(recommender, counted)], seed)


def songs_data(
    recommender: Recommender, counted: Counted, places: NDArray[np.uint16]
) -> dict[str, Any]:
    """Return the data of the songs on the page. `places`: map coordinates, uint16 (songs, 2)."""
    catalogue = recommender.catalogue
    songs = shown_songs(recommender, counted)
    places = places[:songs]
    numbers: dict[str, int] = {}
    artist = [
        numbers.setdefault(name, len(numbers)) if name else -1
        for name in catalogue.artist_names[:songs]
    ]
    twins = {tuple(row for row in rows if row < songs) for rows in catalogue.twins.values()}
    return {
        "ids": catalogue.ids[:songs],
        "titles": catalogue.titles[:songs],
        "artists": list(numbers),
        "artist": artist,
        "counts": catalogue.counts[:songs].tolist(),
        "places": text_of(places.astype("<u2")),
        "height": round(float(places[:, 1].max(initial=0)) / EDGE, 4),
        "twins": sorted(list(rows) for rows in twins if len(rows) > 1),
        "rule": rule_data(recommender, counted, songs),
        "radio": asdict(RadioParams()),
        "deezer_ids": recommender.deezer_ids,
        "words": {"ids": IDS, "titles": TITLES, "artists": ARTISTS},
        **({"genres": catalogue.genres[:songs]} if any(catalogue.genres) else {}),
    }


def shown_songs(recommender: Recommender, counted: Counted, budget: int = BUDGET) -> int:
    """Return the number of most frequent songs that fit into the page, at most MAX_SONGS."""
    model, catalogue = recommender.model, recommender.catalogue
    songs = min(MAX_SONGS, len(catalogue))
    matrices = (
        1 + len(model.earlier) + (recommender.params.similarity not in ("cosine", "euclidean"))
    )
    # Base64 turns three bytes into four. A place, a bias and two priors take 16 bytes, a count and
    # a code some digits.
    each = (matrices * (model.input.shape[1] + 4) + 16) * 4 / 3 + 16
    plays = min(PLAYS, len(counted.training.index.train.tracks)) * 2 * 4 / 3
    names = np.cumsum(_bytes_of_names(catalogue, songs) + each)
    return int(np.searchsorted(names, budget - plays, side="right"))


def _bytes_of_names(catalogue: Catalogue, songs: int) -> NDArray[np.float64]:
    """Return the bytes of every song's names in the page: float64 (songs,)."""
    seen: set[str] = set()
    found = np.zeros(songs)
    for row in range(songs):
        artist = catalogue.artist_names[row]
        texts = [catalogue.ids[row], catalogue.titles[row], *(catalogue.genres[row : row + 1])]
        if artist not in seen:
            texts.append(artist)
            seen.add(artist)
        found[row] = sum(len(json.dumps(text, ensure_ascii=False).encode()) + 1 for text in texts)
    return found


def map_note(data: Mapping[str, Any], songs: int) -> str:
    """Return the caption of the map: the songs shown, of `songs` in all, and their names."""
    shown, named = len(data["ids"]), sum(map(bool, data["titles"]))
    part = (
        f"The {shown:,} most frequent of {songs:,} songs"
        if shown < songs
        else f"All {songs:,} songs"
    )
    unnamed = (
        f" {named:,} of them have a name, the others are shown by their id."
        if named < shown
        else ""
    )
    unnamed = " They have no names: their ids are shown." if not named else unnamed
    return (
        f"{part}, near each other where their vectors point the same way (t-SNE: neighbours have a "
        f"meaning, distances between groups have none).{unnamed}"
    )


def rule_note(data: Mapping[str, Any], ranker: str, hits: float) -> str:
    """Return a sentence on the page's suggestions: ranker, hit@10 on validation, and precision.

    `ranker`: the name within a sentence.
    """
    carried, whole = data["rule"]["playlists"], data["rule"]["all_playlists"]
    part = (
        f" Counts are those of {carried:,} of {whole:,} playlists, as many as fit here."
        if carried < whole
        else ""
    )
    return (
        f"By {ranker}, the rule that was scored: hit@10 {hits:.3f} on validation. Here with "
        f"vectors in 8 bits, which changes few places.{part}"
    )


def radio_note() -> str:
    """Return a sentence on the rule of the radio."""
    rule = RadioParams()
    return (
        f"Each song is drawn by chance from the {rule.neighbours} best of the same rule, asked "
        f"with all songs so far; no song comes twice, no artist twice in {rule.cool_down} songs, "
        "as long as others are left."
    )
