"""The training curve: hit@10 on some validation pairs after every epoch, by fixed rules.

The rules do not read section `evaluate`: otherwise `train` would depend on the section, and every
change of the similarity would retrain the model. The rules score by log_odds, which training
raises; cosine may fall while the model improves. Each rule has a name, under which its figures are
reported.
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
    """Return the rules of the curve by name.

    `log_odds_last`: the query is the last song. `log_odds_history`: the query is the last `window`
    songs, with equal weights. A repeat is a miss, and songs already in the playlist may be
    suggested.
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
    """Return a function from a model to hit@10 on `pairs` by name of the rule, rounded to 6 digits.

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
    """Return the function to call with the model after every epoch: log and return scores.

    Returns None if there are no pairs. The scores are those of `scorer`. The logs are files of
    DVCLive in `folder`; the metric of a rule is called `hit@10_` and the name of the rule. Raises
    DataError in a repository without a commit.
    """
    if not len(pairs):
        return None
    # DVCLive imports pandas if it is installed, to log tables. None is logged here, and the import
    # takes a quarter of a second.
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
