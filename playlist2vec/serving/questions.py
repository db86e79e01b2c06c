"""Bodies and options of requests, and the limits on their values."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BeforeValidator, Strict

MAX_K = 200
"""Maximum number of songs in an answer."""
MAX_SONGS = 500
"""Maximum number of songs in a query, and of excluded songs."""
MAX_ARTISTS = 100
MAX_TEXT = 1000
"""Maximum characters of a name, an id or a search text."""
LARGEST = 2**31 - 1
HOTTEST = 100
"""Largest temperature of a radio; far below, nearly all songs already have the same chance."""


def whole(value: object) -> object:
    """Return a whole float as int, since JSON has one type of number; else the value itself."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text = Annotated[str, Strict(), MaxLen(MAX_TEXT)]
Song = Annotated[str, Strict(), MinLen(1), MaxLen(MAX_TEXT)]
Songs = Annotated[list[Song], MinLen(1), MaxLen(MAX_SONGS)]
Others = Annotated[list[Song], MaxLen(MAX_SONGS)]
Artists = Annotated[list[Song], MaxLen(MAX_ARTISTS)]
Switch = Annotated[bool, Strict()]
Share = Annotated[float, Strict(), Ge(0), Le(1)]
Number = Annotated[int, Strict(), Ge(0), Le(LARGEST), BeforeValidator(whole)]
SongCount = Annotated[int, Strict(), Ge(1), Le(MAX_K), BeforeValidator(whole)]
Steps = Annotated[int, Strict(), Ge(1), Le(10_000), BeforeValidator(whole)]
Heat = Annotated[float, Strict(), Ge(0), Le(HOTTEST)]
Seed = Annotated[int, Strict(), Ge(0), Le(2**53), BeforeValidator(whole)]

CLOSED: dict[str, Any] = {"extra": "forbid"}
"""Unknown keys are errors, since they may be misspelt options."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Number of suggested songs, and constraints on the songs.

    `k`: number of songs. `per_artist`, `min_plays`, `max_plays`: 0 = no limit. `exclude`,
    `exclude_artists`: songs and artists that are never suggested. `known`: songs of the query may
    be suggested again. `diversity`: 0 = by score alone, 1 = as different from each other as
    possible. `why`: explain every suggestion. `model`: a name of /api/models, empty for the
    default.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = CLOSED
    k: SongCount = 12
    per_artist: Number = 0
    exclude: Others = field(default_factory=list)
    exclude_artists: Artists = field(default_factory=list)
    min_plays: Number = 0
    max_plays: Number = 0
    known: Switch = False
    diversity: Share = 0.0
    why: Switch = False
    model: Text = ""


@dataclass(frozen=True, kw_only=True)
class NextQuestion(Options):
    """Songs that were played, the latest last, and options for the next songs."""

    songs: Songs


@dataclass(frozen=True, kw_only=True)
class RadioQuestion:
    """First song, number of songs, and parameters of a radio as in `RadioParams`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = CLOSED
    song: Song
    songs: SongCount = 20
    seed: Seed = 1
    neighbours: Steps = 20
    temperature: Heat = 0.2
    look_back: Steps = 1000
    cool_down: Steps = 5
    pull: Share = 0.3
    model: Text = ""


@dataclass(frozen=True, kw_only=True)
class WhyQuestion:
    """Songs of a query, and a song to explain the score of."""

    __pydantic_config__: ClassVar[dict[str, Any]] = CLOSED
    songs: Songs
    song: Song
    model: Text = ""


@dataclass(frozen=True, kw_only=True)
class CompareQuestion:
    """Songs of a query to every model, and the number of suggestions per model."""

    __pydantic_config__: ClassVar[dict[str, Any]] = CLOSED
    songs: Songs
    k: SongCount = 12
