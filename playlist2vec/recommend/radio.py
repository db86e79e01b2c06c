"""A radio: an endless playlist, drawn song by song from the suggestions of a ranker."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Row

Scores = Callable[[Sequence[Row]], NDArray[np.float64]]
"""Scores of all songs after the songs played so far, the latest last: float64 (songs,).

Minus infinity for a song that is never suggested. Only differences count, as between logarithms of
probabilities; there is no zero point.
"""


@dataclass(frozen=True)
class RadioParams:
    """Parameters of a radio.

    `neighbours`: number of best songs to draw from, 1 or more. `temperature`: 0 = always the best;
    larger values make the chances more equal: exp(score / temperature), with scores scaled to 0 to
    1. `look_back`: number of songs within which no song is repeated. `cool_down`: number of songs
    in a row within which no artist is repeated, 1 = no rule. `pull`: weight, 0 to 1, of the scores
    after the first song alone.
    """

    neighbours: int = 20
    temperature: float = 0.2
    look_back: int = 1000
    cool_down: int = 5
    pull: float = 0.3

    def __post_init__(self) -> None:
        for name, least in (("neighbours", 1), ("look_back", 1), ("cool_down", 1)):
            if getattr(self, name) < least:
                raise DataError(f"{name} = {getattr(self, name)}: expected {least} or more")
        if not 0 <= self.temperature < float("inf"):
            raise DataError(f"temperature = {self.temperature}: expected a number, 0 or more")
        if not 0 <= self.pull <= 1:
            raise DataError(f"pull = {self.pull}: expected a number from 0 to 1")


@dataclass(frozen=True)
class Step:
    """A song of a radio.

    `row`: the row in the model. `score`: (1 - pull) * score after the songs played so far + pull *
    score after the first song alone; None for the first song. `note`: the rule that had to be
    relaxed to find the song, empty as a rule.
    """

    row: Row
    score: float | None
    note: str


@dataclass(eq=False)
class Radio:
    """An endless sequence of songs: `for step in Radio(...)`.

    `scores`: function of a ranker. `artists`: int64 (songs,), -1 if unknown; every song without a
    known artist counts as an artist of its own. `start`: the row of the first song. `seed`: of the
    draws. `twins`: all rows of a song by each of the rows, for songs with several ids, which rest
    together.

    Songs are drawn from the `neighbours` best songs that are not resting (look_back) and whose
    artist is not resting (cool_down). If few songs are left, the draw reaches further down the
    list; the note says so beyond ten times `neighbours`. If no song is left, the rests are
    shortened as little as possible, those of artists first, and the note says so.
    """

    scores: Scores
    artists: NDArray[np.int64]
    start: Row
    params: RadioParams = field(default_factory=RadioParams)
    seed: int = 1
    twins: Mapping[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.start < len(self.artists):
            raise DataError(f"song {self.start}: expected rows from 0 to {len(self.artists) - 1}")
        self._to_start = self._scores_after([self.start])
        self._playable = np.isfinite(self._to_start)
        if not self._playable[self.start]:
            raise DataError(
                f"song {self.start} is never suggested: expected a song that was trained"
            )
        # A song without a known artist gets a code of its own, above the codes of all artists.
        own = np.arange(len(self.artists)) + int(self.artists.max(initial=0)) + 1
        self._artists = np.where(self.artists >= 0, self.artists, own)
        self._draws = np.random.default_rng(self.seed)
        self._played: deque[Row] = deque(
            maxlen=max(self.params.look_back, self.params.cool_down - 1)
        )
        self._disliked: set[int] = set()

    def __iter__(self) -> Iterator[Step]:
        """Yield the first song, then further songs without end."""
        yield self._play(Step(self.start, None, ""))
        while True:
            yield self._play(self._next())

    def skip(self) -> None:
        """Reject the last song: never play it again, and let its artist play at once."""
        if self._played:
            self._disliked.add(self._played.pop())

    def _play(self, step: Step) -> Step:
        self._played.append(step.row)
        return step

    def _next(self) -> Step:
        after = self._scores_after(list(self._played) or [self.start])
        # A song that is never suggested would give 0 * infinity.
        scores = np.full(len(after), -np.inf)
        pull, here = self.params.pull, self._playable
        scores[here] = (1 - pull) * after[here] + pull * self._to_start[here]
        allowed, note = self._allowed()
        places = np.flatnonzero(allowed)
        order = places[np.lexsort((places, -scores[places]))][: self.params.neighbours]
        row = Row(int(order[self._drawn(scores[order])]))
        if not note:
            beyond = int(np.count_nonzero(self._playable & (scores > scores[order[-1]]))) + 1
            if beyond > 10 * self.params.neighbours and beyond > len(order):
                note = (
                    f"widened to the {beyond:,} best songs: "
                    "the better ones have been played or rest"
                )
        return Step(row, float(scores[row]), note)

    def _allowed(self) -> tuple[NDArray[np.bool_], str]:
        """Return a mask of the songs that may come next, never empty, and a note on relaxed rules.

        The mask is bool (songs,).
        """
        played = list(self._played)
        recent = played[-self.params.look_back :]
        full = min(self.params.cool_down - 1, len(played))
        for rest in range(full, -1, -1):
            allowed = self._without(recent, played[len(played) - rest :])
            if allowed.any():
                relaxed = f"an artist may come again after {rest} songs: no other artist is left"
                return allowed, "" if rest == full else relaxed
        for back in range(len(recent) - 1, -1, -1):
            allowed = self._without(recent[len(recent) - back :], [])
            if allowed.any():
                return (
                    allowed,
                    f"a song may come again after {back} songs: all others have been played",
                )
        self._disliked.clear()
        return self._playable, "songs that were skipped may come again: no other is left"

    def _without(self, resting: list[Row], heard: list[Row]) -> NDArray[np.bool_]:
        """Return a mask without resting or skipped songs and artists of `heard`: bool (songs,)."""
        allowed: NDArray[np.bool_] = self._playable.copy()
        for rows in (resting, list(self._disliked)):
            allowed[[each for row in rows for each in self.twins.get(row, [row])]] = False
        if heard:
            allowed &= ~np.isin(self._artists, self._artists[heard])
        return allowed

    def _drawn(self, scores: NDArray[np.float64]) -> int:
        """Return the position of a score, drawn at random."""
        chance = self._draws.random()
        if self.params.temperature == 0:
            return 0
        spread = scores[0] - scores[-1]
        below = (scores - scores[0]) / spread if spread > 0 else np.zeros(len(scores))
        weights = np.exp(below / self.params.temperature)
        # Rounded, so that the last bit of an exponential does not decide on the song.
        sums = np.cumsum(np.round(weights, 9))
        return min(int(np.searchsorted(sums, chance * sums[-1], side="right")), len(scores) - 1)

    def _scores_after(self, songs: Sequence[Row]) -> NDArray[np.float64]:
        """Return the scores of all songs: float64 (songs,).

        Scores are rounded, so that the last bit does not decide on the song.
        """
        return np.round(self.scores(songs), 9)
