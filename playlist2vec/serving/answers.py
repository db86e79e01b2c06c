"""Answers of a model to requests, in the format of `--json` of the command line."""

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
"""Maximum number of texts in a request that are compared with the names of all songs.

Further texts must be equal to an id or near a name.
"""
MAX_NAMED = 20
"""Maximum number of unknown songs named in an answer; all are counted."""


class Wanted(Protocol):
    """Options of a request, as in `Options` of the questions."""

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
    """Return the name, data set, size and ranker of every model."""
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
    """Return the songs with names similar to a text."""
    hits = served.recommender.find(text, k)
    return {"tracks": [entry_of(served.recommender, hit.row, likeness=hit.score) for hit in hits]}


def next_songs(served: Served, texts: Sequence[str], options: Wanted) -> Entry:
    """Return the songs that come next. Raises NotFoundError if no song of `texts` is known."""
    songs, unknown = known_songs(served, texts)
    wishes = wishes_of(served, options)
    with served.lock:
        listed = served.recommender.next(songs, options.k, wishes)
    query = served.recommender.params.query
    return suggested(served, songs, unknown, listed, query, why=options.why)


def similar(served: Served, text: str, k: int) -> Entry:
    """Return the songs that may replace a song."""
    song = song_of(served, text)
    with served.lock:
        listed = served.recommender.similar(song, k)
    return suggested(served, [song], [], listed)


def radio(served: Served, text: str, songs: int, params: RadioParams, seed: int) -> Entry:
    """Return the first songs of a radio. The model answers further requests between songs."""
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
    """Return a playlist that leads from a song to another song."""
    recommender = served.recommender
    first, last = song_of(served, start), song_of(served, end)
    with served.lock:
        rows = recommender.path(first, last, songs)
    return {"tracks": [entry_of(recommender, row) for row in rows]}


def why(served: Served, texts: Sequence[str], text: str) -> Entry:
    """Return the score of a song after the songs of a query, and an explanation."""
    songs, unknown = known_songs(served, texts)
    song, recommender = song_of(served, text), served.recommender
    with served.lock:
        parts = why_of(recommender, songs, song, recommender.params.query)
        score = recommender.score(songs, song)
    track = entry_of(recommender, song, score=round(score, 6)) | parts
    return _asked(served, songs, unknown) | {"track": track}


def compare(models: Models, texts: Sequence[str], k: int) -> Entry:
    """Return suggestions of every model for the same query.

    Raises NotFoundError if no model knows any song of `texts`.
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
    """Return suggestions in the format of `--json`. `query`: last or history, the query songs."""
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
    """Return the song of an id, or else of a similar text. Raises NotFoundError if unknown."""
    row = served.recommender.catalogue.row_of.get(text)
    if row is not None:
        return row
    try:
        return served.recommender.row(text)
    except DataError as error:
        raise NotFoundError(as_line(error)) from None


def known_songs(served: Served, texts: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the songs of texts, and the unknown texts. Raises NotFoundError if all are unknown."""
    songs, unknown = split_known(served, texts)
    if not songs:
        if len(texts) == 1:
            song_of(served, texts[0])
        raise NotFoundError(
            f"songs: the model knows none of the {len(texts):,}: expected ids or names"
        )
    return songs, unknown


def split_known(served: Served, texts: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the songs of texts, and the unknown texts.

    The first MAX_SEARCHED texts that are no ids are searched among the names of all songs, at the
    cost of a second for a million songs.
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
