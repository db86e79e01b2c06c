"""Tasks of this project; see `benchmarks.child` for tasks."""

import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.measuring import ROOT

SOURCE = str(ROOT / "data/sources/sample/source.yaml")
Task = Callable[[], dict[str, Any] | None]

IMPORTS: dict[str, tuple[str, ...]] = {
    "prepare": (
        "playlist2vec.preparation.filter.thinning",
        "playlist2vec.corpus.vocabulary",
        "playlist2vec.preparation.split.holding_out",
        "playlist2vec.corpus.tracks",
    ),
    "load_playlists": ("playlist2vec.corpus.playlists",),
    "load_tracks": ("playlist2vec.corpus.tracks",),
    "train": ("playlist2vec.models.word2vec.training", "tqdm"),
    "evaluate": ("playlist2vec.evaluation.next_song",),
    "suggest": ("playlist2vec.cli.batch",),
    "evaluate_rules": ("playlist2vec.evaluation.next_song",),
    "baselines": ("playlist2vec.models.counting.tuning",),
    "ingest_to_split": ("stages.ingest", "stages.filter", "stages.vocabulary", "stages.split"),
    "evaluate_untrained": ("playlist2vec.evaluation.next_song",),
}


def prepare(folder: Path) -> Task:
    """Run filter, vocabulary and split on the output of `ingest`."""
    from playlist2vec.base.rules import read_section
    from playlist2vec.corpus.playlists import Playlists
    from playlist2vec.corpus.tracks import Tracks
    from playlist2vec.preparation.counts.order import build_vocabulary
    from playlist2vec.preparation.filter.params import FilterParams
    from playlist2vec.preparation.filter.thinning import filter_playlists
    from playlist2vec.preparation.split.holding_out import split_playlists
    from playlist2vec.preparation.split.params import SplitParams

    filter_params = read_section(folder / "params.yaml", FilterParams)
    split_params = read_section(folder / "params.yaml", SplitParams)
    playlists = Playlists.load(folder / "canonical/playlists.npz")
    ids = Tracks.load(folder / "canonical/tracks.tsv").ids

    def measured() -> dict[str, Any]:
        vocabulary, indexed = build_vocabulary(filter_playlists(playlists, filter_params)[0], ids)
        split = split_playlists(indexed, split_params)
        return {
            "songs": len(playlists.tracks),
            "vocabulary": len(vocabulary),
            "train": len(split.train.tracks),
            "held_out": len(split.validation) + len(split.test),
        }

    return measured


def load_playlists(folder: Path) -> Task:
    """Load the playlists written by `ingest`."""
    from playlist2vec.corpus.playlists import Playlists

    return lambda: {"playlists": len(Playlists.load(folder / "canonical/playlists.npz"))}


def load_tracks(folder: Path) -> Task:
    """Load the table of tracks written by `ingest`."""
    from playlist2vec.corpus.tracks import Tracks

    return lambda: {"tracks": len(Tracks.load(folder / "canonical/tracks.tsv"))}


def train(folder: Path) -> Task:
    """Train for three epochs with the progress bar of the stage, without the curve."""
    from tqdm import tqdm

    from benchmarks.tasks.gensim_input import read_training
    from playlist2vec.models.word2vec.training import train_word2vec

    bar = tqdm(unit=" songs", unit_scale=True, mininterval=10, file=sys.stderr)
    contexts, vocabulary, params = read_training(folder, 3, bar.update)

    def measured() -> dict[str, Any]:
        with bar:
            trained = train_word2vec(
                contexts,
                vocabulary,
                params,
                after_epoch=lambda epoch, _: bar.set_description(f"epoch {epoch}", refresh=False),
            )
        return {
            "vectors": sha256(
                trained.model.input.tobytes() + trained.model.output.tobytes()
            ).hexdigest()
        }

    return measured


def evaluate(folder: Path) -> Task:
    """Evaluate the validation pairs on the trained model by cosine with the last song."""
    measured_pairs = _evaluation(folder)

    def measured() -> dict[str, Any]:
        return measured_pairs("cosine", "last")

    return measured


def suggest(folder: Path) -> Task:
    """Suggest ten songs for the query of every validation pair, in the command line's batches."""
    from playlist2vec.cli.batch import BATCH
    from playlist2vec.corpus.pairs import Pairs
    from playlist2vec.corpus.songs import Row
    from playlist2vec.corpus.vocabulary import Vocabulary
    from playlist2vec.models.embeddings.model import Model
    from playlist2vec.recommend.loading import AS_A_RULE
    from playlist2vec.recommend.recommender import Recommender
    from playlist2vec.songs.catalogue import Catalogue

    model = Model.load(folder / "model")
    recommender = Recommender(
        model, Catalogue.of(model.vocabulary, None), replace(AS_A_RULE, similarity="cosine")
    )
    ids = Vocabulary.load(folder / "vocabulary.tsv").ids
    row_of = model.vocabulary.index_of()
    pairs = Pairs.load(folder / "split/validation.npz")
    queries = [
        [Row(row_of[ids[song]])] if ids[song] in row_of else [] for song in pairs.queries.tolist()
    ]

    def measured() -> dict[str, Any]:
        batches = [queries[start : start + BATCH] for start in range(0, len(queries), BATCH)]
        found = [songs for batch in batches for songs in recommender.next_of_each(batch, 10)]
        return {"queries": len(found), "songs": sum(map(len, found))}

    return measured


def evaluate_rules(folder: Path) -> Task:
    """Evaluate by every scoring rule, with the last song and the history; return the seconds."""
    measured_pairs = _evaluation(folder)

    def measured() -> dict[str, Any]:
        seconds = {}
        for similarity in ("cosine", "euclidean", "dot", "log_odds"):
            for query in ("last", "history"):
                before = process_time()
                measured_pairs(similarity, query)
                seconds[f"{similarity}, {query}"] = process_time() - before
        return {"seconds": seconds}

    return measured


def _evaluation(folder: Path) -> Callable[[str, str], dict[str, Any]]:
    from playlist2vec.base.rules import read_section
    from playlist2vec.corpus.pairs import Pairs
    from playlist2vec.corpus.vocabulary import Vocabulary
    from playlist2vec.evaluation.next_song import evaluate_pairs
    from playlist2vec.models.embeddings.model import Model
    from playlist2vec.models.embeddings.ranker import EmbeddingRanker
    from playlist2vec.ranking.params import Query

    params = read_section(folder / "params.yaml", Query)
    model = Model.load(folder / "model")
    pairs = Pairs.load(folder / "split/validation.npz")
    ids = Vocabulary.load(folder / "vocabulary.tsv").ids

    def evaluated(similarity: str, query: str) -> dict[str, Any]:
        asked = replace(params, similarity=similarity, query=query)
        scores = evaluate_pairs(EmbeddingRanker(model, similarity), pairs, ids, asked).scores((10,))
        return {"songs": len(model.input), "pairs": len(pairs), "hit@10": scores["hit@10"]}

    return evaluated


def baselines(folder: Path) -> Task:
    """Tune every baseline on validation pairs, and rank all pairs by every baseline."""
    from playlist2vec.base.rules import read_section
    from playlist2vec.corpus.pairs import Pairs
    from playlist2vec.corpus.playlists import Playlists
    from playlist2vec.corpus.vocabulary import Vocabulary, rows_of
    from playlist2vec.evaluation.next_song import evaluate_pairs
    from playlist2vec.models.counting.params import BaselinesParams
    from playlist2vec.models.counting.rankers import training_of
    from playlist2vec.models.counting.tuning import tune_all
    from playlist2vec.ranking.params import Query
    from playlist2vec.ranking.queries import ask
    from playlist2vec.ranking.reweighted import whole_histories

    query = whole_histories(read_section(folder / "params.yaml", Query))
    counted = read_section(folder / "params.yaml", BaselinesParams)
    ids = Vocabulary.load(folder / "vocabulary.tsv").ids
    train, pairs = (
        Playlists.load(folder / "split/train.npz"),
        Pairs.load(folder / "split/validation.npz"),
    )

    def measured() -> dict[str, Any]:
        training = training_of(train, ids)
        questions = ask(pairs.first(counted.pairs), rows_of(training.vocabulary, ids), query)
        tuned, _ = tune_all(training, counted, questions)
        found = [evaluate_pairs(each.ranker, pairs, ids, query) for each in tuned.values()]
        return {"baselines": len(found)}

    return measured


def ingest_to_split(folder: Path) -> Task:
    """Run the stages from `ingest` to `split`, files included, in one process."""
    from playlist2vec.corpus.playlists import Playlists
    from stages import filter as filter_stage
    from stages import ingest, split, vocabulary

    params, canonical = str(folder / "params.yaml"), folder / "canonical"
    names = ("train", "validation", "test")

    def measured() -> dict[str, Any]:
        ingest.main(params, SOURCE, str(folder / "raw"), str(canonical))
        filter_stage.main(params, str(canonical / "playlists.npz"), str(folder / "filtered.npz"))
        vocabulary.main(
            params,
            *map(str, (folder / "filtered.npz", canonical / "tracks.tsv")),
            *map(str, (folder / "vocabulary.tsv", folder / "indexed.npz")),
        )
        split.main(
            params,
            str(folder / "indexed.npz"),
            *(str(folder / "split" / f"{name}.npz") for name in names),
        )
        return {"songs": len(Playlists.load(canonical / "playlists.npz").tracks)}

    return measured


def evaluate_untrained(folder: Path) -> Task:
    """Evaluate the pairs of the small data with random vectors for the songs of `folder`."""
    import numpy as np

    from playlist2vec.base.rules import read_section
    from playlist2vec.corpus.pairs import Pairs
    from playlist2vec.corpus.vocabulary import Vocabulary
    from playlist2vec.evaluation.next_song import evaluate_pairs
    from playlist2vec.models.embeddings.model import Model
    from playlist2vec.models.embeddings.ranker import EmbeddingRanker
    from playlist2vec.models.word2vec.params import TrainParams
    from playlist2vec.ranking.params import Query

    asked = folder.parent / "small"
    trained = read_section(folder / "params.yaml", TrainParams)
    params = read_section(folder / "params.yaml", Query)
    vocabulary = Vocabulary.load(folder / "vocabulary.tsv")
    vectors = np.random.default_rng(1).standard_normal(
        (len(vocabulary), trained.vector_size), np.float32
    )
    model = Model(
        vectors, vectors, vocabulary, np.zeros((0, *vectors.shape), np.float32), trained.ns_exponent
    )
    pairs = Pairs.load(asked / "split/validation.npz")
    ids = Vocabulary.load(asked / "vocabulary.tsv").ids

    def measured() -> dict[str, Any]:
        evaluate_pairs(EmbeddingRanker(model, params.similarity), pairs, ids, params)
        return {"songs": len(vocabulary), "pairs": len(pairs)}

    return measured
