"""`python -m workflow.experiments.best`: take over the best experiment of metrics/grid.csv, and test it once.

`make best` applies it, or runs its parameters where the experiment itself is not there, then runs final/dvc.yaml, and
fills the block of results in README.md and docs/model-card.md.
"""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from workflow.experiments.grid import PARAMS, command
from workflow.experiments.grid_files import Settings, flat
from workflow.experiments.queue import dvc
from workflow.experiments.records import as_overrides, finished_experiments
from workflow.experiments.table import FILE, Row, as_cell, best_of, read_rows
from workflow.git import git
from workflow.repair import mend

BEGIN, END = "<!-- results: written by make best -->", "<!-- end of results -->"
PAGES = (Path("README.md"), Path("docs/model-card.md"))
NAMES = {
    "word2vec": "Word2Vec",
    "popularity": "popularity",
    "closing": "songs that end playlists",
    "markov": "first-order Markov",
    "cooccurrence": "co-occurrence",
    "item_knn": "item neighbours",
    "session_knn": "session neighbours (V-SKNN)",
}
TOLD = (
    "train.contexts",
    "train.vector_size",
    "train.window",
    "train.negative",
    "train.ns_exponent",
    "train.sample",
    "train.epochs",
    "train.alpha",
    "evaluate.similarity",
    "evaluate.query",
)


def take_best(by: str) -> int:
    """Apply, test, write down; the exit code."""
    rows = read_rows()
    chosen = best_of(rows, by)
    score = sum(row.scores[by].value for row in chosen) / len(chosen)
    over = f", mean of {len(chosen)} seeds; the first of them, {chosen[0].parameters['train.seed']}, is taken"
    print(
        f"best of {len(rows)} experiments by {by}: {chosen[0].experiment} with {score:.4f}" + over * (len(chosen) > 1)
    )
    apply(chosen[0])
    for line in mend():
        print(line)
    dvc("repro", "dvc.yaml", "final/dvc.yaml", quiet_about="skipping")
    block = results()
    for page in PAGES:
        fill_in(page, block)
    print(f"\n{block}\n\nwritten into {' and '.join(map(str, PAGES))}; what changed: git status")
    return 0


def apply(row: Row) -> None:
    """Bring the workspace to an experiment's parameters and results. What else was changed there stays as it is.

    `dvc exp apply` would put every uncommitted change aside, the table that was just made among them.
    """
    settings = changed_settings(row, yaml.safe_load(PARAMS.read_text("utf-8")))
    revision = finished_experiments(git("rev-parse", "HEAD").strip()).get(row.experiment)
    if not settings:
        print("params.yaml says so already")
    elif revision is None:
        print(f"{row.experiment} is not among the experiments on this commit: its parameters are run")
        dvc("exp", "run", *(word for each in as_overrides(settings) for word in ("-S", each)), quiet_about="skipping")
    else:
        brought = git("diff", "--name-only", "HEAD", revision).splitlines()
        edited = git("diff", "--name-only", "HEAD", "--", *brought).splitlines()
        for path in edited:
            made = path.startswith("metrics/") or path.endswith("dvc.lock")
            if not made and path in git("diff", "--name-only", revision, "--", path):
                raise DataError(
                    f"{path}: it has changes that are not committed: expected `git commit` or `git restore`"
                )
        git("restore", f"--source={revision}", "--worktree", "--", *brought)
        dvc("checkout", "--quiet", "dvc.yaml")


def changed_settings(row: Row, params: dict[str, Any]) -> Settings:
    """Those parameters of an experiment that params.yaml gives another value."""
    now = flat(params)
    changed: Settings = {}
    for key, value in row.parameters.items():
        if key not in now:
            raise DataError(f"{FILE}: {key} is not in {PARAMS}: expected a table made with the present parameters")
        if as_cell(now[key]) != value:
            changed[key] = value if isinstance(now[key], str) and value != '""' else json.loads(value)
    return changed


def results() -> str:
    """The block of results: what ran, and the scores beside the baselines, from metrics/ alone."""
    test = _json("metrics/test.json")
    validation = {"word2vec": _json("metrics/validation.json")} | _json("metrics/baselines.json")
    tested = {"word2vec": test["scores"]} | test["baselines"]
    intervals = [_intervals("metrics/intervals.csv"), _intervals("metrics/test_intervals.csv")]
    settings = flat(test["parameters"])
    lines = [
        f"Data set `{settings['dataset']}`, {validation['word2vec']['pairs']:,} validation and "
        f"{tested['word2vec']['pairs']:,} test pairs; in brackets 95 % intervals over the pairs. "
        f"{', '.join(f'`{key}: {as_cell(settings[key])}`' for key in TOLD)}.",
        "",
        "| | validation hit@10 | NDCG@10 | test hit@10 | NDCG@10 |",
        "|---|---|---|---|---|",
    ]
    for name in sorted(validation, key=lambda name: (name != "word2vec", -validation[name]["hit@10"])):
        cells = []
        for scores, interval in zip((validation[name], tested[name]), intervals, strict=True):
            for score in ("hit@10", "ndcg@10"):
                brackets = " [{:.3f}, {:.3f}]".format(*interval[score]) if name == "word2vec" else ""
                cells.append(f"{scores[score]:.3f}{brackets}")
        lines.append(f"| {NAMES.get(name, name)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def fill_in(page: Path, block: str) -> None:
    """Put the block between the marks of a page, in place of what stood there. Raises DataError without the marks."""
    before, begin, rest = page.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise DataError(f"{page}: no place for the results: expected the lines {BEGIN} and {END}")
    write_text(page, f"{before}{BEGIN}\n{block}\n{END}{after}")


def _json(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return content


def _intervals(path: str) -> dict[str, tuple[float, float]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return {row["score"]: (float(row["low"]), float(row["high"])) for row in csv.DictReader(file)}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workflow.experiments.best",
        description="Take the best experiment of metrics/grid.csv over and test it once.",
    )
    parser.add_argument("--by", default="hit@10", help="the validation score that decides")
    command(take_best, parser.parse_args().by)


if __name__ == "__main__":
    main()
