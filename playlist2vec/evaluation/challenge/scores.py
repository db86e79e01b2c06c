"""Scores of the RecSys Challenge 2018 for any ranker, from the hidden parts of playlists."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, places_of
from playlist2vec.corpus.songs import RowOfCode, Rows
from playlist2vec.corpus.tracks import artists_of
from playlist2vec.corpus.vocabulary import rows_of
from playlist2vec.evaluation.challenge.metrics import (
    Truth,
    clicks,
    ndcg,
    r_precision,
    r_precision_missed_artists,
    r_precision_tracks,
)
from playlist2vec.evaluation.challenge.ways import WAYS, HeldOut, hold_out
from playlist2vec.evaluation.intervals import bootstrap
from playlist2vec.evaluation.params import Scoring
from playlist2vec.ranking.exclusions import Exclusions, filled_up
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Queries, decayed
from playlist2vec.ranking.ranker import Ranker

SUGGESTIONS = 500
BLOCK = 1024
SCORES = ("r_precision", "r_precision_missed_artists", "r_precision_tracks", "ndcg", "clicks")
"""R-precision in the three readings defined in `metrics`, then NDCG and clicks."""


@dataclass(frozen=True, eq=False)
class Task:
    """Playlists to continue, in rows of the training vocabulary.

    `held`: the playlists in song codes. `queries`: the shown songs in the query. `known`: all shown
    songs with a row, which are never suggested. `codes`: int64 (rows,), the song code of every row.
    `artists`: int64 (codes,), the artist of every song code, -1 for unknown. `counts`: as in
    Challenge.
    """

    held: HeldOut
    queries: Queries
    known: Exclusions
    codes: NDArray[np.int64]
    artists: NDArray[np.int64]
    counts: dict[str, int]


@dataclass(frozen=True, eq=False)
class Challenge:
    """Scores of every playlist.

    `each`: float64 (5, playlists), the SCORES. `ways`: int64 (playlists,), places in WAYS.
    `counts`: the songs `shown` and `to_find`, the songs not seen in training among both, the plays
    left out because the song occurs earlier in the playlist (`repeated`), and the playlists with no
    song in the query, answered `by_popularity`.
    """

    each: NDArray[np.float64]
    ways: NDArray[np.int64]
    counts: dict[str, int]

    def scores(self) -> dict[str, Any]:
        """Return mean scores over all playlists, over equally weighted ways and by way, and counts.

        The result is ready for JSON. `alike` is the mean of the ways' means: the weights of the
        challenge, which has 1,000 playlists per way.
        """
        ways = {
            name: {"playlists": int(np.count_nonzero(chosen)), **self._means(chosen)}
            for name, chosen in self._of_each_way()
        }
        means = np.array([self.each[:, chosen].mean(axis=1) for _, chosen in self._of_each_way()])
        whole = np.ones(len(self.ways), bool)
        alike = dict(
            zip(SCORES, (round(float(mean), 6) for mean in means.mean(axis=0)), strict=True)
        )
        return {
            "playlists": len(self.ways),
            **self._means(whole),
            **self.counts,
            "alike": alike,
            "ways": ways,
        }

    def table(self, params: Scoring) -> str:
        """Return CSV lines without a header: score, value and 95 % interval, for all and by way."""
        lines = []
        everything = ("", np.ones(len(self.ways), bool))
        for name, chosen in (
            everything,
            *((f"ways.{name}.", chosen) for name, chosen in self._of_each_way()),
        ):
            intervals = bootstrap(self.each[:, chosen], params.resamples, params.seed)
            for score, (value, low, high) in zip(SCORES, intervals, strict=True):
                lines.append(f"challenge.{name}{score},{value:.6f},{low:.6f},{high:.6f}\n")
        return "".join(lines)

    def summary(self) -> str:
        """Return the scores and the counts as a line."""
        rates = ", ".join(
            f"{name.replace('r_precision', 'r-precision').replace('_', ' ')} {mean:.4f}"
            for name, mean in zip(SCORES, self.each.mean(axis=1), strict=True)
        )
        counts = ", ".join(
            f"{count:,} {name.replace('_', ' ')}" for name, count in self.counts.items()
        )
        ways = ", ".join(
            f"{np.count_nonzero(chosen):,} {name.replace('_', ' ')}"
            for name, chosen in self._of_each_way()
        )
        return f"challenge: {len(self.ways):,} playlists ({ways}): {rates}; {counts}"

    def _means(self, chosen: NDArray[np.bool_]) -> dict[str, float]:
        means = self.each[:, chosen].mean(axis=1)
        return {name: round(float(mean), 6) for name, mean in zip(SCORES, means, strict=True)}

    def _of_each_way(self) -> list[tuple[str, NDArray[np.bool_]]]:
        """Return the ways that occur, with a mask of the playlists: bool (playlists,)."""
        chosen = ((way.name, self.ways == number) for number, way in enumerate(WAYS))
        return [(name, which) for name, which in chosen if which.any()]


def task_of(
    playlists: Playlists, rows: RowOfCode, artists: NDArray[np.int64], params: Query
) -> Task:
    """Show a part of every playlist and hold back the rest.

    `rows`: int64 (codes,), the row of every song code in the training vocabulary, -1 for no row. A
    song not seen in training is left out of the query, and is a miss where it is to be found.
    """
    held = hold_out(playlists)
    seeds = replace(held.seeds, tracks=rows[held.seeds.tracks].astype(np.int32))
    queries, known = asked_with(seeds, params)
    codes = np.zeros(int(np.count_nonzero(rows >= 0)), np.int64)
    codes[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    counts = {
        "shown": len(seeds.tracks),
        "unseen_shown": int(np.count_nonzero(seeds.tracks < 0)),
        "to_find": len(held.truth.songs),
        "unseen_to_find": int(np.count_nonzero(rows[held.truth.songs] < 0)),
        "repeated": held.repeated,
        "by_popularity": int(np.count_nonzero(queries.lengths == 0)),
    }
    return Task(held, queries, known, codes, artists, counts)


def asked_with(seeds: Playlists, params: Query) -> tuple[Queries, Exclusions]:
    """Return queries for shown songs, and the shown songs as exclusions.

    `seeds`: rows of the training vocabulary, -1 for no row. The query is the last `songs_back`
    songs, weighted by `decay`, as with `query: history`, whatever `params.query` is.
    """
    known = decayed(seeds, len(seeds.tracks), 1.0)
    return decayed(seeds, params.songs_back, params.decay), Exclusions(known.songs, known.offsets)


def continue_playlists(task: Task, ranker: Ranker) -> Challenge:
    """Ask a ranker for SUGGESTIONS songs per playlist, a block at a time, and score the lists."""
    each = np.empty((len(SCORES), len(task.held)))
    for start in range(0, len(task.held), BLOCK):
        block = np.arange(start, min(start + BLOCK, len(task.held)))
        rows = suggestions(ranker, task.queries.choose(block), task.known.choose(block))
        songs = np.where(rows >= 0, task.codes[rows], -1)
        places, offsets = places_of(task.held.truth.offsets, block)
        truth = Truth(task.held.truth.songs[places], offsets)
        each[:, start : start + len(block)] = (
            r_precision(songs, truth, task.artists),
            r_precision_missed_artists(songs, truth, task.artists),
            r_precision_tracks(songs, truth),
            ndcg(songs, truth),
            clicks(songs, truth),
        )
    return Challenge(each, task.held.ways, task.counts)


def suggestions(ranker: Ranker, queries: Queries, known: Exclusions) -> Rows:
    """Return SUGGESTIONS rows per query: int64 (queries, SUGGESTIONS), -1 where no song is left.

    Popular songs fill up lists that are too short, and answer queries without a song.
    """
    return Rows(
        filled_up(ranker.suggest(queries, known, SUGGESTIONS), known, len(ranker.vocabulary))
    )


def evaluate_challenge(
    ranker: Ranker, playlists: Playlists, ids: list[str], tracks: str | Path, query: Query
) -> Challenge:
    """Return the ranker's scores on `playlists`.

    `ids`: the track id of every song code. `tracks`: the table of tracks, read for the artists.
    """
    task = task_of(playlists, rows_of(ranker.vocabulary, ids), artist_codes(tracks, ids), query)
    return continue_playlists(task, ranker)


def artist_codes(tracks: str | Path, ids: list[str]) -> NDArray[np.int64]:
    """Return the artist of every song code as a number: int64 (codes,), -1 for unknown."""
    numbers = {"": -1}
    found = [numbers.setdefault(artist, len(numbers) - 1) for artist in artists_of(tracks, ids)]
    return np.array(found, np.int64)
