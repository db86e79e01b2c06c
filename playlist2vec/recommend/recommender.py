"""Suggestions from a trained model, by the rules that evaluation scores it with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.norms import lengths_of
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import candidates_of, query_vectors
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Queries, decayed, last_songs
from playlist2vec.ranking.scoring import Candidates, Exclusions, nearest
from playlist2vec.recommend.path import path
from playlist2vec.recommend.radio import Radio, RadioParams
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.names import DATASETS, asked_path, read_names

SURE, AHEAD = 85, 5
"""A name that is not quite a song's is taken for it when it is so much alike, and so much more than with any other."""
POOL = 100
"""Songs that a list is chosen from, at least, where more than the score decides."""


@dataclass(frozen=True)
class Wishes:
    """What a list of suggestions must be like.

    `banned`: rows that are never suggested. `known`: whether songs of the query may be. `an_artist`: songs of one
    artist at most, 0 for no limit; songs whose artist is not known count as artists of their own. `least`, `most`: how
    often a song may occur in the training data, 0 for no limit. `diversity`: 0 orders by score alone, up to 1 for
    songs as little like each other as can be (maximal marginal relevance).
    """

    banned: frozenset[int] = frozenset()
    known: bool = False
    an_artist: int = 0
    least: int = 0
    most: int = 0
    diversity: float = 0.0

    def __post_init__(self) -> None:
        for name in ("an_artist", "least", "most"):
            if getattr(self, name) < 0:
                raise DataError(f"{name} = {getattr(self, name)}: expected 0 (no limit) or more")
        if not 0 <= self.diversity <= 1:
            raise DataError(f"diversity = {self.diversity}: expected a number from 0 to 1")


class Suggestion(NamedTuple):
    """A song and its score; scores of different queries or similarities cannot be compared."""

    row: int
    score: float


class Reason(NamedTuple):
    """What one song of a query adds to the score of a suggestion."""

    row: int
    part: float


ANYTHING = Wishes()
SIMILARITIES = ("cosine", "euclidean", "dot", "log_odds")
AS_A_RULE = Query(
    similarity="log_odds",
    repeats="miss",
    suggest_known=True,
    query="last",
    songs_back=20,
    decay=0.8,
)
"""How a model is asked that comes without params.yaml."""


@dataclass(frozen=True, eq=False)
class Recommender:
    """A model, the names of its songs, and how it is asked. Songs are rows of the model everywhere.

    `params.similarity`, `query`, `songs_back` and `decay` say how, as in section `evaluate` of params.yaml.
    `deezer_ids`: whether a track id `track_17` is Deezer's song 17.
    """

    model: Model
    catalogue: Catalogue
    params: Query
    deezer_ids: bool = False

    def similar(self, song: int, k: int = 10, wishes: Wishes = ANYTHING) -> list[Suggestion]:
        """The k songs whose vectors have the largest cosine with the song's: what may stand in its place."""
        return self._suggest(self._queries([[song]], "last"), k, wishes, "cosine")[0]

    def next(self, songs: Sequence[int], k: int = 10, wishes: Wishes = ANYTHING) -> list[Suggestion]:
        """The k songs that come next after these, the latest last, asked exactly as evaluation asks."""
        return self.next_of_each([songs], k, wishes)[0]

    def next_of_each(
        self, queries: Sequence[Sequence[int]], k: int = 10, wishes: Wishes = ANYTHING
    ) -> list[list[Suggestion]]:
        """`next` for many queries at once, at a fraction of the cost."""
        return self._suggest(self._queries(queries, self.params.query), k, wishes, self.params.similarity)

    def complete(self, songs: Sequence[int], k: int = 10, wishes: Wishes = ANYTHING) -> list[Suggestion]:
        """The k songs that fit a playlist: asked with its songs as `evaluate.query: history` does, whatever is set."""
        return self._suggest(self._queries([songs], "history"), k, wishes, self.params.similarity)[0]

    def why(self, songs: Sequence[int], suggestion: int, query: str = "history") -> list[Reason]:
        """What each song of a query adds to the score of a suggestion, the largest first.

        The parts and `by_itself` add up to its score.
        `query`: history, or last = the last song alone was asked. Songs that were not asked do not appear.
        """
        queries, _ = self._queries([songs], query)
        parts = query_parts([self.model.input, *self.model.earlier], queries, self.params.similarity)
        candidates = self.candidates(self.params.similarity)
        said = candidates.scale[suggestion] * (parts @ candidates.vectors[suggestion].astype(np.float64))
        reasons = [Reason(row, float(part)) for row, part in zip(queries.songs.tolist(), said, strict=True)]
        return sorted(reasons, key=lambda reason: -reason.part)

    def by_itself(self, suggestion: int) -> float:
        """The part of a suggestion's score that no query has a say in: with log_odds, how often it is played."""
        return float(self.candidates(self.params.similarity).bias[suggestion])

    def radio(self, song: int, params: RadioParams | None = None, seed: int = 1) -> Radio:
        """Song after song from the neighbourhood of the current one, by cosine, without end."""
        return Radio(self.unit, self.catalogue.artist_codes, song, params or RadioParams(), seed)

    def path(self, start: int, end: int, songs: int = 10) -> list[int]:
        """A playlist that walks from one song to another, both included."""
        return path(self.unit, self.catalogue.artist_codes, start, end, songs)

    def row(self, text: str) -> int:
        """The song that a track id, `Artist – Title`, a title, or a text much like one of these means.

        Raises DataError that names the nearest songs where it may mean none or several.
        """
        catalogue = self.catalogue
        artist, dash, title = text.partition(" – ") if " – " in text else text.partition(" - ")
        exact = self.row_of(text, artist if dash else "", title if dash else text)
        if exact is not None:
            return exact
        hits = catalogue.find(text, 5)
        if hits and hits[0].score >= SURE and (len(hits) == 1 or hits[0].score - hits[1].score >= AHEAD):
            return hits[0].row
        near = "; ".join(f"{catalogue.label(hit.row)} ({catalogue.ids[hit.row]})" for hit in hits)
        known = (
            f"one of {near}" if near else f"a track id or a name; {catalogue.named:,} of {len(catalogue):,} have one"
        )
        raise DataError(f"song {text!r}: expected {known}")

    def row_of(self, track: str, artist: str, title: str) -> int | None:
        """The song with this id, or else of this artist and title, empty where unknown; None if there is none."""
        row = self.catalogue.row_of.get(track)
        return self.catalogue.exactly(artist, title) if row is None and title else row

    def candidates(self, similarity: str) -> Candidates:
        """All songs of the model, to be scored by `similarity`; made once."""
        return self._made.setdefault(similarity, candidates_of(self.model, similarity))

    @cached_property
    def unit(self) -> NDArray[np.float32]:
        """The input vectors at length 1, those of length 0 as they are: float32 (songs, vector_size)."""
        lengths = lengths_of(self.model.input)
        return (self.model.input / np.where(lengths > 0, lengths, 1)[:, None]).astype(np.float32)

    @cached_property
    def _made(self) -> dict[str, Candidates]:
        return {}

    def _queries(self, queries: Sequence[Sequence[int]], query: str) -> tuple[Queries, Exclusions]:
        """What is asked, and the songs that each query holds."""
        songs = np.array([song for each in queries for song in each], np.int32)
        wrong = songs[(songs < 0) | (songs >= len(self.catalogue))]
        if len(wrong):
            raise DataError(f"song {wrong[0]}: expected rows from 0 to {len(self.catalogue) - 1}")
        offsets = offsets_of(np.array([len(each) for each in queries], np.int64))
        none = np.full(len(queries), -1)
        histories = Playlists(songs, offsets, np.zeros(len(queries), np.uint64), none)
        history = query == "history"
        asked = decayed(histories, self.params.songs_back, self.params.decay) if history else last_songs(histories)
        return asked, Exclusions(songs.astype(np.int64), offsets)

    def _suggest(
        self, asked: tuple[Queries, Exclusions], k: int, wishes: Wishes, similarity: str
    ) -> list[list[Suggestion]]:
        if k < 1:
            raise DataError(f"k = {k}: expected 1 or more")
        queries, held = asked
        candidates = self._allowed(wishes, similarity)
        vectors = query_vectors([self.model.input, *self.model.earlier], queries, similarity)
        vectors[queries.lengths == 0] = np.nan  # a query without a song has no suggestions
        excluded = Exclusions(held.songs[:0], np.zeros_like(held.offsets)) if wishes.known else held
        if not wishes.an_artist and not wishes.diversity:
            found = nearest(vectors, candidates, k, excluded)
            return [list(map(Suggestion, songs.tolist(), scores.tolist())) for songs, scores in found]
        numbers = range(len(queries))
        return [
            self._chosen(vectors[i : i + 1], candidates, k, excluded.choose(np.array([i])), wishes) for i in numbers
        ]

    def _allowed(self, wishes: Wishes, similarity: str) -> Candidates:
        """The candidates without those that the wishes rule out."""
        candidates = self.candidates(similarity)
        counts = self.catalogue.counts
        allowed = candidates.finite & (counts >= wishes.least)
        if wishes.most:
            allowed &= counts <= wishes.most
        allowed[list(wishes.banned)] = False
        return replace(candidates, finite=allowed)

    def _chosen(
        self, vector: NDArray[np.float64], candidates: Candidates, k: int, excluded: Exclusions, wishes: Wishes
    ) -> list[Suggestion]:
        """The best k of a pool, which grows until k songs are found or no more are left."""
        from playlist2vec.recommend.diversity import diversify

        pool = max(POOL, 10 * k)
        while True:
            songs, scores = next(nearest(vector, candidates, pool, excluded))
            order = np.arange(len(songs))
            if wishes.diversity:
                order = diversify(scores, self.unit[songs], len(songs), wishes.diversity)
            if wishes.an_artist:
                order = order[self._within_limit(songs[order], wishes.an_artist)]
            if len(order) >= k or len(songs) < pool:
                return list(map(Suggestion, songs[order[:k]].tolist(), scores[order[:k]].tolist()))
            pool *= 4

    def _within_limit(self, songs: NDArray[np.int64], limit: int) -> NDArray[np.bool_]:
        """Which songs, in this order, come before their artist has had `limit`: bool (songs,)."""
        heard: Counter[int] = Counter()
        kept = np.ones(len(songs), bool)
        for place, artist in enumerate(self.catalogue.artist_codes[songs].tolist()):
            heard[artist] += 1
            kept[place] = artist < 0 or heard[artist] <= limit
        return kept


def query_parts(spaces: Sequence[NDArray[np.float32]], queries: Queries, similarity: str) -> NDArray[np.float64]:
    """What each song of one query adds to its vector, float64 (songs, vector_size): `query_vectors` is their sum."""
    songs = len(queries.songs)
    each = Queries(queries.songs, queries.weights, np.arange(songs + 1), np.full(songs, -1))
    parts = np.zeros((songs, spaces[0].shape[1]))
    if similarity in ("dot", "log_odds"):
        for place in range(songs):
            back = songs - 1 - place if len(spaces) > 1 else 0
            if back < len(spaces):
                parts[place] = each.weights[place] * spaces[back][each.songs[place]].astype(np.float64)
    elif similarity == "euclidean":
        parts[:] = queries.weights[:, None] * query_vectors(spaces, each, similarity) / queries.weights.sum()
    else:
        parts[:] = queries.weights[:, None] * query_vectors(spaces, each, "cosine")
        parts /= float(lengths_of(parts.sum(axis=0, keepdims=True))[0]) or 1.0
    return parts


def load(
    source: str | Path = ".",
    revision: str | None = None,
    *,
    names: str | Path | None = None,
    similarity: str | None = None,
) -> Recommender:
    """The recommender of a checkout, of a folder with a model's files, or of a Git repository through DVC.

    `source`: a folder in which `make repro` or `dvc pull` has run; or one with input.npy, output.npy, earlier.npy,
    vocabulary.tsv and training.json, where tracks.tsv (names) and params.yaml (how to ask) are read if they lie
    beside them; or the address of a Git repository, whose model is pulled from its DVC remote once for each commit.
    `revision`: a commit, tag or branch of it; with a folder, of the Git repository there.
    `names`: a CSV file with the columns track_id, artist, title, which count before the source's own names. What
    `enrich` has learned fills the gaps.
    `similarity`: how to ask, instead of what the source says, else log_odds.
    Raises DataError when there is no model there.
    """
    folder, model_folder = find_model(source, revision)
    params = how_to_ask(folder, similarity)
    tracks = (folder / "data" / "canonical" if model_folder != folder else folder) / "tracks.tsv"
    model = Model.load(model_folder)
    table = Tracks.load(tracks) if tracks.is_file() else None
    deezer_ids = _dataset(folder / "params.yaml") in DATASETS
    asked = asked_path(folder / "data")
    catalogue = Catalogue.of(
        model.vocabulary,
        table,
        mine=read_names(names) if names is not None else {},
        others=read_names(asked) if deezer_ids and asked.is_file() else {},
    )
    return Recommender(model, catalogue, params, deezer_ids)


def find_model(source: str | Path, revision: str | None) -> tuple[Path, Path]:
    """The folder that `load` means, and where in it the model's files lie. Raises DataError when there is none."""
    folder = Path(source)
    if revision is not None or not folder.is_dir():
        from playlist2vec.online.pulling import pulled_model

        folder = pulled_model(str(source), revision)
    for model in (folder / "data" / "model", folder):
        if (model / "input.npy").is_file():
            return folder, model
    raise DataError(f"{source}: no model: expected data/model (`make repro` makes it), or a folder with input.npy")


def how_to_ask(folder: Path, similarity: str | None) -> Query:
    """Section `evaluate` of the folder's params.yaml, if it has one, with another similarity if one is given."""
    params = read_section(folder / "params.yaml", Query) if (folder / "params.yaml").is_file() else AS_A_RULE
    if similarity is None:
        return params
    if similarity not in SIMILARITIES:
        raise DataError(f"similarity = {similarity}: expected one of {', '.join(SIMILARITIES)}")
    return replace(params, similarity=similarity)


def _dataset(params: Path) -> str:
    """The data set that a parameter file names, empty if there is no such file."""
    import yaml

    return str((yaml.safe_load(params.read_text("utf-8")) or {}).get("dataset", "")) if params.is_file() else ""
