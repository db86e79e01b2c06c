"""What Word2Vec is shown: which tokens stand for a song, and which sentences they form.

Training playlists come in parts, from anything that can be iterated over again and again; a part is
in memory only while its sentences are made. So memory depends on the number of songs, not on that
of plays.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.vocabulary import frequency_order

# gensim cuts a longer list off without a word (MAX_WORDS_IN_BATCH in its word2vec_inner.pyx).
LONGEST_SENTENCE = 10_000
PLAYLISTS_BETWEEN_REPORTS = 200
PAIRS_BETWEEN_REPORTS = 2_000
BUCKET = 1 << 20
"""Pairs that are sorted at once, about; they take 16 bytes each, and as much again for their order."""
PAIR = np.dtype([("hash", np.uint64), ("first", np.int32), ("second", np.int32)])
Report = Callable[[int], object]


class Sentences(Protocol):
    """Sentences for gensim that may be read again and again."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True, eq=False)
class Contexts:
    """What gensim needs.

    `sentences`: lists of tokens. `tokens`: objects (tokens,), each token as text, in the order of
    gensim's rows. `plays`: int64 (tokens,), how often each occurs. The first `songs` tokens are the
    songs as targets. `spaces`: how many input vectors a song has; with 0 they are those of the
    targets, else those of space s stand in the rows from `songs * (s + 1)` on. `shown`: tokens in
    one epoch.
    """

    sentences: Sentences
    tokens: NDArray[np.object_]
    plays: NDArray[np.int64]
    songs: int
    spaces: int
    shown: int

    @property
    def counts(self) -> dict[str, int]:
        """How often each token occurs, in the order of gensim's rows."""
        return dict(zip(self.tokens.tolist(), self.plays.tolist(), strict=True))


class PlaylistSentences:
    """Playlists as sentences, and their number.

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
        """The tokens of a part, by number, and the offsets of its playlists among them."""
        if self.artists is None:
            return part.tracks, part.offsets
        return with_artists(part, self.artists)

    def _pieces(self, offsets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each sentence begins and ends, from where each playlist does: int64 (sentences,)
        each.
        """
        step = LONGEST_SENTENCE - self.overlap
        further = np.maximum(-(-(np.diff(offsets) - LONGEST_SENTENCE) // step), 0)
        first = offsets_of(further + 1)
        number = np.arange(first[-1]) - np.repeat(first[:-1], further + 1)
        starts = np.repeat(offsets[:-1], further + 1) + step * number
        return starts, np.minimum(starts + LONGEST_SENTENCE, np.repeat(offsets[1:], further + 1))


class PairSentences:
    """Pairs of tokens as sentences of two, read from a file of int32 (pairs, 2), places in
    `tokens`.
    """

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
    """Playlists as sentences; a song's context is what stands near it, before or after.

    `train`: playlists of rows, in parts. `counts`: int64 (songs,), plays of each row. A playlist of
    more than LONGEST_SENTENCE songs becomes pieces of at most that many, each beginning with the
    last `overlap` tokens of the one before, so that every song meets its neighbours; the overlap is
    trained on twice. `artists`: int64 (songs,), the number of each row's artist, -1 for unknown:
    then every song is followed by a token for its artist, as Caselles-Dupré et al. (RecSys 2018)
    train MetaProd2Vec (Vasile, Smirnova, Conneau, RecSys 2016). Artists have vectors then, and are
    drawn as negatives, but are no songs.
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
    """Return the plays of all tokens, songs and then artists, and the token of each song's artist,
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
    """Return a part's songs, each followed by the token of its artist, and the offsets of its
    playlists among them.

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
    """Pairs (song, song that follows within `window`), the first as a token for asking, the second
    as a target.

    `train`: playlists of rows, in parts. A song's two tokens have nothing in common, so the order
    of a playlist counts. `spaces`: 1 = a song asks alike however far back it stands; `window` = it
    has a token for each distance. Pairs come in an order that `seed` shuffles, the same in every
    epoch. The vocabulary is `spaces` + 1 times the songs, an epoch has up to `window` pairs for
    each play. `folder`: where the pairs are kept in their order, 8 bytes each, and up to 24 while
    they are put into it; for as long as the contexts are used. Raises DataError when the disk is
    full.
    """
    songs = len(counts)
    numbers = np.zeros(window + 1, np.int64)
    for part in train:
        numbers[1:] += [
            int(np.maximum(part.lengths - distance, 0).sum()) for distance in range(1, window + 1)
        ]
    asked = np.zeros(spaces * songs, np.int64)
    shuffle = Shuffle(folder, int(numbers.sum()))
    # A pair's hash is that of its place among all pairs, first those of neighbours, then those one
    # further apart, ...
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
    # A target counts by its plays: negatives and log-odds are about what is played, not about how
    # often it was paired.
    plays = np.maximum(np.concatenate([counts, asked]), 1)
    sentences = PairSentences(file, shuffle.pairs, tokens, report)
    return Contexts(sentences, tokens, plays, songs, spaces, 2 * shuffle.pairs)


class Shuffle:
    """Puts pairs into the order of their hashes by way of files in `folder`, with BUCKET of them in
    memory at a time.

    `pairs`: how many there will be. Pairs wait in files by the first bits of their hash, each of
    which is then sorted.
    """

    def __init__(self, folder: Path, pairs: int) -> None:
        self.folder = folder
        self.pairs = pairs
        self.bits = min(16, max(0, (pairs - 1) // BUCKET).bit_length())
        self.waiting: list[NDArray[np.void]] = []

    def add(
        self, hashes: NDArray[np.uint64], first: NDArray[np.int32], second: NDArray[np.int32]
    ) -> None:
        """Take pairs with their hashes, (pairs,) each."""
        pairs = np.empty(len(hashes), PAIR)
        pairs["hash"], pairs["first"], pairs["second"] = hashes, first, second
        self.waiting.append(pairs)
        if sum(map(len, self.waiting)) >= BUCKET:
            self._put()

    def finish(self) -> Path:
        """Sort them; the file has first and second of each pair, int32 (pairs, 2)."""
        self._put()
        target = self.folder / "pairs"
        with _writing(target, "wb") as file:
            for number in range(1 << self.bits):
                bucket = self._bucket(number)
                if bucket.exists():
                    pairs = np.fromfile(bucket, PAIR)
                    pairs = pairs[np.argsort(pairs["hash"], kind="stable")]
                    file.write(np.column_stack([pairs["first"], pairs["second"]]).tobytes())
                    bucket.unlink()
        return target

    def _put(self) -> None:
        pairs = np.concatenate([np.empty(0, PAIR), *self.waiting])
        self.waiting = []
        # Shifted in two steps, because a shift by all 64 bits is not defined.
        number = ((pairs["hash"] >> np.uint64(48)) >> np.uint64(16 - self.bits)).astype(np.uint16)
        pairs = pairs[np.argsort(number, kind="stable")]
        edges = offsets_of(np.bincount(number, minlength=1 << self.bits)).tolist()
        for bucket, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                with _writing(self._bucket(bucket), "ab") as file:
                    file.write(pairs[start:end].tobytes())

    def _bucket(self, number: int) -> Path:
        return self.folder / f"bucket{number}"


@contextmanager
def _writing(path: Path, mode: str) -> Iterator[BinaryIO]:
    try:
        with open(path, mode) as file:
            yield cast(BinaryIO, file)
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error
