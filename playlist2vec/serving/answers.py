"""The answers of a model to requests: what the command line writes with `--json`."""

from collections.abc import Sequence
from typing import Protocol

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.constraints import Suggestion, Wishes
from playlist2vec.recommend.entries import Entry, entry_of, why_of
from playlist2vec.recommend.radio import RadioParams
from playlist2vec.serving.models import Models, NotFoundError, Served

MAX_SEARCHED = 20
"""Texts of a request that are compared with the names of all songs; others must be equal to an id
or near a name.
"""
MAX_NAMED = 20
"""Unknown songs that an answer names; more are counted."""


class Wanted(Protocol):
    """What `Options` of the requests hold."""

    k: int
    per_artist: int
    exclude: list[str]
    exclude_artists: list[str]
    min_plays: int
    max_plays: int
    known: bool
    diversity: float
    why: bool


def models_of(models: Models) -> Entry:
    """Return what is said of all models."""
    said = [
        {
            "name": each.name,
            "dataset": each.dataset,
            "songs": len(each.recommender.catalogue),
            "named": each.recommender.catalogue.named,
            "ranker": each.ranker,
            "similarity": each.recommender.params.similarity,
        }
        for each in models.by_name.values()
    ]
    return {"default": models.default.name, "models": said}


def found(served: Served, text: str, k: int) -> Entry:
    """Return the songs that are called something like a text."""
    hits = served.recommender.find(text, k)
    return {"tracks": [entry_of(served.recommender, hit.row, likeness=hit.score) for hit in hits]}


def next_songs(served: Served, texts: Sequence[str], options: Wanted) -> Entry:
    """Return the songs that come next after these. Raises NotFoundError where the model knows none
    of them.
    """
    songs, unknown = known_songs(served, texts)
    wishes = wishes_of(served, options)
    with served.lock:
        listed = served.recommender.next(songs, options.k, wishes)
    query = served.recommender.params.query
    return suggested(served, songs, unknown, listed, query, why=options.why)


def similar(served: Served, text: str, k: int) -> Entry:
    """Return the songs that may stand in a song's place."""
    song = song_of(served, text)
    with served.lock:
        listed = served.recommender.similar(song, k)
    return suggested(served, [song], [], listed)


def radio(served: Served, text: str, songs: int, params: RadioParams, seed: int) -> Entry:
    """Return the first songs of a radio; the model answers others between two of them."""
    recommender, start = served.recommender, song_of(served, text)
    with served.lock:
        station = iter(recommender.radio(start, params, seed))
    entries = []
    for _ in range(songs):
        with served.lock:
            step = next(station)
        score = None if step.score is None else round(step.score, 6)
        entries.append(entry_of(recommender, step.row, score=score, note=step.note))
    return {"tracks": entries}


def path(served: Served, start: str, end: str, songs: int) -> Entry:
    """Return a playlist that walks from one song to another."""
    recommender = served.recommender
    first, last = song_of(served, start), song_of(served, end)
    with served.lock:
        rows = recommender.path(first, last, songs)
    return {"tracks": [entry_of(recommender, row) for row in rows]}


def why(served: Served, texts: Sequence[str], text: str) -> Entry:
    """Return the score of a song after others, and what speaks for it."""
    songs, unknown = known_songs(served, texts)
    song, recommender = song_of(served, text), served.recommender
    with served.lock:
        parts = why_of(recommender, songs, song, recommender.params.query)
        score = recommender.score(songs, song)
    track = entry_of(recommender, song, score=round(score, 6)) | parts
    return _asked(served, songs, unknown) | {"track": track}


def compare(models: Models, texts: Sequence[str], k: int) -> Entry:
    """Return what each model suggests after the same songs. Raises NotFoundError where no model
    knows any of them.
    """
    answers: list[Entry] = []
    for served in models.by_name.values():
        songs, unknown = split_known(served, texts)
        with served.lock:
            listed = served.recommender.next(songs, k) if songs else []
        answers.append({"model": served.name} | suggested(served, songs, unknown, listed))
    if not any(each["query"]["tracks"] for each in answers):
        raise NotFoundError(
            f"songs: no model knows any of the {len(texts):,}: expected ids or names"
        )
    return {"models": answers}


def suggested(
    served: Served,
    songs: Sequence[Row],
    unknown: Sequence[str],
    listed: Sequence[Suggestion],
    query: str = "last",
    *,
    why: bool = False,
) -> Entry:
    """Return suggestions as `--json` has them; `query`: last or history, how was asked."""
    recommender = served.recommender
    tracks = []
    for row, score in listed:
        entry = entry_of(recommender, row, score=round(score, 6))
        if why:
            with served.lock:
                entry |= why_of(recommender, songs, row, query)
        tracks.append(entry)
    return _asked(served, songs, unknown) | {"tracks": tracks}


def song_of(served: Served, text: str) -> Row:
    """Return the song of an id, or else that a text means. Raises NotFoundError where there is
    none.
    """
    row = served.recommender.catalogue.row_of.get(text)
    if row is not None:
        return row
    try:
        return served.recommender.row(text)
    except DataError as error:
        raise NotFoundError(as_line(error)) from None


def known_songs(served: Served, texts: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the songs that texts mean, and the texts that mean none. Raises NotFoundError where
    all mean none.
    """
    songs, unknown = split_known(served, texts)
    if not songs:
        if len(texts) == 1:
            song_of(served, texts[0])
        raise NotFoundError(
            f"songs: the model knows none of the {len(texts):,}: expected ids or names"
        )
    return songs, unknown


def split_known(served: Served, texts: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the songs that texts mean, and the texts that mean none.

    MAX_SEARCHED of them are searched for among the names of all songs; that takes a second for a
    million songs.
    """
    songs: list[Row] = []
    unknown: list[str] = []
    searched = 0
    for text in texts:
        row = served.recommender.row_of(text, "", text) if searched >= MAX_SEARCHED else None
        if searched < MAX_SEARCHED:
            searched += text not in served.recommender.catalogue.row_of
            try:
                row = song_of(served, text)
            except NotFoundError:
                row = None
        if row is None:
            unknown.append(text)
        else:
            songs.append(row)
    return songs, unknown


def wishes_of(served: Served, options: Wanted) -> Wishes:
    """Return the constraints of a request. Raises NotFoundError for an unknown song or artist."""
    banned, unknown = split_known(served, options.exclude)
    if unknown:
        raise NotFoundError(f"exclude: {unknown[0]!r}: expected the id or the name of a song")
    rows = set(banned)
    for name in options.exclude_artists:
        own = served.recommender.catalogue.artist_rows(name)
        if not len(own):
            raise NotFoundError(
                f"exclude_artists: {name!r}: no song of this artist: expected a name, or an id"
            )
        rows.update(Row(row) for row in own.tolist())
    return Wishes(
        banned=frozenset(rows),
        known=options.known,
        an_artist=options.per_artist,
        least=options.min_plays,
        most=options.max_plays,
        diversity=options.diversity,
    )


def _asked(served: Served, songs: Sequence[Row], unknown: Sequence[str]) -> Entry:
    query = {
        "tracks": [entry_of(served.recommender, row) for row in songs],
        "skipped": len(unknown),
        "unknown": list(unknown[:MAX_NAMED]),
    }
    return {"query": query}
