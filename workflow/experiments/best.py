"""`python -m workflow.experiments.best`: take over a table's best experiment if it is better.

`make best` runs params.yaml as it stands, runs the best row's parameters if the experiment is
missing, and compares both on the same validation pairs. The better configuration is applied. Then
its table becomes metrics/grid.csv, final/dvc.yaml tests it, and the blocks of results in README.md
and docs/model-card.md are filled.
"""

import argparse
import csv
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import visible
from playlist2vec.report.names import NAMES as CALLED
from workflow.experiments.challenger import judge, revision_of
from workflow.experiments.grid import PARAMS, command, read_params
from workflow.experiments.grid_files import Settings, flat
from workflow.experiments.processes import dvc
from workflow.experiments.records import outputs_of, stages_of
from workflow.experiments.table import FILE, Row, as_cell, best_of, last_table, read_rows
from workflow.git import check_ready, git
from workflow.repair import mend

BEGIN, END = "<!-- results: written by make best -->", "<!-- end of results -->"
CHANGED = ("-c", "core.quotePath=off", "diff", "--relative", "--name-only")
"""Arguments of Git that list changed files, relative to this folder.

The folder may lie in a larger repository.
"""
README, CARD = Path("README.md"), Path("docs/model-card.md")
NAMES = {**CALLED, "session_knn": "session neighbours (V-SKNN)"}
HEADLINES = ("word2vec", "blend", "counts_mixture", "popularity")
"""Rankers shown in README.md, beside the best baseline."""
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


def take_best(by: str, table: Path | None, *, force: bool) -> int:
    """Compare, apply, test and record the best row; return the exit code.

    The code is 1 if nothing is taken over. `table`: the file of the table, None for the last table.
    `force`: take over the best row even if it is not better.
    """
    check_ready()
    path = table or last_table()
    rows = read_rows(path)
    chosen = best_of(rows, by, path)
    score = sum(row.scores[by].value for row in chosen) / len(chosen)
    first = chosen[0]
    line = f"{path}: best of {len(rows)} experiments by {by}: {first.experiment} with {score:.4f}"
    if len(chosen) > 1:
        seed = first.parameters["train.seed"]
        line += f", mean of {len(chosen)} seeds; the first of them, {seed}, is taken"
    print(visible(line), flush=True)
    for line in mend():
        print(visible(line))
    dvc("repro", "dvc.yaml", quiet_about="skipping")
    settings = changed_settings(chosen[0], read_params(), path)
    revision = revision_of(settings, read_params(), path) if settings else "workspace"
    better, reason = judge(revision, settings, by)
    if not better and not force:
        print(
            visible(f"nothing is taken over: {reason}; FORCE=1 takes it over anyway"),
            file=sys.stderr,
        )
        return 1
    print(visible(f"{chosen[0].experiment}: {reason}"), flush=True)
    apply(settings, revision)
    write_text(FILE, path.read_text("utf-8"))
    dvc("repro", "dvc.yaml", "final/dvc.yaml", quiet_about="skipping")
    block = results()
    fill_in(README, headlines())
    fill_in(CARD, block)
    print(f"\n{block}\n\nwritten into {README} and {CARD}; what changed: git status")
    return 0


def apply(settings: Settings, revision: str) -> None:
    """Bring the workspace to an experiment's parameters and results; keep all unrelated changes.

    `settings`: the changes of the experiment to params.yaml. Not done by `dvc exp apply`, which
    would put every uncommitted change aside.
    """
    if settings:
        # Files just made by the present configuration's run are replaced too, if the commit has the
        # experiment's version.
        made_by_runs = [
            path
            for stage in stages_of().values()
            for path in outputs_of(stage)
            if path.startswith("metrics/")
        ]
        remade = git(*CHANGED, revision, "--", "dvc.lock", *made_by_runs).splitlines()
        brought = sorted({*git(*CHANGED, "HEAD", revision).splitlines(), *remade})
        edited = git(*CHANGED, "HEAD", "--", *brought).splitlines()
        for path in edited:
            made = path.startswith("metrics/") or path.endswith("dvc.lock")
            if not made and path in git(*CHANGED, revision, "--", path):
                raise DataError(
                    f"{path}: it has changes that are not committed: expected `git commit` or `git "
                    "restore`"
                )
        git("restore", f"--source={revision}", "--worktree", "--", *brought)
        dvc("checkout", "--quiet", "dvc.yaml")


def changed_settings(row: Row, params: dict[str, Any], table: Path) -> Settings:
    """Return the parameters of an experiment that differ from params.yaml.

    `table`: the file of the row, for the error. Raises DataError for an unknown parameter.
    """
    now = flat(params)
    changed: Settings = {}
    for key, value in row.parameters.items():
        if key not in now:
            raise DataError(
                f"{table}: {key} is not in {PARAMS}: expected a table made with the present "
                "parameters"
            )
        # Compare values, not text: params.yaml may say 0 and the table 0.0.
        said = value if isinstance(now[key], str) and value != '""' else json.loads(value)
        if said != now[key]:
            changed[key] = said
    return changed


def results() -> str:
    """Return the results in full, from metrics/ alone: data set, parameters, scores, baselines."""
    test = _json("metrics/test.json")
    settings = flat(test["parameters"])
    rows = _rows()
    return "\n".join(
        [
            f"Data set `{settings['dataset']}`, {rows['word2vec'][0]['pairs']:,} validation and "
            f"{rows['word2vec'][1]['pairs']:,} test pairs; in brackets 95 % intervals over the "
            f"pairs. {', '.join(f'`{key}: {as_cell(settings[key])}`' for key in TOLD)}.",
            "",
            *_table(rows, list(rows)),
        ]
    )


def headlines() -> str:
    """Return the scores of the model, mixtures, best baseline on validation, and popularity."""
    best = _json("metrics/baselines.json")["best_baseline"]["name"]
    rows = _rows()
    return "\n".join(_table(rows, [name for name in rows if name in {*HEADLINES, best}]))


def _rows() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Return the validation and test scores of rankers: Word2Vec, then by hit@10 on validation."""
    test = _json("metrics/test.json")
    counted = _json("metrics/blend_details.json") | _json("metrics/baselines_details.json")
    validation = {"word2vec": _json("metrics/validation_details.json")} | counted
    tested = {"word2vec": test["scores"]} | test["baselines"]
    names = sorted(validation, key=lambda name: (name != "word2vec", -validation[name]["hit@10"]))
    return {name: (validation[name], tested[name]) for name in names}


def _table(rows: dict[str, tuple[dict[str, Any], dict[str, Any]]], names: list[str]) -> list[str]:
    """Return the lines of a table with the named rows; Word2Vec has intervals."""
    intervals = [_intervals("metrics/intervals.csv"), _intervals("metrics/test_intervals.csv")]
    lines = [
        "| | validation hit@10 | NDCG@10 | test hit@10 | NDCG@10 |",
        "|---|---|---|---|---|",
    ]
    for name in names:
        cells = []
        for scores, interval in zip(rows[name], intervals, strict=True):
            for score in ("hit@10", "ndcg@10"):
                brackets = (
                    " [{:.3f}, {:.3f}]".format(*interval[score]) if name == "word2vec" else ""
                )
                cells.append(f"{scores[score]:.3f}{brackets}")
        lines.append(f"| {NAMES.get(name, name)} | {' | '.join(cells)} |")
    return lines


def fill_in(page: Path, block: str) -> None:
    """Replace the text between the marks of a page. Raises DataError if the marks are missing."""
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
        return {
            row["score"]: (float(row["low"]), float(row["high"])) for row in csv.DictReader(file)
        }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workflow.experiments.best",
        description=(
            "Take the best experiment of a grid or search over, if it is better than params.yaml; "
            "test it."
        ),
    )
    parser.add_argument("--by", default="hit@10", help="the validation score that decides")
    parser.add_argument(
        "--table", default="", help="the file of the table; without one, the last in grids/"
    )
    parser.add_argument(
        "--force", default="0", choices=("0", "1"), help="1 = take it over even if it is not better"
    )
    arguments = parser.parse_args()
    table = Path(arguments.table) if arguments.table else None
    command(partial(take_best, force=arguments.force == "1"), arguments.by, table)


if __name__ == "__main__":
    main()
