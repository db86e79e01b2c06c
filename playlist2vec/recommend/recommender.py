"""Suggestions from a trained model, by the rules of the evaluation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.norms import lengths_of
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.songs import Row, Rows
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Queries, decayed, last_songs
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.ranking.reweighted import whole_histories
from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.songs import Wanted
from playlist2vec.recommend.constraints import ANYTHING, Scale, Suggestion, Wishes, suggest_within
from playlist2vec.recommend.explanation import Reason, Voice, reasons, voices
from playlist2vec.recommend.path import path
from playlist2vec.recommend.radio import Radio, RadioParams
from playlist2vec.songs.catalogue import Catalogue, Hit
from playlist2vec.songs.corrections import NOTHING_SETTLED, Corrections
from playlist2vec.songs.meaning import Match, meant

if TYPE_CHECKING:
    from playlist2vec.models.blend.mixture import Mixture

MIN_SCORE, MIN_LEAD = 85, 5
"""Similarity, of 100, at which a name is taken for a song, and the lead over the next song."""


@dataclass(frozen=True, eq=False)
class Recommender:
    """A model, the names of its songs, and the query settings. Songs are rows of the model.

    `params`: similarity, query, songs_back and decay, as in section `evaluate` of params.yaml.
    `deezer_ids`: True if a track id `track_17` is Deezer's song 17. `blend`: makes the mixture that
    suggests songs; None if the model suggests alone. `without_blend`: the reason for None although
    `evaluate.ranker` is blend. `settled`: songs identified by a person. `notes`: messages on the
    tables that were read.
    """

    model: Model
    catalogue: Catalogue
    params: Query
    deezer_ids: bool = False
    blend: "Callable[[Model, Query], Mixture] | None" = None
    without_blend: str = ""
    settled: Corrections = NOTHING_SETTLED
    notes: tuple[str, ...] = ()

    def similar(self, song: Row, k: int = 10, wishes: Wishes = ANYTHING) -> list[Suggestion]:
        """Return the k songs with the largest cosine to a song: songs that may replace it."""
        asked = self._queries([[song]], replace(self.params, query="last"))
        return self._suggest(self.ranker("cosine"), asked, k, wishes, None)[0]

    def next(
        self, songs: Sequence[Row], k: int = 10, wishes: Wishes = ANYTHING
    ) -> list[Suggestion]:
        """Return the k songs that come next after `songs`, the latest last, as in evaluation."""
        return self.next_of_each([songs], k, wishes)[0]

    def next_of_each(
        self, queries: Sequence[Sequence[Row]], k: int = 10, wishes: Wishes = ANYTHING
    ) -> list[list[Suggestion]]:
        """Return the results of `next` for many queries at once, at a fraction of the cost."""
        asked = self._queries(queries, self._held(self.params.query))
        return self._suggest(self.scored, asked, k, wishes, self.comparable)

    def complete(
        self, songs: Sequence[Row], k: int = 10, wishes: Wishes = ANYTHING
    ) -> list[Suggestion]:
        """Return the k songs that fit a playlist, queried as with `evaluate.query: history`.

        The blend is queried as in `next`, with all songs.
        """
        asked = self._queries([songs], self._held("history"))
        return self._suggest(self.scored, asked, k, wishes, self.comparable)[0]

    def why(self, songs: Sequence[Row], suggestion: Row, query: str = "history") -> list[Reason]:
        """Return the contributions of query songs to the score of a suggestion, largest first.

        The score is that of the model: the sum of the contributions and of `by_itself`. `query`:
        history, or last = only the last song. Songs that were not used in the query are left out.
        """
        queries, _ = self._queries([songs], replace(self.params, query=query))
        return reasons(self.ranker(self.params.similarity), queries, suggestion)

    def by_itself(self, suggestion: Row) -> float:
        """Return the bias of a suggestion, without the query; with log_odds, from its plays."""
        return float(self.ranker(self.params.similarity).candidates.bias[suggestion])

    def voices(self, songs: Sequence[Row], suggestion: Row) -> list[Voice]:
        """Return the contributions of blend parts to the score of a suggestion, largest first.

        The contributions sum to the score. Empty if the model suggests alone; see `why`.
        """
        return (
            voices(self.mixture, self._queries([songs], self._held("history"))[0], suggestion)
            if self.mixture
            else []
        )

    def radio(self, song: Row, params: RadioParams | None = None, seed: int = 1) -> Radio:
        """Return an endless radio, drawn from suggestions after the songs played so far."""
        catalogue = self.catalogue
        return Radio(
            self.relevance,
            catalogue.artist_codes,
            song,
            params or RadioParams(),
            seed,
            catalogue.twins,
        )

    def relevance(self, songs: Sequence[Row]) -> NDArray[np.float64]:
        """Return the scores by which `next` orders songs, logarithms for a blend: float64 (songs,).

        Minus infinity for a song that is never suggested, whatever the query.
        """
        everything = Rows(np.arange(len(self.catalogue))[None])
        queries, _ = self._queries([songs], self._held(self.params.query))
        scores = self.comparable(self.scored.score(queries, everything)[0])
        possible = self.ranker(self.params.similarity).candidates.finite & np.isfinite(scores)
        return np.where(possible, scores, -np.inf)

    def score(self, songs: Sequence[Row], suggestion: Row) -> float:
        """Return the score of a song after `songs`, as in `next`; NaN if it is never suggested."""
        queries, _ = self._queries([songs], self._held(self.params.query))
        return float(self.scored.score(queries, Rows(np.array([[suggestion]], np.int64)))[0, 0])

    def comparable(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores on a scale with comparable differences: logarithms for a blend."""
        if not self.blend:
            return scores
        from playlist2vec.recommend.blending import logarithms

        return logarithms(scores)

    def path(self, start: Row, end: Row, songs: int = 10) -> list[Row]:
        """Return a playlist that leads from a song to another song, both included."""
        return path(self.unit, self.catalogue.artist_codes, start, end, songs, self.catalogue.twins)

    def find(self, text: str, k: int = 10) -> list[Hit]:
        """Return the k songs with names most similar to a text, or else with the text in the id.

        Names are searched by `Catalogue.find`. Ids are searched only for songs without a name,
        ignoring case, the shortest id first; their likeness, of 100, is the share of the id that
        the text covers.
        """
        catalogue = self.catalogue
        if hits := catalogue.find(text, k):
            return hits
        wanted = text.strip().casefold()
        unnamed = (row for row, title in enumerate(catalogue.titles) if not title)
        found = [row for row in unnamed if wanted and wanted in catalogue.ids[row].casefold()]
        best = sorted(found, key=lambda row: (len(catalogue.ids[row]), row))[:k]
        return [
            Hit(Row(row), round(100 * len(wanted) / len(catalogue.ids[row]), 1)) for row in best
        ]

    def row(self, text: str) -> Row:
        """Return the row of the song from `match_text`. Raises DataError like `match_text`."""
        return self.match_text(text).row

    def match_text(self, text: str) -> Match:
        """Return the song for a track id, an address, `Artist – Title`, a title, or a similar text.

        Raises DataError that names the nearest songs if the text means no song or several.
        """
        catalogue = self.catalogue
        artist, dash, title = text.partition(" – ") if " – " in text else text.partition(" - ")
        wanted = Wanted("", spellings(text), artist if dash else "", title if dash else text)
        if match := self.match(wanted):
            return match
        hits = catalogue.find(text, 5)
        others = [hit for hit in hits[1:] if hit.row not in catalogue.twins.get(hits[0].row, ())]
        if (
            hits
            and hits[0].score >= MIN_SCORE
            and (not others or hits[0].score - others[0].score >= MIN_LEAD)
        ):
            return Match(
                hits[0].row, "alike", f"{text!r} is taken for {catalogue.told(hits[0].row)}"
            )
        if not hits:
            named = f"{catalogue.named:,} of {len(catalogue):,} have one"
            raise DataError(
                f"song {text!r}: the model knows none like it: expected a track id or a name; "
                f"{named}"
            )
        said = (
            "may mean several songs"
            if hits[0].score >= MIN_SCORE
            else "the model knows no such song"
        )
        near = "; ".join(catalogue.told(hit.row) for hit in hits)
        raise DataError(f"song {text!r}: {said}: did you mean one of {near}?")

    def match(self, wanted: Wanted) -> Match | None:
        """Return the song of a file entry by correction, id, or artist and title, or None."""
        return meant(self.catalogue, wanted, self.settled)

    def row_of(self, track: str, artist: str, title: str) -> Row | None:
        """Return the row for an id, or else for artist and title (empty if unknown), or None."""
        match = self.match(Wanted("", spellings(track), artist, title))
        return match.row if match else None

    @property
    def scored(self) -> Ranker:
        """The ranker that makes suggestions, named by `evaluate.ranker`."""
        return self.mixture or self.ranker(self.params.similarity)

    @cached_property
    def mixture(self) -> "Mixture | None":
        """The blend, if enabled; playlists are read at the first use."""
        return self.blend(self.model, self.params) if self.blend else None

    def ranker(self, similarity: str) -> EmbeddingRanker:
        """Return the ranker of all songs of the model by a similarity, made once."""
        return self._made.setdefault(similarity, EmbeddingRanker(self.model, similarity))

    @cached_property
    def unit(self) -> NDArray[np.float32]:
        """Input vectors of length 1, zero vectors unchanged: float32 (songs, vector_size)."""
        lengths = lengths_of(self.model.input)
        return (self.model.input / np.where(lengths > 0, lengths, 1)[:, None]).astype(np.float32)

    @cached_property
    def _made(self) -> dict[str, EmbeddingRanker]:
        return {}

    def _held(self, query: str) -> Query:
        """Return the settings of `scored`: last or history by `query`, all songs for a blend."""
        return whole_histories(self.params) if self.blend else replace(self.params, query=query)

    def _queries(
        self, queries: Sequence[Sequence[Row]], params: Query
    ) -> tuple[Queries, Exclusions]:
        """Return the queries by `params`, and the songs of every query as exclusions."""
        songs = np.array([song for each in queries for song in each], np.int32)
        wrong = songs[(songs < 0) | (songs >= len(self.catalogue))]
        if len(wrong):
            raise DataError(f"song {wrong[0]}: expected rows from 0 to {len(self.catalogue) - 1}")
        offsets = offsets_of(np.array([len(each) for each in queries], np.int64))
        none = np.full(len(queries), -1)
        histories = Playlists(songs, offsets, np.zeros(len(queries), np.uint64), none)
        history = params.query == "history"
        asked = (
            decayed(histories, params.songs_back, params.decay)
            if history
            else last_songs(histories)
        )
        return asked, Exclusions(Rows(songs.astype(np.int64)), offsets)

    def _suggest(
        self,
        ranker: Ranker,
        asked: tuple[Queries, Exclusions],
        k: int,
        wishes: Wishes,
        scale: Scale | None,
    ) -> list[list[Suggestion]]:
        if k < 1:
            raise DataError(f"k = {k}: expected 1 or more")
        found = suggest_within(ranker, *asked, k, wishes, self.catalogue, self.unit, scale)
        # Some rankers answer even a query without songs.
        return [
            each if held else []
            for each, held in zip(found, asked[0].lengths.tolist(), strict=True)
        ]
