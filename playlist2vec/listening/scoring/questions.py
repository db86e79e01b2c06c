"""Questions about the next listen: which there are, of which kinds, and the rank that a ranker
gives their answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.listening.history.storage import History
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_at, heard_songs
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker

BLOCK = 512
"""Questions whose listens are in memory at once."""
NEW = 0.1
"""Songs first heard in the last so large share of the training time are new ones."""
Excluded = Callable[[Queries], Exclusions]


def nothing(queries: Queries) -> Exclusions:
    """Return exclusions of nothing."""
    return Exclusions.none(len(queries))


@dataclass(frozen=True, eq=False)
class Questions:
    """The questions of a history. `gap`: minutes that end a session. `back`: listens that a
    question sees at most.
    """

    history: History
    gap: int
    back: int

    def __len__(self) -> int:
        return len(self.history.questions)

    @cached_property
    def users(self) -> NDArray[np.int64]:
        """The listener of each question: int64 (questions,)."""
        return self.history.histories.user_of(self.history.questions)

    @cached_property
    def targets(self) -> Rows:
        """The row of the song of each question, below 0 for one outside the vocabulary: int64
        (questions,).
        """
        return Rows(self.history.histories.tracks[self.history.questions].astype(np.int64))

    def among(self, chosen: NDArray[np.bool_]) -> "Questions":
        """Return some of the questions: bool (questions,)."""
        return replace(
            self, history=replace(self.history, questions=self.history.questions[chosen])
        )

    def queries(self, chosen: NDArray[np.int64]) -> Queries:
        """Return what is known when some of the questions are asked."""
        return asked_at(self.history.histories, self.history.questions[chosen], self.back)

    def rank(
        self, ranker: Ranker, excluded: Excluded = nothing, among: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Return the rank of each answer, infinity for one outside the vocabulary: float64
        (questions,).

        `among`: bool (questions,), the questions that are asked; the others get infinity. None =
        all.
        """
        ranks = np.full(len(self), np.inf)
        asked = self.targets >= 0
        some = np.flatnonzero(asked if among is None else asked & among)
        for start in range(0, len(some), BLOCK):
            chosen = some[start : start + BLOCK]
            queries = self.queries(chosen)
            ranks[chosen] = ranker.rank(queries, Rows(self.targets[chosen]), excluded(queries))
        return ranks

    def rank_discoveries(self, ranker: Ranker) -> NDArray[np.float64]:
        """Return the ranks of answers that the listener never heard, among such songs alone;
        infinity for others.
        """
        return self.rank(ranker, heard_songs, self.slices["discoveries"])

    @cached_property
    def slices(self) -> dict[str, NDArray[np.bool_]]:
        """Kinds of questions by name: bool (questions,) each.

        `repeats`: the listener heard the song before; `discoveries`: never. `session_starts`: after
        a pause of `gap`. `cold_listeners`: who heard nothing in the training. `new_songs`: first
        heard in its last NEW. `outside`: songs that nobody heard in it, which are misses for every
        ranker.
        """
        history, heard = self.history, self.history.histories
        places, users = history.questions, self.users
        repeats = np.array(
            [
                bool(
                    (
                        heard.tracks[max(heard.users[user], place - self.back) : place]
                        == heard.tracks[place]
                    ).any()
                )
                for place, user in zip(places.tolist(), users.tolist(), strict=True)
            ],
            bool,
        )
        first = heard.users[users]
        before = heard.seconds[np.maximum(places - 1, 0)].astype(np.int64)
        pauses = heard.seconds[places].astype(np.int64) - before
        late = history.end - NEW * (history.end - history.first)
        new = np.zeros(len(self), bool)
        inside = self.targets >= 0
        new[inside] = history.songs.first_heard[self.targets[inside]] >= late
        return {
            "repeats": repeats,
            "discoveries": ~repeats,
            "session_starts": (places == first) | (pauses > 60 * self.gap),
            "cold_listeners": np.diff(history.training().users)[users] == 0,
            "new_songs": new,
            "outside": ~inside,
        }
