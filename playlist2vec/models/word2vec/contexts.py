"""The training data of Word2Vec: the tokens of songs, and sentences of tokens.

Training playlists come in parts, from any iterable that can be read again and again; a part is in
memory only while its sentences are made. So memory depends on the number of songs, not on the
number of plays.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.vocabulary import frequency_order
from playlist2vec.models.word2vec.shuffling import Shuffle

# gensim cuts a longer list off without a word (MAX_WORDS_IN_BATCH in its word2vec_inner.pyx).
LONGEST_SENTENCE = 10_000
PLAYLISTS_BETWEEN_REPORTS = 200
PAIRS_BETWEEN_REPORTS = 2_000
Report = Callable[[int], object]


class Sentences(Protocol):
    """Sentences for gensim that may be read again and again."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True, eq=False)
class Contexts:
    """The input of gensim: sentences and a vocabulary of tokens.

    `sentences`: lists of tokens. `tokens`: objects (tokens,), each token as text, in the order of
    gensim's rows. `plays`: int64 (tokens,), how often each token occurs. The first `songs` tokens
    are the songs as targets. `spaces`: the number of input vectors of a song; with 0 the targets'
    vectors are the input vectors, else the vectors of space s stand in the rows from
    `songs * (s + 1)` on. `shown`: tokens in one epoch.
    """

    sentences: Sentences
    tokens: NDArray[np.object_]
    plays: NDArray[np.int64]
    songs: int
    spaces: int
    shown: int

    @property
    def counts(self) -> dict[str, int]:
        """The number of plays by token, in the order of gensim's rows."""
        return dict(zip(self.tokens.tolist(), self.plays.tolist(), strict=True))


class PlaylistSentences:
    """Playlists as sentences that can be read again and again, with the number of sentences.

    `parts`: playlists of rows. `tokens`: objects, the text of each token. `artists`: int64
    (songs,), the token of each row's artist, -1 for unknown; None for sentences without artists.
    See `window_contexts`.
    """

    def __init__(
        self,
        parts: Iterable[Playlists],
        tokens: NDArray[np.object_],
        overlap: int,
        artists: NDArray[np.int64] | None = None,
        report: Report | None = None,
    ) -> None:
        self.parts = parts
        self.tokens = tokens
        self.overlap = min(overlap, LONGEST_SENTENCE // 2)
        self.artists = artists
        self.report = report
        self.sentences = self.shown = 0
        for part in parts:
            starts, ends = self._pieces(self._numbered(part)[1])
            self.sentences += len(starts)
            self.shown += int(np.sum(ends - starts))

    def __len__(self) -> int:
        return self.sentences

    def __iter__(self) -> Iterator[list[str]]:
        for part in self.parts:
            numbers, offsets = self._numbered(part)
            starts, ends = self._pieces(offsets)
            for first in range(0, len(starts), PLAYLISTS_BETWEEN_REPORTS):
                some = slice(first, first + PLAYLISTS_BETWEEN_REPORTS)
                base, end = int(starts[some][0]), int(ends[some][-1])
                flat = self.tokens[numbers[base:end]].tolist()
                bounds = zip(
                    (starts[some] - base).tolist(), (ends[some] - base).tolist(), strict=True
                )
                yield from [flat[start:end] for start, end in bounds]
                if self.report is not None:
                    self.report(int(np.sum(ends[some] - starts[some])))

    def _numbered(self, part: Playlists) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Return the numbers of the tokens of a part, and the offsets of the playlists."""
        if self.artists is None:
            return part.tracks, part.offsets
        return with_artists(part, self.artists)

    def _pieces(self, offsets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the starts and the ends of the sentences: two arrays, int64 (sentences,).

        `offsets`: the offsets of the playlists among the tokens.
        """
        step = LONGEST_SENTENCE - self.overlap
        further = np.maximum(-(-(np.diff(offsets) - LONGEST_SENTENCE) // step), 0)
        first = offsets_of(further + 1)
        number = np.arange(first[-1]) - np.repeat(first[:-1], further + 1)
        starts = np.repeat(offsets[:-1], further + 1) + step * number
        return starts, np.minimum(starts + LONGEST_SENTENCE, np.repeat(offsets[1:], further + 1))


class PairSentences:
    """Pairs of tokens as sentences, from a file of places in `tokens`, int32 (pairs, 2)."""

    def __init__(
        self, file: Path, pairs: int, tokens: NDArray[np.object_], report: Report | None = None
    ) -> None:
        self.file = file
        self.pairs = pairs
        self.tokens = tokens
        self.report = report

    def __len__(self) -> int:
        return self.pairs

    def __iter__(self) -> Iterator[list[str]]:
        with open(self.file, "rb") as file:
            while len(some := np.fromfile(file, np.int32, 2 * PAIRS_BETWEEN_REPORTS)):
                yield from self.tokens[some.reshape(-1, 2)].tolist()
                if self.report is not None:
                    self.report(len(some))


def window_contexts(
    train: Iterable[Playlists],
    counts: NDArray[np.int64],
    overlap: int,
    artists: NDArray[np.int64] | None = None,
    report: Report | None = None,
) -> Contexts:
    """Return playlists as sentences; the context of a song are the songs nearby, before or after.

    `train`: playlists of rows, in parts. `counts`: int64 (songs,), plays of each row. A playlist of
    more than LONGEST_SENTENCE songs becomes several sentences of at most that length. A further
    sentence begins with the last `overlap` tokens of the sentence before, so that every song meets
    its neighbours; the overlap is trained on twice. `artists`: int64 (songs,), the number of each
    row's artist, -1 for unknown: then every song is followed by a token for its artist, as
    Caselles-Dupré et al. (RecSys 2018) train MetaProd2Vec (Vasile, Smirnova, Conneau, RecSys 2016).
    Artists have vectors then, and are drawn as negatives, but are no songs.
    """
    plays, artists = artist_tokens(counts, artists)
    names = [str(row) for row in range(len(counts))]
    names += [f"artist{number}" for number in range(len(plays) - len(counts))]
    tokens = np.array(names, object)
    sentences = PlaylistSentences(train, tokens, overlap, artists, report)
    return Contexts(sentences, tokens, plays, len(counts), 0, sentences.shown)


def artist_tokens(
    counts: NDArray[np.int64], artists: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """Return the plays of all tokens, songs and then artists, and the tokens of the songs' artists,
    -1 for unknown.

    `counts`, `artists`: int64 (songs,), plays of each song and the number of its artist, -1 for
    unknown; without `artists` the songs are all tokens.
    """
    if artists is None:
        return counts, None
    known = artists >= 0
    # Plays are far fewer than 2**53, so their sums in float64 are exact.
    played = np.bincount(artists[known], counts[known]).astype(np.int64)
    order = frequency_order(played)
    # One more, for the artist -1.
    token_of = np.full(len(played) + 1, -1, np.int64)
    token_of[order] = np.arange(len(order)) + len(counts)
    return np.concatenate([counts, played[order]]), token_of[artists]


def with_artists(
    part: Playlists, artists: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the songs of a part, followed by the tokens of the artists, and the offsets of the
    playlists.

    `artists`: int64 (songs,), -1 for a song without one.
    """
    both = np.column_stack([part.tracks, artists[part.tracks]]).ravel()
    return both[both >= 0], offsets_of((both >= 0).astype(np.int64))[2 * part.offsets]


def directed_contexts(
    train: Iterable[Playlists],
    counts: NDArray[np.int64],
    window: int,
    spaces: int,
    seed: int,
    folder: Path,
    report: Report | None = None,
) -> Contexts:
    """Return pairs of a song and a later song within `window`, as a query token and a target token.

    `train`: playlists of rows, in parts. A song's two tokens have nothing in common, so the order
    of a playlist counts. `spaces`: 1 = a song has one query token for all distances; `window` = a
    song has a query token for each distance. Pairs come in an order that `seed` shuffles, the same
    in every epoch. The vocabulary is `spaces` + 1 times the songs, an epoch has up to `window`
    pairs for each play. `folder`: where the shuffled pairs are kept as long as the contexts are
    used, 8 bytes a pair, and up to 24 during the shuffling. Raises DataError when the disk is full.
    """
    songs = len(counts)
    numbers = np.zeros(window + 1, np.int64)
    for part in train:
        numbers[1:] += [
            int(np.maximum(part.lengths - distance, 0).sum()) for distance in range(1, window + 1)
        ]
    asked = np.zeros(spaces * songs, np.int64)
    shuffle = Shuffle(folder, int(numbers.sum()))
    # A pair's hash is the hash of its place among all pairs: first all pairs of neighbours, then
    # all pairs at distance 2, and so on.
    place = np.cumsum(numbers)[:-1]
    for part in train:
        left = np.repeat(part.offsets[1:], part.lengths) - np.arange(len(part.tracks))
        for distance in range(1, window + 1):
            first = np.flatnonzero(left > distance)
            asking = part.tracks[first] + min(distance, spaces) * songs
            np.add.at(asked, asking - songs, 1)
            hashes = mix(
                np.arange(place[distance - 1], place[distance - 1] + len(first), dtype=np.uint64),
                seed,
            )
            shuffle.add(hashes, asking, part.tracks[first + distance])
            place[distance - 1] += len(first)
    file = shuffle.finish()
    names = [str(row) for row in range(songs)]
    names += [f"{distance}before{row}" for distance in range(spaces) for row in range(songs)]
    tokens = np.array(names, object)
    # A target counts by its plays: negatives and log-odds are about plays, not about pairs.
    plays = np.maximum(np.concatenate([counts, asked]), 1)
    sentences = PairSentences(file, shuffle.pairs, tokens, report)
    return Contexts(sentences, tokens, plays, songs, spaces, 2 * shuffle.pairs)
