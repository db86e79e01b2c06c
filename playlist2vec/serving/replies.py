"""The answers of the server as its OpenAPI describes them; songs are those of `--json`."""

from typing import NotRequired

from typing_extensions import TypedDict


class Problem(TypedDict):
    """One line on what was found, and what is accepted."""

    detail: str


class Part(TypedDict):
    """What one part of the blend adds to the probability of a song."""

    part: str
    words: str
    adds: float
    share: float


class Named(TypedDict):
    """A song: its id, its names, and how often it was played in training."""

    track: str
    artist: str
    title: str
    genre: NotRequired[str]
    plays: int
    file: NotRequired[str]


class Reason(Named):
    """A song that was asked with, and what it adds to the score of another one."""

    part: float


class Reasons(TypedDict):
    """What each song that was asked with adds to a score, and the part of it that no song has a say
    in.
    """

    tracks: list[Reason]
    by_itself: float


class Song(Named):
    """A song: its id, its names, how often it was played in training, and what belongs to it in
    this answer.
    """

    score: NotRequired[float | None]
    likeness: NotRequired[float]
    note: NotRequired[str]
    parts: NotRequired[list[Part]]
    why: NotRequired[Reasons]


class Listed(TypedDict):
    """Songs alone."""

    tracks: list[Song]


class Query(TypedDict):
    """The songs that were asked with; how many others are not known, and some of them by name."""

    tracks: list[Song]
    skipped: int
    unknown: list[str]


class Suggested(TypedDict):
    """What was asked with, and the suggestions."""

    query: Query
    tracks: list[Song]


class Completed(Suggested):
    """Suggestions for a playlist; `notes`: how its file was read, and which song was taken for
    which.
    """

    notes: list[str]


class Explained(TypedDict):
    """A song with its score, taken apart, after the songs that were asked with."""

    query: Query
    track: Song


class OfModel(Suggested):
    """The suggestions of one model."""

    model: str


class Compared(TypedDict):
    """The suggestions of all models, side by side."""

    models: list[OfModel]


class ServedModel(TypedDict):
    """A model: its data set, how many songs it has and how many of them have a title, and what
    suggests.
    """

    name: str
    dataset: str
    songs: int
    named: int
    ranker: str
    similarity: str


class ServedModels(TypedDict):
    """All models, and the name of the one that is asked where none is named."""

    default: str
    models: list[ServedModel]
