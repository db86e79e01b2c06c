"""The ways to find cold songs side by side: their vectors, the mixture of two, and their scores on
one task.
"""

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
"""What the share of the artist in the mixture may be."""
MIX, CEILING = "artist and sound", "ceiling"


@dataclass(frozen=True, eq=False)
class ColdSongs:
    """The songs of a collection, by code: `roles`, int8 (songs,), and `artists`, empty where none
    is known.

    `vocabulary`: the training songs with their counts, then the cold songs; `rows`: the row of each
    code.
    """

    roles: NDArray[np.int8]
    artists: Sequence[str]
    vocabulary: Vocabulary
    rows: RowOfCode

    @staticmethod
    def of(
        training: Vocabulary, ids: list[str], artists: Sequence[str], roles: NDArray[np.int8]
    ) -> "ColdSongs":
        """Return the songs with these ids; `training`: those that training playlists hold."""
        return ColdSongs(roles, artists, *with_cold(training, ids))

    def task(self, questions: ColdQuestions, role: Role, k: int) -> ColdTask:
        """Return the task to find the songs of a role."""
        return ColdTask(questions, np.flatnonzero(self.roles == role), self.rows, k)

    def by_known_artist(self, task: ColdTask) -> NDArray[np.bool_]:
        """Return for each candidate whether its artist has a training song: bool (candidates,)."""
        training = np.flatnonzero(self.roles == Role.TRAINING)
        known = {self.artists[code] for code in training.tolist()} - {""}
        return np.array([self.artists[code] in known for code in task.candidates.tolist()], bool)

    def score(self, methods: Mapping[str, SongVectors], task: ColdTask) -> dict[str, Scores]:
        """Return the scores of each method."""
        return {
            name: task.score(vectors.ranker(self.vocabulary, self.rows))
            for name, vectors in methods.items()
        }


def load_methods(baselines: str | Path, tower: str | Path, model: str) -> dict[str, SongVectors]:
    """Return the vectors of each baseline, and those of the trained model under its name."""
    methods = {name: SongVectors.load(Path(baselines) / f"{name}.npz") for name in BASELINES}
    return methods | {model: SongVectors.load(Path(tower) / "vectors.npz")}


def choose_share(
    songs: ColdSongs, artist: SongVectors, sound: SongVectors, task: ColdTask, params: ColdScoring
) -> tuple[float, float]:
    """Return the share of the artist in the mixture, and the NDCG of the mixture.

    The share with the best NDCG, the smallest of equal ones. Where the 95 % interval of its paired
    difference to the better of artist and sound alone reaches down to 0, the better one alone is
    taken: its gain may be chance.
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
    """Return the scores of whoever knows the planted taste, int8 (playlists, songs), and nothing
    else.
    """
    levels = taste[task.questions.known.rows][:, task.candidates]
    return expected(levels, task.questions.relevant(task.candidates), task.k)


def scores_and_table(
    songs: ColdSongs,
    methods: Mapping[str, SongVectors],
    task: ColdTask,
    params: ColdScoring,
    taste: Path,
) -> tuple[dict[str, Any], str]:
    """Return the mean scores by slice and method, and a CSV table of all with intervals.

    Slices: `all`, and those of the songs by an artist with and without training songs. `taste`: the
    file of the planted taste; an empty one gives no ceiling. Differences in the table are to the
    artist's method.
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
