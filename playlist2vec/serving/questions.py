"""The bodies and options of requests, and the bounds of what each may hold."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BeforeValidator, Strict

MAX_K = 200
"""Songs that are asked for at once."""
MAX_SONGS = 500
"""Songs that are asked with at once, and songs that are ruled out."""
MAX_ARTISTS = 100
MAX_TEXT = 1000
"""Characters of a name, an id or a text that is looked for."""
LARGEST = 2**31 - 1
HOTTEST = 100
"""The largest temperature of a radio; nearly all songs are alike long before."""


def whole(value: object) -> object:
    """Return 3 for 3.0, which is the same number in JSON, and everything else as it is."""
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
"""A key that is not known is an error: it may be a misspelt option."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """The number of songs that are suggested, and what they must be like.

    `k`: how many songs. `per_artist`, `min_plays`, `max_plays`: 0 for no limit. `exclude`,
    `exclude_artists`: songs and artists that never come. `known`: songs that were asked with may
    come again. `diversity`: 0 by score alone, 1 as little alike as can be. `why`: what spoke for
    each song. `model`: a name of /api/models, empty for the default.
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
    """Songs that were played, the latest last, and what shall come next."""

    songs: Songs


@dataclass(frozen=True, kw_only=True)
class RadioQuestion:
    """The first song of a radio, how many songs it plays, and how each is drawn, as `RadioParams`
    says.
    """

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
    """Songs that were asked with, and a song whose score is taken apart."""

    __pydantic_config__: ClassVar[dict[str, Any]] = CLOSED
    songs: Songs
    song: Song
    model: Text = ""


@dataclass(frozen=True, kw_only=True)
class CompareQuestion:
    """Songs that every model is asked with, and how many songs each suggests."""

    __pydantic_config__: ClassVar[dict[str, Any]] = CLOSED
    songs: Songs
    k: SongCount = 12
