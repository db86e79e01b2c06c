"""Parameters of the question: how songs are ranked for a query."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, flag, integer, number, parameter

SIMILARITIES = ("cosine", "euclidean", "dot", "log_odds", "log_odds_symmetric")
"""What `EmbeddingRanker` can score songs by."""


@dataclass(frozen=True)
class Query:
    """Of section `evaluate`: what a query holds, how songs are scored for it, and which may be
    suggested.
    """

    SECTION: ClassVar[str] = "evaluate"

    similarity: str = parameter(choice(*SIMILARITIES))
    query: str = parameter(choice("last", "history"))
    songs_back: int = parameter(integer(1, 1_000))
    decay: float = parameter(number(0, 1, above=True))
    repeats: str = parameter(choice("miss", "hit"))
    suggest_known: bool = parameter(flag())
