"""Submissions to the RecSys Challenge 2018: 500 songs for every playlist to continue, as CSV.

The first line names the team: `team_info,main,NAME,MAIL`, or `creative` for a model trained on
further data. The challenge open since 2020 (aicrowd.com) has a single track and leaves out the
field. A line per playlist follows: pid and 500 different uris, the best first, without the songs
shown.
"""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.evaluation.challenge.challenge_set import TRACK, ChallengePlaylist, ways_of
from playlist2vec.evaluation.challenge.scores import SUGGESTIONS, asked_with, suggestions
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.ranker import Ranker

BLOCK = 1024
ENDINGS = (".csv", ".csv.gz")


class Team(NamedTuple):
    """The submitting team and the track: main, creative, or '' for a challenge of one track."""

    name: str
    email: str
    track: str

    def line(self) -> str:
        """Return the first line of a submission. Raises DataError for values that do not fit in."""
        for option, value in (("--team", self.name), ("--email", self.email)):
            if not value.strip() or "," in value or not value.isprintable():
                raise DataError(
                    f"{option} {value!a}: expected text on one line, not empty and without a comma"
                )
        if "@" not in self.email:
            raise DataError(f"{self.email!a}: expected an e-mail address")
        return ",".join(
            ["team_info", *filter(None, [self.track]), self.name.strip(), self.email.strip()]
        )


class Submitted(NamedTuple):
    """Counts of a submission.

    `ways`: playlists by way. `seeds`: songs shown, `unknown`: of these, songs unknown to the model.
    Answered by popularity: `untold`, playlists without shown songs, and `strange`, playlists with
    unknown songs only.
    """

    ways: dict[str, int]
    seeds: int
    unknown: int
    untold: int
    strange: int

    def summary(self) -> str:
        """Return the counts as a line."""
        ways = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in self.ways.items())
        return (
            f"{sum(self.ways.values()):,} playlists ({ways}), {SUGGESTIONS} songs each; "
            f"{self.unknown:,} of {self.seeds:,} songs shown unknown to the model; answered by "
            f"popularity: {self.untold:,} that show no song, {self.strange:,} of which the model "
            "knows none"
        )


def write_submission(
    path: str | Path,
    team: Team,
    playlists: Sequence[ChallengePlaylist],
    ranker: Ranker,
    query: Query,
) -> Submitted:
    """Continue the playlists, with queries as in `evaluate.challenge`, and write the submission.

    `path` ends in .csv, or .csv.gz for a compressed file; the file is written whole or not at all,
    and equal submissions have equal bytes. Raises DataError for a model of other tracks than
    Spotify's, and for a model with too few songs.
    """
    if not str(path).endswith(ENDINGS):
        raise DataError(f"{path}: expected a name that ends in {' or '.join(ENDINGS)}")
    first, ids = team.line(), ranker.vocabulary.ids
    stranger = next((track for track in ids if not TRACK.fullmatch(track)), None)
    if stranger is not None:
        raise DataError(
            f"the model has the track {stranger[:40]!a}: expected one of Spotify's tracks alone, "
            "spotify:track: and 22 letters or digits, as the data set spotify_mpd gives"
        )
    seeds = _seeds(playlists, ranker.vocabulary.index_of())
    queries, known = asked_with(seeds, query)
    most = max((len(set(each.tolist()) - {-1}) for each in seeds), default=0)
    if len(ids) - most < SUGGESTIONS:
        raise DataError(
            f"the model has {len(ids):,} songs, {most} of them shown by one playlist: "
            f"expected {SUGGESTIONS} more than that"
        )
    with _opened(path) as file:
        file.write(f"{first}\n".encode())
        for block in _blocks(len(playlists)):
            lists = suggestions(ranker, queries.choose(block), known.choose(block))
            for number, songs in zip(block.tolist(), lists.tolist(), strict=True):
                file.write(
                    f"{playlists[number].pid},{','.join([ids[song] for song in songs])}\n".encode()
                )
    shown = seeds.lengths > 0
    return Submitted(
        ways=ways_of(playlists),
        seeds=len(seeds.tracks),
        unknown=int(np.count_nonzero(seeds.tracks < 0)),
        untold=int(np.count_nonzero(~shown)),
        strange=int(np.count_nonzero(shown & (queries.lengths == 0))),
    )


def _seeds(playlists: Sequence[ChallengePlaylist], row_of: dict[str, int]) -> Playlists:
    """Return the songs shown, as rows of the model, -1 for a song unknown to the model."""
    tracks = np.array(
        [row_of.get(uri, -1) for playlist in playlists for uri in playlist.seeds], np.int32
    )
    offsets = offsets_of(np.array([len(playlist.seeds) for playlist in playlists], np.int64))
    return Playlists(
        tracks, offsets, np.zeros(len(playlists), np.uint64), np.full(len(playlists), -1)
    )


def _blocks(playlists: int) -> Iterator[NDArray[np.int64]]:
    """Yield the numbers of the playlists, a block at a time, under a progress bar on terminals."""
    from tqdm import tqdm

    with tqdm(total=playlists, unit=" playlists", disable=None) as bar:
        for start in range(0, playlists, BLOCK):
            block = np.arange(start, min(start + BLOCK, playlists))
            yield block
            bar.update(len(block))


@contextmanager
def _opened(path: str | Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        if not str(path).endswith(".gz"):
            yield file
            return
        # A file name and a time in the header would differ from run to run.
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
            yield packed
