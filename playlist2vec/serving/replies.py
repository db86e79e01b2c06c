"""Answers of the server as described by OpenAPI; songs have the format of `--json`."""

from typing import NotRequired

from typing_extensions import TypedDict


class Problem(TypedDict):
    """An error in a line: the value found, and values accepted."""

    detail: str


class Part(TypedDict):
    """A part of the blend, and the contribution to the probability of a song."""

    part: str
    words: str
    adds: float
    share: float


class Named(TypedDict):
    """A song: id, names, and number of plays in training."""

    track: str
    artist: str
    title: str
    genre: NotRequired[str]
    plays: int
    file: NotRequired[str]


class Reason(Named):
    """A song of the query, and the contribution to the score of a suggestion."""

    part: float


class Reasons(TypedDict):
    """Contributions of query songs to a score, and the part of the score without the query."""

    tracks: list[Reason]
    by_itself: float


class Song(Named):
    """A song: id, names, number of plays in training, and further values of the answer."""

    score: NotRequired[float | None]
    likeness: NotRequired[float]
    note: NotRequired[str]
    parts: NotRequired[list[Part]]
    why: NotRequired[Reasons]


class Listed(TypedDict):
    """A list of songs."""

    tracks: list[Song]


class Query(TypedDict):
    """Known songs of the query, the number of unknown songs, and some unknown songs by name."""

    tracks: list[Song]
    skipped: int
    unknown: list[str]


class Suggested(TypedDict):
    """Songs of the query, and suggestions."""

    query: Query
    tracks: list[Song]


class Completed(Suggested):
    """Suggestions for a playlist. `notes`: how the file was read, and songs matched by name."""

    notes: list[str]


class Explained(TypedDict):
    """A song with an explained score, and songs of the query."""

    query: Query
    track: Song


class OfModel(Suggested):
    """Suggestions of a model."""

    model: str


class Compared(TypedDict):
    """Suggestions of all models, side by side."""

    models: list[OfModel]


class ServedModel(TypedDict):
    """A model: data set, number of songs, number of songs with a title, and ranker."""

    name: str
    dataset: str
    songs: int
    named: int
    ranker: str
    similarity: str


class ServedModels(TypedDict):
    """All models, and the name of the default model."""

    default: str
    models: list[ServedModel]
