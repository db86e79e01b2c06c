"""Comparison of two runs on exactly the same pairs.

A run is a Git revision, the name of an experiment, or `workspace`. The ranks come from the DVC
cache, or from the remote where they are not cached.
"""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.evaluation.intervals import Interval, bootstrap
from playlist2vec.evaluation.next_song import load_ranks
from playlist2vec.ranking.metrics import gains

RANKS = "data/ranks/validation.npz"
SCORES = ("hit@10", "ndcg@10")
RESAMPLES = 2000
SEED = 1
_SCORE = re.compile(r"(hit|ndcg)@[1-9][0-9]{0,8}|mrr")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scores of two runs, A and B, on the same pairs.

    `scores`: the intervals of A, of B, and of the paired difference B - A, for every score. `wins`:
    the number of pairs with the target higher in A, higher in B, and at the same place.
    """

    pairs: int
    scores: dict[str, tuple[Interval, Interval, Interval]]
    wins: tuple[int, int, int]


def compare_ranks(
    a: NDArray[np.float64], b: NDArray[np.float64], names: tuple[str, ...] = SCORES
) -> Comparison:
    """Compare two runs by the ranks of the same targets, float64 (pairs,).

    `names`: the scores to compare by. Raises DataError for a score that is not hit@k, ndcg@k or
    mrr.
    """
    for name in names:
        if not _SCORE.fullmatch(name):
            raise DataError(f"{name}: unknown score: expected hit@k, ndcg@k or mrr")
    cutoffs = tuple(int(name.partition("@")[2]) for name in names if "@" in name)
    gains_a, gains_b = gains(a, cutoffs), gains(b, cutoffs)
    scores = {}
    for name in names:
        values = np.array([gains_a[name], gains_b[name], gains_b[name] - gains_a[name]])
        first, second, difference = bootstrap(values, RESAMPLES, SEED)
        scores[name] = (first, second, difference)
    wins = (
        int(np.count_nonzero(a < b)),
        int(np.count_nonzero(b < a)),
        int(np.count_nonzero(a == b)),
    )
    return Comparison(len(a), scores, wins)


def read_ranks(revision: str, path: str = RANKS) -> dict[str, NDArray[np.generic]]:
    """Read the arrays of a file of ranks at a revision of the repository in the working directory.

    Raises DataError for an unknown revision, and for a revision without the file.
    """
    if revision == "workspace":
        if not Path(path).is_file():
            raise DataError(
                f"workspace: no {path}: expected a finished run, `dvc repro` or `dvc checkout`"
            )
        content = Path(path).read_bytes()
    else:
        import dvc.api
        from dvc.exceptions import DvcException
        from dvc.scm import SCMError

        try:
            content = dvc.api.read(path, rev=revision, mode="rb")
        except (DvcException, SCMError, OSError) as error:
            reason = " ".join(str(error).split())
            raise DataError(
                f"{revision}: no {path} ({reason}): expected a Git revision or experiment "
                "whose results are in the DVC cache or on the remote"
            ) from error
    return load_ranks(io.BytesIO(content))


def compare_revisions(a: str, b: str, names: tuple[str, ...] = SCORES) -> Comparison:
    """Compare two revisions by the scores in `names`.

    Raises DataError for a revision that cannot be read, and for revisions with different pairs.
    """
    first, second = read_ranks(a), read_ranks(b)
    for part in ("keys", "queries", "targets"):
        if not np.array_equal(first[part], second[part]):
            numbers = f"{len(first['ranks']):,} and {len(second['ranks']):,}"
            raise DataError(
                f"{a} and {b} were asked about different pairs ({numbers}; their {part} differ): "
                "expected the same dataset, filter and split"
            )
    return compare_ranks(
        first["ranks"].astype(np.float64), second["ranks"].astype(np.float64), names
    )


def as_text(found: Comparison, a: str, b: str, *, markdown: bool) -> str:
    """Return the comparison as a table, in plain text or Markdown, and a sentence on the wins."""
    header = ["", f"A: {a}", f"B: {b}", "B - A (paired, 95 %)", ""]
    rows = []
    for name, (first, second, difference) in found.scores.items():
        sure = "differs" if difference.low > 0 or difference.high < 0 else "no difference shown"
        shown = f"{difference.estimate:+.4f} [{difference.low:+.4f}, {difference.high:+.4f}]"
        rows.append([name, _shown(first), _shown(second), shown, sure])
    won_a, won_b, even = found.wins
    end = (
        f"{found.pairs:,} pairs: A ranks the target higher in {won_a:,}, B in {won_b:,}, "
        f"both the same in {even:,}."
    )
    if markdown:
        lines = [f"| {' | '.join(row)} |" for row in [header, ["---"] * 5, *rows]]
    else:
        widths = [max(len(row[column]) for row in [header, *rows]) for column in range(5)]
        lines = [
            "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in [header, *rows]
        ]
    return "\n".join([*lines, "", end])


def _shown(interval: Interval) -> str:
    return f"{interval.estimate:.4f} [{interval.low:.4f}, {interval.high:.4f}]"
