"""Suggestions from a trained model, by the rules that evaluation scores it with."""

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
"""A name that is not quite a song's is taken for it when it is so much alike, and so much more than
with any other.
"""


@dataclass(frozen=True, eq=False)
class Recommender:
    """A model, the names of its songs, and how it is asked. Songs are rows of the model everywhere.

    `params.similarity`, `query`, `songs_back` and `decay` say how, as in section `evaluate` of
    params.yaml. `deezer_ids`: whether a track id `track_17` is Deezer's song 17. `blend`: makes the
    mixture that suggests songs; None where the model suggests them alone. `without_blend`: why it
    does although `evaluate.ranker` says blend. `settled`: which songs a person has settled.
    `notes`: what is to be said of the tables that were read.
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
        """The k songs whose vectors have the largest cosine with the song's: what may stand in its
        place.
        """
        asked = self._queries([[song]], replace(self.params, query="last"))
        return self._suggest(self.ranker("cosine"), asked, k, wishes, None)[0]

    def next(
        self, songs: Sequence[Row], k: int = 10, wishes: Wishes = ANYTHING
    ) -> list[Suggestion]:
        """The k songs that come next after these, the latest last, asked exactly as evaluation
        asks.
        """
        return self.next_of_each([songs], k, wishes)[0]

    def next_of_each(
        self, queries: Sequence[Sequence[Row]], k: int = 10, wishes: Wishes = ANYTHING
    ) -> list[list[Suggestion]]:
        """`next` for many queries at once, at a fraction of the cost."""
        asked = self._queries(queries, self._held(self.params.query))
        return self._suggest(self.scored, asked, k, wishes, self.comparable)

    def complete(
        self, songs: Sequence[Row], k: int = 10, wishes: Wishes = ANYTHING
    ) -> list[Suggestion]:
        """The k songs that fit a playlist: asked with its songs as `evaluate.query: history` does,
        whatever is set.

        The blend is asked as in `next`, which gives it all songs.
        """
        asked = self._queries([songs], self._held("history"))
        return self._suggest(self.scored, asked, k, wishes, self.comparable)[0]

    def why(self, songs: Sequence[Row], suggestion: Row, query: str = "history") -> list[Reason]:
        """What each song of a query adds to the score that the model gives a suggestion, the
        largest first.

        The parts and `by_itself` add up to its score, where the model suggests alone. `query`:
        history, or last = the last song alone was asked. Songs that were not asked do not appear.
        """
        queries, _ = self._queries([songs], replace(self.params, query=query))
        return reasons(self.ranker(self.params.similarity), queries, suggestion)

    def by_itself(self, suggestion: Row) -> float:
        """The part of a suggestion's score that no query has a say in: with log_odds, how often it
        is played.
        """
        return float(self.ranker(self.params.similarity).candidates.bias[suggestion])

    def voices(self, songs: Sequence[Row], suggestion: Row) -> list[Voice]:
        """What each part of the blend adds to the score of a suggestion, the largest first; they
        add up to it.

        Empty where the model suggests alone, and `why` has reasons.
        """
        return (
            voices(self.mixture, self._queries([songs], self._held("history"))[0], suggestion)
            if self.mixture
            else []
        )

    def radio(self, song: Row, params: RadioParams | None = None, seed: int = 1) -> Radio:
        """Song after song, each drawn from those that `next` suggests after the songs played so
        far, without end.
        """
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
        """The scores that `next` orders all songs by, those of a blend as logarithms: float64
        (songs,).

        Minus infinity for a song that is never suggested, whatever is asked.
        """
        everything = Rows(np.arange(len(self.catalogue))[None])
        queries, _ = self._queries([songs], self._held(self.params.query))
        scores = self.comparable(self.scored.score(queries, everything)[0])
        possible = self.ranker(self.params.similarity).candidates.finite & np.isfinite(scores)
        return np.where(possible, scores, -np.inf)

    def score(self, songs: Sequence[Row], suggestion: Row) -> float:
        """The score that `next` gives a song after these; NaN for one that is never suggested after
        them.
        """
        queries, _ = self._queries([songs], self._held(self.params.query))
        return float(self.scored.score(queries, Rows(np.array([[suggestion]], np.int64)))[0, 0])

    def comparable(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scores of `scored` on a scale where differences count alike: the logarithms of a
        blend's.
        """
        if not self.blend:
            return scores
        from playlist2vec.recommend.blending import logarithms

        return logarithms(scores)

    def path(self, start: Row, end: Row, songs: int = 10) -> list[Row]:
        """A playlist that walks from one song to another, both included."""
        return path(self.unit, self.catalogue.artist_codes, start, end, songs, self.catalogue.twins)

    def find(self, text: str, k: int = 10) -> list[Hit]:
        """The k songs whose names are most like a text, as `Catalogue.find` finds them, else those
        with it in their id.

        Ids are looked through for songs without a name alone, whatever the case of the text, the
        shortest first; they are alike, of 100, by the share of the id that the text is.
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
        """The song that a text means, as `match_text` finds it. Raises DataError as it does."""
        return self.match_text(text).row

    def match_text(self, text: str) -> Match:
        """The song that a track id or its address, `Artist – Title`, a title, or a text much like
        one of these means.

        Raises DataError that names the nearest songs where it may mean none or several.
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
                f"song {text!r}: the model knows none like it: expected a track id or a name; {named}"
            )
        said = (
            "may mean several songs"
            if hits[0].score >= MIN_SCORE
            else "the model knows no such song"
        )
        near = "; ".join(catalogue.told(hit.row) for hit in hits)
        raise DataError(f"song {text!r}: {said}: did you mean one of {near}?")

    def match(self, wanted: Wanted) -> Match | None:
        """The song that an entry of a file means: as settled, by id, or by artist and title; None
        if there is none.
        """
        return meant(self.catalogue, wanted, self.settled)

    def row_of(self, track: str, artist: str, title: str) -> Row | None:
        """The song with this id, or else of this artist and title, empty where unknown; None if
        there is none.
        """
        match = self.match(Wanted("", spellings(track), artist, title))
        return match.row if match else None

    @property
    def scored(self) -> Ranker:
        """The ranker that suggests: what `evaluate.ranker` names."""
        return self.mixture or self.ranker(self.params.similarity)

    @cached_property
    def mixture(self) -> "Mixture | None":
        """The blend, where it suggests; its playlists are read at the first use."""
        return self.blend(self.model, self.params) if self.blend else None

    def ranker(self, similarity: str) -> EmbeddingRanker:
        """All songs of the model, ranked by a similarity; made once."""
        return self._made.setdefault(similarity, EmbeddingRanker(self.model, similarity))

    @cached_property
    def unit(self) -> NDArray[np.float32]:
        """The input vectors at length 1, those of length 0 as they are: float32 (songs,
        vector_size).
        """
        lengths = lengths_of(self.model.input)
        return (self.model.input / np.where(lengths > 0, lengths, 1)[:, None]).astype(np.float32)

    @cached_property
    def _made(self) -> dict[str, EmbeddingRanker]:
        return {}

    def _held(self, query: str) -> Query:
        """Which songs a query of `scored` holds: as `query` says, last or history; all of them for
        the blend.
        """
        return whole_histories(self.params) if self.blend else replace(self.params, query=query)

    def _queries(
        self, queries: Sequence[Sequence[Row]], params: Query
    ) -> tuple[Queries, Exclusions]:
        """What is asked, as `params` say, and the songs that each query holds."""
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
        # Not every ranker leaves a query without a song unanswered.
        return [
            each if held else []
            for each, held in zip(found, asked[0].lengths.tolist(), strict=True)
        ]
