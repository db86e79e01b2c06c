"""Histories from the canonical form, and the counts of all listens by period."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.listens import FILE, Listens
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.storage import PlaylistsFile
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.listening.history.cutting import Cuts, blocks, cut, songs_of
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.questions import choose_questions
from playlist2vec.listening.history.storage import History, Songs

Counts = dict[str, int]


@dataclass(frozen=True, eq=False)
class Made:
    """The questions of validation, with the listens before the test, and of the test, with all
    listens.

    `histories`: of all listens, in codes. `tracks`: the table of the codes. `rows`: int32 (codes,),
    the row of every code, below 0 for a song outside the vocabulary.
    """

    histories: Histories
    tracks: Tracks
    rows: NDArray[np.int32]
    songs: Songs
    cuts: Cuts
    validation: NDArray[np.int64]
    test: NDArray[np.int64]

    def save(self, validation: str | Path, test: str | Path) -> None:
        """Write two folders as `History.save` does, and tracks.tsv into the first folder."""
        whole, cuts = self.histories, self.cuts
        before = offsets_before(whole, cuts.test)
        known = Histories(whole.tracks[:0], whole.seconds[:0], before)
        asked = self.validation - (whole.users - before)[whole.user_of(self.validation)]
        for folder, users, questions, end in (
            (validation, known, asked, cuts.test),
            (test, whole, self.test, 1 << 32),
        ):
            history = History(users, self.songs, cuts.first, cuts.end, questions)
            history.save(folder, self._parts(end))
        self.names().save(Path(validation) / "tracks.tsv")

    def names(self) -> Tracks:
        """Return the songs of the vocabulary with their names, in the order of the rows."""
        kept = np.flatnonzero(self.rows >= 0)
        order = kept[np.argsort(self.rows[kept], kind="stable")].tolist()
        columns = (
            self.tracks.ids,
            self.tracks.artists,
            self.tracks.artist_names,
            self.tracks.titles,
        )
        ids, artists, artist_names, titles = (
            [column[code] for code in order] for column in columns
        )
        return Tracks(ids, artists, artist_names, titles, [""] * len(order))

    def _parts(self, end: int) -> Iterator[Histories]:
        """Yield the listens before second `end`, with rows in place of codes."""
        for block in blocks(len(self.histories)):
            kept = self.histories.seconds[block] < end
            tracks = self.rows[self.histories.tracks[block][kept]]
            yield Histories(tracks, self.histories.seconds[block][kept], self.histories.users[:1])


def offsets_before(histories: Histories, end: int) -> NDArray[np.int64]:
    """Return the offsets of the listeners in the listens before `end`: int64 (users + 1,)."""
    pairs = pairwise(histories.users.tolist())
    return offsets_of(
        np.array([np.searchsorted(histories.seconds[a:b], end) for a, b in pairs], np.int64)
    )


def load_canonical(folder: str | Path) -> tuple[Histories, Tracks]:
    """Return all listens in codes, and the table of tracks.

    Raises DataError for a data set without listeners and times.
    """
    folder = Path(folder)
    for name in ("playlists.npz", "tracks.tsv"):
        if not (folder / name).is_file():
            raise DataError(
                f"{folder / name}: no such file: "
                "expected what `dvc repro` writes into data/canonical"
            )
    if not (folder / FILE).is_file():
        raise DataError(
            f"{folder / FILE}: no such file: expected a data set that says who listened when, "
            "such as listenbrainz, lastfm, spotify_history, or local with local.time_column"
        )
    plays, tracks = PlaylistsFile(folder / "playlists.npz"), Tracks.load(folder / "tracks.tsv")
    listens = Listens.load(folder / FILE, plays.plays)
    first = int(listens.users[0])
    codes = plays.mapped("tracks")[first : listens.users[-1]]
    ends = [(codes[block].min(), codes[block].max()) for block in blocks(len(codes))]
    if any(low < 0 or high >= len(tracks) for low, high in ends):
        raise DataError(
            f"{folder / 'playlists.npz'}: a track without a line in tracks.tsv: "
            "expected the same data set"
        )
    return Histories(codes, listens.seconds, listens.users - first), tracks


def make_history(
    histories: Histories, tracks: Tracks, params: HistoryParams
) -> tuple[Made, dict[str, Counts]]:
    """Cut listens, in codes, by time; return the two histories, and counts by period."""
    cuts = cut(histories.seconds, params)
    songs, rows = songs_of(histories, tracks, cuts, params.min_count)
    validation = choose_questions(histories, cuts.end, cuts.test, params.questions, params.seed)
    test = choose_questions(histories, cuts.test, 1 << 32, params.questions, params.seed)
    made = Made(histories, tracks, rows, songs, cuts, validation, test)
    counts = {
        "training": _counts(made, cuts.first, cuts.end),
        "validation": _counts(made, cuts.end, cuts.test) | {"questions": len(validation)},
        "test": _counts(made, cuts.test, 1 << 32) | {"questions": len(test)},
    }
    counts["training"] |= {
        "left_out_as_too_early": int(np.count_nonzero(histories.seconds < cuts.first))
    }
    counts["songs"] = {
        "in_training": len(songs.vocabulary),
        "in_all": len(tracks),
        "artists": _artists(songs),
    }
    return made, counts


def _counts(made: Made, first: int, end: int) -> Counts:
    """Count the listens of a period, the listeners, and the listens without a row."""
    histories, listens, unknown = made.histories, 0, 0
    heard = np.zeros(len(histories.users) - 1, bool)
    for block in blocks(len(histories)):
        places = (
            np.flatnonzero((histories.seconds[block] >= first) & (histories.seconds[block] < end))
            + block.start
        )
        listens += len(places)
        unknown += int(np.count_nonzero(made.rows[histories.tracks[places]] < 0))
        heard[histories.user_of(places)] = True
    return {
        "listens": listens,
        "listeners": int(np.count_nonzero(heard)),
        "of_songs_outside_vocabulary": unknown,
    }


def _artists(songs: Songs) -> int:
    return len(np.unique(songs.artists))
