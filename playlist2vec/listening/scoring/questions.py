"""Next-listen questions: kinds of questions, and the ranks of the answers."""

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
"""Questions with listens in memory at once."""
NEW = 0.1
"""Last share of the training time; songs first heard in the share are new."""
Excluded = Callable[[Queries], Exclusions]


def nothing(queries: Queries) -> Exclusions:
    """Return exclusions of no song."""
    return Exclusions.none(len(queries))


@dataclass(frozen=True, eq=False)
class Questions:
    """The questions of a history.

    `gap`: minutes that end a session. `back`: largest number of listens known to a question.
    """

    history: History
    gap: int
    back: int

    def __len__(self) -> int:
        return len(self.history.questions)

    @cached_property
    def users(self) -> NDArray[np.int64]:
        """Listeners of the questions: int64 (questions,)."""
        return self.history.histories.user_of(self.history.questions)

    @cached_property
    def targets(self) -> Rows:
        """Rows of the answers, below 0 outside the vocabulary: int64 (questions,)."""
        return Rows(self.history.histories.tracks[self.history.questions].astype(np.int64))

    def among(self, chosen: NDArray[np.bool_]) -> "Questions":
        """Return the chosen questions: bool (questions,)."""
        return replace(
            self, history=replace(self.history, questions=self.history.questions[chosen])
        )

    def queries(self, chosen: NDArray[np.int64]) -> Queries:
        """Return the chosen questions as queries, with the listens known at the time.

        `chosen`: int64 (chosen,), numbers of questions.
        """
        return asked_at(self.history.histories, self.history.questions[chosen], self.back)

    def rank(
        self, ranker: Ranker, excluded: Excluded = nothing, among: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Return ranks of answers, infinity outside the vocabulary: float64 (questions,).

        `among`: bool (questions,), the questions to rank; all other ranks are infinity. None: all.
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
        """Return the ranks of discoveries among songs new to the listener, else infinity."""
        return self.rank(ranker, heard_songs, self.slices["discoveries"])

    @cached_property
    def slices(self) -> dict[str, NDArray[np.bool_]]:
        """Kinds of questions by name: bool (questions,).

        `repeats`: the listener heard the song before. `discoveries`: the listener never heard the
        song. `session_starts`: the first listen, or after a pause of more than `gap`.
        `cold_listeners`: no listen in the training. `new_songs`: first heard in the last NEW of the
        training time. `outside`: songs without a training listen, a miss for every ranker.
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
