"""Songs as programs read them: what `--json` writes, and what the server answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.explanation import Reason, Voice
from playlist2vec.recommend.recommender import Recommender

Entry = dict[str, Any]
"""A song as JSON has it: track, artist, title, plays and what belongs to it here."""


def entry_of(recommender: Recommender, row: Row, **more: object) -> Entry:
    """Return the song of a row, with `more` of what belongs to it here."""
    catalogue = recommender.catalogue
    file = catalogue.files[row] if catalogue.files else ""
    return {
        "track": catalogue.ids[row],
        "artist": catalogue.artist_names[row],
        "title": catalogue.titles[row],
        **({"genre": catalogue.genres[row]} if catalogue.genres else {}),
        "plays": int(catalogue.counts[row]),
        **({"file": file} if file and Path(file).is_file() else {}),
        **more,
    }


def why_of(recommender: Recommender, songs: Sequence[Row], suggestion: Row, query: str) -> Entry:
    """Return what spoke for a suggestion: parts of the blend, or else songs that were asked with.

    `query`: last or history, how Word2Vec was asked with `songs`.
    """
    if recommender.blend:
        voices = recommender.voices(songs, suggestion)
        return {"parts": [each._asdict() | _rounded(each) for each in voices]}
    why = [_part(recommender, reason) for reason in recommender.why(songs, suggestion, query)]
    return {"why": why, "by_itself": round(recommender.by_itself(suggestion), 6)}


def _rounded(voice: Voice) -> Entry:
    return {"adds": round(voice.adds, 6), "share": round(voice.share, 6)}


def _part(recommender: Recommender, reason: Reason) -> Entry:
    return entry_of(recommender, reason.row, part=round(reason.part, 6))
