"""The training curve: hit@10 on some validation pairs after each epoch."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask

CURVE = Query(
    similarity="cosine",
    repeats="miss",
    suggest_known=True,
    query="last",
    songs_back=1,
    decay=1.0,
)


def curve(
    pairs: Pairs, vocabulary: Vocabulary, rows: RowOfCode, folder: Path, stack: ExitStack
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
