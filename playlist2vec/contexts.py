"""What Word2Vec is shown: which tokens stand for a song, and which sentences they form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from playlist2vec.hashing import mix
from playlist2vec.playlists import Playlists

# gensim cuts a longer list off without a word (MAX_WORDS_IN_BATCH in its word2vec_inner.pyx).
LONGEST_SENTENCE = 10_000
SENTENCES_BETWEEN_REPORTS = 1_000
Report = Callable[[int], object]


class Sentences:
    """Sentences for gensim that may be read again and again, and tell how many tokens have been read."""

    def __init__(self, sentences: list[list[str]], report: Report | None = None) -> None:
        self.sentences = sentences
        self.report = report

    def __len__(self) -> int:
        return len(self.sentences)

    def __iter__(self) -> Iterator[list[str]]:
        for start in range(0, len(self.sentences), SENTENCES_BETWEEN_REPORTS):
            some = self.sentences[start : start + SENTENCES_BETWEEN_REPORTS]
            yield from some
            if self.report is not None:
                self.report(sum(map(len, some)))


class PairSentences:
    """Pairs of tokens as sentences of two, made while they are read: arrays stay arrays, 8 bytes a pair.

    `first`, `second`: int32 (pairs,), places in `tokens`.
    """

    def __init__(
        self,
        tokens: NDArray[np.object_],
        first: NDArray[np.int32],
        second: NDArray[np.int32],
        report: Report | None = None,
    ) -> None:
        self.tokens = tokens
        self.first = first
        self.second = second
        self.report = report

    def __len__(self) -> int:
        return len(self.first)

    def __iter__(self) -> Iterator[list[str]]:
        for start in range(0, len(self.first), SENTENCES_BETWEEN_REPORTS):
            some = slice(start, start + SENTENCES_BETWEEN_REPORTS)
            first, second = self.tokens[self.first[some]].tolist(), self.tokens[self.second[some]].tolist()
            yield from map(list, zip(first, second, strict=True))
            if self.report is not None:
                self.report(2 * len(first))


@dataclass(frozen=True, eq=False)
class Contexts:
    """What gensim needs.

    `sentences`: lists of tokens. `counts`: how often each token occurs, in the order of gensim's rows; the first
    `songs` tokens are the songs as targets. `spaces`: how many input vectors a song has; with 0 they are those of the
    targets, else those of space s stand in the rows from `songs * (s + 1)` on. `shown`: tokens in one epoch.
    """

    sentences: Sentences | PairSentences
    counts: dict[str, int]
    songs: int
    spaces: int
    shown: int


def window_contexts(
    train: Playlists,
    counts: NDArray[np.int64],
    overlap: int,
    artists: NDArray[np.int64] | None = None,
    report: Report | None = None,
) -> Contexts:
    """Playlists as sentences; a song's context is what stands near it, before or after.

    `train`: playlists of rows. `counts`: int64 (songs,), plays of each row. A playlist of more than LONGEST_SENTENCE
    songs becomes pieces of at most that many, each beginning with the last `overlap` tokens of the one before, so that
    every song meets its neighbours; the overlap is trained on twice.
    `artists`: int64 (songs,), the number of each row's artist, -1 for unknown: then every song is followed by a token
    for its artist, as Caselles-Dupré et al. (RecSys 2018) train MetaProd2Vec (Vasile, Smirnova, Conneau, RecSys
    2016). Artists have vectors then, and are drawn as negatives, but are no songs.
    """
    names = [str(row) for row in range(len(counts))]
    token_counts = dict(zip(names, counts.tolist(), strict=True))
    tokens = train.tracks.astype(np.int64)
    offsets = train.offsets
    if artists is not None:
        known = artists[tokens] >= 0
        plays = np.bincount(artists[tokens][known])
        order = np.argsort(-plays, kind="stable")
        place = np.empty(len(plays), np.int64)
        place[order] = np.arange(len(plays))
        names += [f"artist{number}" for number in range(len(plays))]
        token_counts |= dict(zip(names[len(counts) :], plays[order].tolist(), strict=True))
        both = np.column_stack([tokens, np.where(known, place[artists[tokens]] + len(counts), -1)]).ravel()
        before = np.concatenate([[0], np.cumsum(both >= 0)])
        tokens, offsets = both[both >= 0], before[2 * offsets]
    flat = np.array(names, object)[tokens].tolist()
    overlap = min(overlap, LONGEST_SENTENCE // 2)
    sentences = []
    for start, end in pairwise(offsets.tolist()):
        while end - start > LONGEST_SENTENCE:
            sentences.append(flat[start : start + LONGEST_SENTENCE])
            start += LONGEST_SENTENCE - overlap
        sentences.append(flat[start:end])
    return Contexts(Sentences(sentences, report), token_counts, len(counts), 0, sum(map(len, sentences)))


def directed_contexts(
    train: Playlists,
    counts: NDArray[np.int64],
    window: int,
    spaces: int,
    seed: int,
    report: Report | None = None,
) -> Contexts:
    """Pairs (song, song that follows within `window`), the first as a token for asking, the second as a target.

    A song's two tokens have nothing in common, so the order of a playlist counts. `spaces`: 1 = a song asks alike
    however far back it stands; `window` = it has a token for each distance. Pairs come in an order that `seed`
    shuffles, the same in every epoch. The vocabulary is `spaces` + 1 times the songs, an epoch has up to `window`
    pairs for each play.
    """
    plays = np.arange(len(train.tracks))
    left = np.repeat(train.offsets[1:], train.lengths) - plays
    places = [np.flatnonzero(left > distance) for distance in range(1, window + 1)]
    asking = np.concatenate([train.tracks[place] for place in places]).astype(np.int32)
    targets = np.concatenate([train.tracks[place + d] for d, place in enumerate(places, start=1)]).astype(np.int32)
    space = np.repeat(np.minimum(np.arange(window), spaces - 1), [len(place) for place in places]).astype(np.int32)
    order = np.argsort(mix(np.arange(len(asking), dtype=np.uint64), seed), kind="stable")
    first, second = (asking + (space + 1) * len(counts))[order].astype(np.int32), targets[order]
    names = [str(row) for row in range(len(counts))]
    names += [f"{distance}before{row}" for distance in range(spaces) for row in range(len(counts))]
    # A target counts by its plays: negatives and log-odds are about what is played, not about how often it was paired.
    token_counts = np.maximum(np.concatenate([counts, np.bincount(first, minlength=len(names))[len(counts) :]]), 1)
    return Contexts(
        PairSentences(np.array(names, object), first, second, report),
        dict(zip(names, token_counts.tolist(), strict=True)),
        len(counts),
        spaces,
        2 * len(first),
    )
