"""Skip-gram on the training playlists by any number of threads, with the same bytes for every
number.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.word2vec.blocks.buckets import Chunk, Rules
from playlist2vec.models.word2vec.blocks.draws import alias_table, fill_start
from playlist2vec.models.word2vec.blocks.lanes import LANES
from playlist2vec.models.word2vec.blocks.pairs import asked_counts, chunk_end, keep, pairs_of
from playlist2vec.models.word2vec.blocks.plan import (
    balanced,
    chunk_pairs,
    keeping,
    sigmoid_table,
    space_for,
)
from playlist2vec.models.word2vec.blocks.reading import Load, Tokens
from playlist2vec.models.word2vec.blocks.rounds import work
from playlist2vec.models.word2vec.contexts import artist_tokens
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trained import Trained, moved

START, ORDER, KEEP, WINDOWS, NEGATIVES = range(5)
"""Purposes of random numbers, with separate streams."""


class Training:
    """Skip-gram on playlists of vocabulary rows: the matrices, and the state shared by chunks.

    `parts`: functions that read a part of the playlists each, again in every epoch. `artists`:
    int64 (songs,), the number of every song's artist, -1 for unknown; None trains without artists.
    `shown`, `kept`: plays so far, or pairs where songs are paired with following songs, and the
    part left by sub-sampling. `plays`: of an epoch.
    """

    def __init__(
        self,
        parts: Sequence[Load],
        vocabulary: Vocabulary,
        params: TrainParams,
        artists: NDArray[np.int64] | None,
    ) -> None:
        self.vocabulary, self.params = vocabulary, params
        self.songs = len(vocabulary)
        self.spaces = {"window": 0, "directed": 1, "offsets": params.window}[params.contexts]
        self.counts, tokens = artist_tokens(vocabulary.counts, artists)
        self.tokens = Tokens(parts, tokens)
        rows = len(self.counts) * max(self.spaces, 1)
        width = -(-params.vector_size // LANES) * LANES
        self.inputs = np.zeros((rows, width), np.float32)
        self.outputs = np.zeros((len(self.counts), width), np.float32)
        fill_start(self.inputs, 0, params.vector_size, self.stream(START))
        asked, most, self.plays = self._survey()
        self.thinned = keeping(np.concatenate([self.counts, asked]), params.sample)
        self.rules = self._rules()
        self.capacity = chunk_pairs(most, params.window, params.negative)
        self.space = space_for(self.capacity, params.negative, self.rules.blocks)
        self.sigmoid = sigmoid_table()
        self.shown = self.kept = self.passed = 0
        self.report: Callable[[int], object] | None = None

    def stream(self, *keys: int) -> np.uint64:
        """Return a stream of random numbers for keys such as a purpose and an epoch."""
        stream = mix(np.array([self.params.seed], np.uint64))
        for key in keys:
            stream = mix(stream + np.uint64(key))
        return np.uint64(stream[0])

    def _survey(self) -> tuple[NDArray[np.int64], int, int]:
        """Return the counts of inputs in every space, for sub-sampling, and the maximum pairs and
        the plays of an epoch.
        """
        asked = np.zeros(len(self.counts) * self.spaces if self.params.sample else 0, np.int64)
        most = plays = 0
        for tokens, offsets in self.tokens:
            most += pairs_of(offsets, self.params.window, self.spaces == 0)
            plays += len(tokens)
            if len(asked):
                asked_counts(
                    tokens, offsets, self.params.window, self.spaces, asked.reshape(self.spaces, -1)
                )
        return np.maximum(asked, 1), most, plays

    def _rules(self) -> Rules:
        params, songs = self.params, len(self.counts)
        shares = self.counts.astype(np.float64) ** params.ns_exponent
        plays = np.maximum(self.counts, 1) / max(int(self.counts.sum()), 1)
        blocks = min(params.blocks, songs)
        return Rules(
            blocks,
            params.window,
            params.shrink_windows,
            self.spaces == 0,
            self.spaces,
            songs,
            params.negative,
            balanced(np.tile(plays, max(self.spaces, 1)), blocks),
            balanced(plays + params.negative * shares / shares.sum(), blocks),
            *alias_table(shares),
            self.thinned if self.spaces else np.empty(0, np.uint64),
        )

    def run(
        self,
        report: Callable[[int], object] | None = None,
        after_epoch: Callable[[int, Model], object] | None = None,
    ) -> Trained:
        """Train for all epochs on `params.workers` threads, whose number changes no byte.

        `report` is called with the number of tokens trained since the last call, `after_epoch` with
        the number of the epoch, from 1, and the current model, which shares memory with the
        training.
        """
        self.report = report
        workers = min(self.params.workers, self.rules.blocks)
        with ThreadPoolExecutor(workers) as pool:
            for epoch in range(self.params.epochs):
                self._run_epoch(epoch, pool, workers)
                if after_epoch is not None:
                    after_epoch(epoch + 1, self.model())
        return Trained(self.model(), self.kept / max(self.shown, 1), self.moved())

    def _run_epoch(self, epoch: int, pool: ThreadPoolExecutor, workers: int) -> None:
        """Train on all playlists once."""
        first = 0
        for tokens, offsets in self.tokens.shuffled(int(self.stream(ORDER, epoch))):
            shown = len(tokens)
            if len(self.thinned) and not self.spaces:
                kept, bounds = np.empty(shown, np.int32), np.empty(len(offsets), np.int64)
                number = keep(
                    tokens, offsets, self.thinned, self.stream(KEEP, epoch), first, kept, bounds
                )
                tokens, offsets = kept[:number], bounds
            chunks = self._chunks(epoch, first, tokens, offsets)
            passed = 0
            for chunk in chunks:
                self._run_chunk(chunk, pool, workers)
                # Of the plays that were left out, each chunk has its share.
                now = shown * chunk.high // len(tokens)
                self._count(chunk, now - passed)
                passed = now
            if not len(tokens):
                self._pass(shown)
            first += shown

    def _chunks(
        self, epoch: int, first: int, tokens: NDArray[np.int32], offsets: NDArray[np.int64]
    ) -> Iterator[Chunk]:
        """Yield a part of the playlists in chunks; `first` plays of the epoch precede the part."""
        low = 0
        windows = self.stream(WINDOWS, epoch)
        while low < len(tokens):
            high = chunk_end(
                low, len(tokens), offsets, self.params.window, self.spaces == 0, self.capacity
            )
            yield Chunk(
                tokens,
                offsets,
                low,
                high,
                first,
                windows,
                self.stream(NEGATIVES, epoch, first + low),
            )
            low = high

    def _count(self, chunk: Chunk, passed: int) -> None:
        """Count a finished chunk, which stands for `passed` plays."""
        if self.spaces:
            self.kept += int(self.space.counts.sum())
            self.shown += pairs_of(chunk.bounds, self.params.window, False, chunk.low, chunk.high)
        else:
            self.kept += chunk.high - chunk.low
        self._pass(passed)

    def _pass(self, plays: int) -> None:
        self.passed += plays
        self.shown += 0 if self.spaces else plays
        if self.report is not None:
            self.report(plays)

    def _run_chunk(self, chunk: Chunk, pool: ThreadPoolExecutor, workers: int) -> None:
        params = self.params
        progress = self.passed / max(self.plays * params.epochs, 1)
        alpha = np.float32(params.alpha - (params.alpha - params.min_alpha) * progress)
        self.space.counters[:] = 0
        given = (self.rules, chunk, self.space, self.sigmoid, alpha, self.inputs, self.outputs)
        others = [pool.submit(work, *given) for _ in range(workers - 1)]
        work(*given)
        for other in others:
            other.result()

    def model(self) -> Model:
        """Return the current model, without a copy."""
        params = self.params
        vectors = self.inputs.reshape(max(self.spaces, 1), -1, self.inputs.shape[1])[
            :, : self.songs, : params.vector_size
        ]
        output = self.outputs[: self.songs, : params.vector_size]
        return Model(vectors[0], output, self.vocabulary, vectors[1:], params.ns_exponent)

    def moved(self) -> float:
        """Return `Trained.moved`; the initial vectors are drawn again."""
        size = self.params.vector_size

        def start(some: slice) -> NDArray[np.float32]:
            rows = np.empty((some.stop - some.start, size), np.float32)
            fill_start(rows, some.start, size, self.stream(START))
            return rows

        songs = self.inputs if self.spaces else self.inputs[: self.songs]
        return moved(start, songs[:, :size])
