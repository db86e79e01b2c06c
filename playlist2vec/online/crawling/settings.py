"""Settings of a crawl with rules for values; a crawl keeps the settings to the end."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import RefusedError, Rule, choice, integer, number

ARMS, SEED, UNIFORM = "arms", "seed", "uniform"
SCORES = (ARMS, SEED, UNIFORM)


def _setting(default: object, rule: Rule) -> Any:
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True)
class SeedRule:
    """Constants of `score: seed`, the rule of a crawler of 2021 that visits single playlists.

    A candidate's score is the mean worth of the visible tracks, times the share of new tracks,
    times a factor that grows with the number of new tracks to 1. A track's worth is the product of
    `unfree`, `not_okay` and `known`, where these apply, and `rarity` to the power of the genre's
    rank, rarest first. A playlist is drawn from the best `top` of a random `pool` of candidates,
    with weights exp(`sharpness` * score). `half`: the scale on which the number of new tracks
    counts. A visit requests `tracks` single tracks of the playlist, the playlists of the `expanded`
    best tracks, and the likes of `likers` people.
    """

    pool: int = _setting(20_000, integer(1, 10_000_000))
    top: int = _setting(50, integer(1, 100_000))
    sharpness: float = _setting(10_000.0, number(0, 1e9))
    unfree: float = _setting(0.00005, number(0, 1))
    not_okay: float = _setting(0.01, number(0, 1))
    known: float = _setting(0.01, number(0, 1))
    rarity: float = _setting(0.85, number(0, 1))
    half: float = _setting(20.0, number(0, 1e6, above=True))
    tracks: int = _setting(100, integer(0, 10_000))
    expanded: int = _setting(5, integer(0, 1000))
    likers: int = _setting(50, integer(0, 1000))


@dataclass(frozen=True)
class CrawlSettings(SeedRule):
    """Settings of a crawl: the tracks that count, and the choice of calls.

    `seed`: of all draws. `score`: one of SCORES. `round`: calls that are planned at once.
    `min_likes`, `min_plays`: of a track that counts. `balance`: 0 for tracks of all genres alike;
    the greater, the more tracks of rare genres count. `discount`: the weight of a call's gain at
    the next call of its kind. `explore`: the share of calls whose kind is drawn. `prior`: the
    expected gain of a call that promises 1, of a kind without calls so far. `playlist`: the worth
    of a playlist that shows at least two tracks that count, where a track of a rare genre is worth
    1. `pages`: limit of pages of a list.
    """

    seed: int = _setting(1, integer(0, 2**31))
    score: str = _setting(ARMS, choice(*SCORES))
    round: int = _setting(20, integer(1, 1000))
    min_likes: int = _setting(30, integer(0))
    min_plays: int = _setting(200, integer(0))
    balance: float = _setting(0.5, number(0, 4))
    discount: float = _setting(0.98, number(0, 1))
    explore: float = _setting(0.1, number(0, 1))
    prior: float = _setting(10.0, number(0, 1e6))
    playlist: float = _setting(1.0, number(0, 1000))
    pages: int = _setting(20, integer(1, 10_000))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name."""
        return asdict(self)


def read_settings(pairs: Sequence[str]) -> CrawlSettings:
    """Return the settings given as NAME=VALUE, and the defaults for the rest.

    Raises DataError for an unknown name and for a value that its rule does not accept.
    """
    rules = {each.name: each.metadata["rule"] for each in fields(CrawlSettings)}
    given = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in rules:
            raise DataError(
                f"--set {pair}: {name} is unknown: expected one of {', '.join(sorted(rules))}"
            )
        try:
            given[name] = rules[name](value)
        except RefusedError as refused:
            raise DataError(f"--set {pair}: expected {refused}") from None
    return CrawlSettings(**given)
