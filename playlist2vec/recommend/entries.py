"""Songs as JSON objects, of the same shape in every command and in the server (docs/json.md)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.explanation import Reason, Voice
from playlist2vec.recommend.recommender import Recommender

Entry = dict[str, Any]
"""A song as a JSON object: track, artist, title, plays, and keys that depend on the answer."""


def song_entry(
    track: str,
    artist: str,
    title: str,
    plays: int,
    *,
    genre: str | None = None,
    file: str = "",
    **more: object,
) -> Entry:
    """Return a song as a JSON object, with `more` keys for the answer.

    `genre`: None if the data set has no genres. `file`: the path of the song's file, empty if there
    is none.
    """
    return {
        "track": track,
        "artist": artist,
        "title": title,
        **({} if genre is None else {"genre": genre}),
        "plays": plays,
        **({"file": file} if file else {}),
        **more,
    }


def entry_of(recommender: Recommender, row: Row, **more: object) -> Entry:
    """Return the song of a row as a JSON object, with `more` keys for the answer.

    The key `file` is present only if the file exists.
    """
    catalogue = recommender.catalogue
    file = catalogue.files[row] if catalogue.files else ""
    return song_entry(
        catalogue.ids[row],
        catalogue.artist_names[row],
        catalogue.titles[row],
        int(catalogue.counts[row]),
        genre=catalogue.genres[row] if catalogue.genres else None,
        file=file if file and Path(file).is_file() else "",
        **more,
    )


def why_of(recommender: Recommender, songs: Sequence[Row], suggestion: Row, query: str) -> Entry:
    """Return an explanation of a suggestion: by parts of the blend, or else by query songs.

    `query`: last or history, the songs that Word2Vec was asked with.
    """
    if recommender.blend:
        voices = recommender.voices(songs, suggestion)
        return {"parts": [each._asdict() | _rounded(each) for each in voices]}
    why = [_part(recommender, reason) for reason in recommender.why(songs, suggestion, query)]
    return {"why": {"tracks": why, "by_itself": round(recommender.by_itself(suggestion), 6)}}


def _rounded(voice: Voice) -> Entry:
    return {"adds": round(voice.adds, 6), "share": round(voice.share, 6)}


def _part(recommender: Recommender, reason: Reason) -> Entry:
    return entry_of(recommender, reason.row, part=round(reason.part, 6))
