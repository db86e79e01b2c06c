"""Methods to find cold songs: vectors, the mixture of two methods, and scores on a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.cold_songs.scoring.metrics import expected
from playlist2vec.cold_songs.scoring.params import ColdScoring
from playlist2vec.cold_songs.scoring.scores import (
    HEADER,
    ColdTask,
    Scores,
    intervals,
    means,
    table_of,
)
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.audio.vectors import SongVectors, mixture, with_cold

BASELINES = ("random", "knn", "ridge", "artist")
SHARES = tuple(round(0.1 * step, 1) for step in range(11))
"""Candidates for the share of the artist in the mixture."""
MIX, CEILING = "artist and sound", "ceiling"


@dataclass(frozen=True, eq=False)
class ColdSongs:
    """The songs of a collection by code.

    `roles`: int8 (songs,). `artists`: by song, empty where unknown. `vocabulary`: the training
    songs with counts, then the cold songs. `rows`: the row of each code.
    """

    roles: NDArray[np.int8]
    artists: Sequence[str]
    vocabulary: Vocabulary
    rows: RowOfCode

    @staticmethod
    def of(
        training: Vocabulary, ids: list[str], artists: Sequence[str], roles: NDArray[np.int8]
    ) -> "ColdSongs":
        """Return the songs with these ids; `training`: the vocabulary of the training playlists."""
        return ColdSongs(roles, artists, *with_cold(training, ids))

    def task(self, questions: ColdQuestions, role: Role, k: int) -> ColdTask:
        """Return the task to find the songs of a role."""
        return ColdTask(questions, np.flatnonzero(self.roles == role), self.rows, k)

    def by_known_artist(self, task: ColdTask) -> NDArray[np.bool_]:
        """Return True for candidates whose artist has a training song: bool (candidates,)."""
        training = np.flatnonzero(self.roles == Role.TRAINING)
        known = {self.artists[code] for code in training.tolist()} - {""}
        return np.array([self.artists[code] in known for code in task.candidates.tolist()], bool)

    def score(self, methods: Mapping[str, SongVectors], task: ColdTask) -> dict[str, Scores]:
        """Return the scores of all methods by name."""
        return {
            name: task.score(vectors.ranker(self.vocabulary, self.rows))
            for name, vectors in methods.items()
        }


def load_methods(baselines: str | Path, tower: str | Path, model: str) -> dict[str, SongVectors]:
    """Return the vectors of all baselines, and of the trained model under the name `model`."""
    methods = {name: SongVectors.load(Path(baselines) / f"{name}.npz") for name in BASELINES}
    return methods | {model: SongVectors.load(Path(tower) / "vectors.npz")}


def choose_share(
    songs: ColdSongs, artist: SongVectors, sound: SongVectors, task: ColdTask, params: ColdScoring
) -> tuple[float, float]:
    """Return the share of the artist in the mixture, and the NDCG of the mixture.

    The share with the best NDCG is chosen, the smallest at a tie. If the 95 % interval of the
    paired gain over the better of artist and sound alone reaches down to 0, the gain may be chance,
    and the better of the two alone is chosen.
    """
    name = f"ndcg@{task.k}"
    found = {
        share: songs.score({MIX: mixture(artist, sound, share)}, task)[MIX] for share in SHARES
    }
    ndcg = {share: means(scores)[name] for share, scores in found.items()}
    best = max(SHARES, key=lambda share: ndcg[share])
    alone = max((SHARES[0], SHARES[-1]), key=lambda share: ndcg[share])
    if intervals({name: found[best][name] - found[alone][name]}, params)[name].low <= 0:
        best = alone
    return best, ndcg[best]


def ceiling(task: ColdTask, taste: NDArray[np.int8]) -> Scores:
    """Return the scores of ranking by the planted taste, int8 (playlists, songs), alone."""
    levels = taste[task.questions.known.rows][:, task.candidates]
    return expected(levels, task.questions.relevant(task.candidates), task.k)


def scores_and_table(
    songs: ColdSongs,
    methods: Mapping[str, SongVectors],
    task: ColdTask,
    params: ColdScoring,
    taste: Path,
) -> tuple[dict[str, Any], str]:
    """Return mean scores by slice and method, and all scores with intervals as CSV.

    Slices: `all`, and the songs whose artist has training songs (`known artist`) or has none (`new
    artist`). `taste`: the file of the planted taste; an empty array gives no ceiling. Differences
    in the table are to the artist's method.
    """
    known = songs.by_known_artist(task)
    slices = {
        "all": task,
        "known artist": task.of_songs(known),
        "new artist": task.of_songs(~known),
    }
    planted = np.load(taste, allow_pickle=False)
    found: dict[str, Any] = {"questions": len(task.questions), "candidates": len(task.candidates)}
    lines = [f"slice,{HEADER}\n"]
    for name, part in slices.items():
        if not len(part.candidates) or not part.questions.relevant(part.candidates).any():
            continue
        scores = songs.score(methods, part)
        if planted.size:
            scores[CEILING] = ceiling(part, planted)
        found[name] = {method: means(each) for method, each in scores.items()}
        lines += [f"{name},{line}\n" for line in table_of(scores, "artist", params)]
    return found, "".join(lines)
