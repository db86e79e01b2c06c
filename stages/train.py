"""train: gensim's Word2Vec on the training playlists, with its curve."""

import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.tracks import artists_of
from playlist2vec.corpus.vocabulary import InRows, Vocabulary, training_vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.training import make_contexts, train_word2vec
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from stages import run

CURVE = Query(
    similarity="cosine",
    repeats="miss",
    suggest_known=True,
    query="last",
    songs_back=1,
    decay=1.0,
)
HARDLY_MOVED = 1.0
HARDLY_TRAINED = 0.05


def main(params: str, tracks: str, vocabulary: str, train: str, validation: str, model: str, metrics: str) -> str:
    """Train on the playlists `train`, songs by the index in `vocabulary`, and write the folders `model` and `metrics`.

    `tracks` is read for the artists, if they are trained on. `validation` serves the curve alone; nothing that is
    learned depends on it.
    """
    section = read_section(params, TrainParams)
    ids = Vocabulary.load(vocabulary).ids
    parts = Parts(train)
    rows_vocabulary, rows = training_vocabulary(parts, ids)
    artists = artist_numbers(tracks, rows_vocabulary.ids) if section.metadata == "artist" else None
    if section.workers > 1:
        warn(f"train.workers = {section.workers}: these embeddings cannot be reproduced; 1 worker can")
    logging.getLogger("gensim").setLevel(logging.ERROR)
    Path(model).mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # On the disk of the output, for it can be large; DVC deletes it with the output after a kill.
        scratch = stack.enter_context(TemporaryDirectory(dir=model, prefix=".train.", suffix=".unfinished"))
        # Where nobody watches, as in a queue's log, a line every ten seconds is enough.
        pause = 0.1 if sys.stderr.isatty() else 10
        bar = stack.enter_context(tqdm(unit=" tokens", unit_scale=True, mininterval=pause, desc="train"))
        contexts = make_contexts(
            InRows(parts, rows), rows_vocabulary, section, Path(scratch), artists=artists, report=bar.update
        )
        bar.total = contexts.shown * section.epochs
        draw = curve(Pairs.load(validation).first(section.curve_pairs), rows_vocabulary, rows, Path(metrics), stack)

        def after_epoch(epoch: int, vectors: NDArray[np.float32]) -> None:
            bar.set_description(f"train: epoch {epoch}/{section.epochs}", refresh=False)
            bar.set_postfix(draw(vectors) if draw else {}, refresh=False)

        trained = train_word2vec(contexts, rows_vocabulary, section, after_epoch=after_epoch)
    trained.model.save(model)
    numbers = {
        "songs": len(rows_vocabulary),
        "trained_share": round(trained.trained_share, 6),
        "moved": round(trained.moved, 6),
    }
    write_json(Path(metrics) / "training.json", numbers)
    if trained.trained_share < HARDLY_TRAINED:
        warn(
            f"train.sample = {section.sample:g} left {trained.trained_share:.2%} of the songs to train on: "
            "expected a larger train.sample, or 0 for all of them"
        )
    if not trained.moved >= HARDLY_MOVED:
        warn(
            f"the vectors hardly moved from their random start ({trained.moved:.3f} of its length): "
            "expected more train.epochs, a larger train.alpha or train.sample"
        )
    return (
        f"{parts.playlists:,} playlists, {len(rows_vocabulary):,} songs as {section.vector_size} numbers each, "
        f"{section.epochs} epochs; {trained.trained_share:.0%} of the songs trained on, vectors moved by "
        f"{trained.moved:.1f} times their start; {len(ids) - len(rows_vocabulary):,} songs without training plays"
    )


def curve(
    pairs: Pairs, vocabulary: Vocabulary, rows: NDArray[np.int64], folder: Path, stack: ExitStack
) -> Callable[[NDArray[np.float32]], dict[str, float]] | None:
    """What to call after each epoch with the input matrix: it logs and returns hit@10 on `pairs`; None for no pairs.

    `rows`: int64 (codes,), the row of each song code in `pairs`, -1 for none.
    """
    if not len(pairs):
        return None
    # DVCLive imports pandas where it can, for tables that it might log: a quarter of a second for nothing here.
    hidden = sys.modules.setdefault("pandas", None) is None  # type: ignore[arg-type]
    from dvclive import Live
    from scmrepo.exceptions import SCMError

    if hidden:
        del sys.modules["pandas"]

    questions = ask(pairs, rows, CURVE)
    try:
        live = stack.enter_context(Live(str(folder), dvcyaml=None, save_dvc_exp=False))
    except SCMError as error:
        raise DataError(f"the curve needs a repository with a commit ({error}): expected `git commit`") from error

    def draw(vectors: NDArray[np.float32]) -> dict[str, float]:
        ranker = EmbeddingRanker(Model.of_vectors(vectors, vocabulary), CURVE.similarity)
        hit = round(hit_rate(questions.answer(ranker.rank), 10), 6)
        live.log_metric("hit@10", hit)
        live.next_step()
        return {"hit@10": hit}

    return draw


def artist_numbers(tracks: str, ids: list[str]) -> NDArray[np.int64]:
    """The number of each song's artist, int64 (songs,), -1 where the table of tracks has none."""
    artists = artists_of(tracks, ids)
    numbers = {artist: number for number, artist in enumerate(sorted(set(artists) - {""}))}
    found = np.array([numbers.get(artist, -1) for artist in artists], np.int64)
    if not np.any(found >= 0):
        raise DataError(f"{tracks}: no artist is known: expected train.metadata = none for this data set")
    return found


def warn(text: str) -> None:
    """One line on stderr."""
    print(f"train: warning: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run("train", main, "PARAMS", "TRACKS", "VOCABULARY", "TRAIN", "VALIDATION", "MODEL_FOLDER", "METRICS_FOLDER")
