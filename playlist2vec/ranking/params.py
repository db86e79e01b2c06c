"""Parameters of queries: songs, similarity, and songs that may be suggested."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, flag, integer, number, parameter

SIMILARITIES = ("cosine", "euclidean", "dot", "log_odds", "log_odds_symmetric")
"""The similarities of `EmbeddingRanker`."""


@dataclass(frozen=True)
class Query:
    """Part of section `evaluate`: songs of a query, similarity, and songs that may be suggested."""

    SECTION: ClassVar[str] = "evaluate"

    similarity: str = parameter(choice(*SIMILARITIES))
    query: str = parameter(choice("last", "history"))
    songs_back: int = parameter(integer(1, 1_000))
    decay: float = parameter(number(0, 1, above=True))
    repeats: str = parameter(choice("miss", "hit"))
    suggest_known: bool = parameter(flag())
