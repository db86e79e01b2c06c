"""The training curve: hit@10 on some validation pairs after each epoch, by rules of its own.

The rules do not follow section `evaluate`: `train` would depend on it then, and every change of a
similarity would train anew. They ask by log_odds, which training raises; cosine may fall while the
model gets better. Each rule has a name, under which its figures stand everywhere.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask

SIMILARITY = "log_odds"


def rules(window: int) -> dict[str, Query]:
    """Return the rules by which the curve asks, by name.

    `log_odds_last`: with the last song alone. `log_odds_history`: with the last `window` songs,
    each of which weighs the same. A repeat is a miss, and songs that the playlist holds already may
    be suggested.
    """
    return {
        f"{SIMILARITY}_{query}": Query(
            similarity=SIMILARITY,
            repeats="miss",
            suggest_known=True,
            query=query,
            songs_back=songs_back,
            decay=1.0,
        )
        for query, songs_back in (("last", 1), ("history", window))
    }


def scorer(pairs: Pairs, rows: RowOfCode, window: int) -> Callable[[Model], dict[str, float]]:
    """Return a function from a model to its hit@10 on `pairs` by the name of each rule, rounded to
    6 digits.

    `rows`: int64 (codes,), the row of each song code in `pairs`, -1 for none. `window`:
    `train.window`.
    """
    asked = {name: ask(pairs, rows, rule) for name, rule in rules(window).items()}

    def score(model: Model) -> dict[str, float]:
        ranker = EmbeddingRanker(model, SIMILARITY)
        return {
            name: round(hit_rate(questions.answer(ranker.rank), 10), 6)
            for name, questions in asked.items()
        }

    return score


def curve(
    pairs: Pairs, rows: RowOfCode, window: int, folder: Path, stack: ExitStack
) -> Callable[[Model], dict[str, float]] | None:
    """Return what to call after each epoch with the model: it logs the scores of `scorer` and
    returns them.

    Returns None for no pairs. The logs are files of DVCLive in `folder`, in which a rule's figures
    are called `hit@10_` and its name. Raises DataError in a repository without a commit.
    """
    if not len(pairs):
        return None
    # DVCLive imports pandas where it can, for tables that it might log: a quarter of a second for
    # nothing here.
    hidden = sys.modules.setdefault("pandas", None) is None  # type: ignore[arg-type]
    from dvclive import Live
    from scmrepo.exceptions import SCMError

    if hidden:
        del sys.modules["pandas"]

    score = scorer(pairs, rows, window)
    try:
        live = stack.enter_context(Live(str(folder), dvcyaml=None, save_dvc_exp=False))
    except SCMError as error:
        raise DataError(
            f"the curve needs a repository with a commit ({error}): expected `git commit`"
        ) from error

    def draw(model: Model) -> dict[str, float]:
        scores = score(model)
        for name, hit in scores.items():
            live.log_metric(f"hit@10_{name}", hit)
        live.next_step()
        return scores

    return draw
