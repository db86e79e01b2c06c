"""`python -m benchmarks.scores`: score baselines and Word2Vec on data sets, with training seeds.

Reads benchmarks/scores.yaml and writes docs/scores.md. The configurations were chosen on validation
pairs; the scores are on test pairs. The data sets' files must lie in data/incoming/.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

import stages  # noqa: F401 - pins the numeric libraries before NumPy is imported
from benchmarks.commands import stage_arguments
from benchmarks.peers.page import with_block_of
from benchmarks.trainers.ranks import KINDS, ranked, trained
from playlist2vec.base.files import write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary, rows_of
from playlist2vec.evaluation.intervals import Interval, bootstrap, t_interval
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.blend.assembly import mixture_of, read_chosen
from playlist2vec.models.blend.fitting import evidence_of, rank_cross_fitted, with_fit
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.counting.tuning import tune_all
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.ranking.metrics import gains
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from playlist2vec.ranking.reweighted import whole_histories

GRID = Path("benchmarks/scores.yaml")
PAGE = Path("docs/scores.md")
PREPARE = ("check", "source", "ingest", "filter", "vocabulary", "split")
RESAMPLES, SEED = 2000, 1
MEASURES = ("hit@10", "ndcg@10")
WAYS = {"course": "Word2Vec, the course's way", "best": "Word2Vec, by the rule"}
"""Ways to use Word2Vec: name in benchmarks/scores.yaml, and name in the table."""
MIXED = {"counts_mixture": "mixture of counts", "blend": "blend of counts and Word2Vec"}
TARGETS = {
    "random": "a song at a random place is asked for",
    "last": "the last song is asked for, as was published",
}
LAST_SEEDS = 3
"""Training seeds with the last song: the published task, never used for a choice."""
Found = dict[str, dict[str, list[NDArray[np.float64]]]]
"""Ranks of every run, by method and kind of pairs."""
INTRO = Path("benchmarks/scores.md")
"""The introduction of the page, with places for `str.format`."""


def with_settings(params: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with every `section.key` of `settings` replaced."""
    changed = {
        name: dict(section) if isinstance(section, dict) else section
        for name, section in params.items()
    }
    for name, value in settings.items():
        section, _, key = name.partition(".")
        if key:
            changed[section][key] = value
        else:
            changed[section] = value
    return changed


def prepare(folder: Path, params: dict[str, Any]) -> None:
    """Run the chain up to `split` in `folder`, with `params` as parameters."""
    for part in ("stages", "playlist2vec", "data/sources"):
        shutil.copytree(part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "data/incoming").symlink_to(Path("data/incoming").resolve())
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    for stage in PREPARE:
        command = [sys.executable, "-m", f"stages.{stage}", *stage_arguments(stage, params)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{stage}: {done.stderr.strip()}")


def train_and_rank(folder: Path, name: str) -> None:
    """Train as `folder/NAME.yaml` says, and write the ranks of all pairs to `folder/NAME.npz`.

    The best way also writes the ranks of the blend. Runs in a process of its own.
    """
    params = folder / f"{name}.yaml"
    asked = read_section(params, Query)
    model, _ = trained(folder, read_section(params, TrainParams))
    pairs, ranks = ranked(folder, model, asked)
    if name.startswith("best"):
        ranks |= {
            f"blend_{kind}": each
            for kind, each in rank_mixture(folder, model, asked, pairs).items()
        }
    np.savez(folder / f"{name}.npz", allow_pickle=False, **ranks)


def rank_mixture(
    folder: Path, model: Model | None, asked: Query, pairs: dict[str, Pairs]
) -> dict[str, NDArray[np.float64]]:
    """Return ranks by the mixture, with or without a model; cross-fitted on validation."""
    ids = Vocabulary.load(folder / "data/vocabulary/vocabulary.tsv").ids
    training = training_of(Playlists.load(folder / "data/split/train.npz"), ids)
    mixture = mixture_of(training, read_chosen(folder / "settings.json"), model, asked)
    rows, whole = rows_of(training.vocabulary, ids), whole_histories(asked)
    questions = ask(pairs["validation"], rows, whole)
    evidence = evidence_of(mixture, questions)
    keys = pairs["validation"].playlists.keys[questions.asked]
    fitted = with_fit(mixture, evidence.fit())
    return {
        "validation": rank_cross_fitted(mixture, questions, keys, evidence),
        "test": ask(pairs["test"], rows, whole).answer(fitted.rank),
    }


def rank_baselines(folder: Path) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return every baseline's ranks, with the settings chosen on validation."""
    ids = Vocabulary.load(folder / "data/vocabulary/vocabulary.tsv").ids
    training = training_of(Playlists.load(folder / "data/split/train.npz"), ids)
    section = read_section(folder / "params.yaml", BaselinesParams)
    query = whole_histories(read_section(folder / "params.yaml", Query))
    pairs = {kind: Pairs.load(folder / f"data/split/{kind}.npz") for kind in KINDS}
    rows = rows_of(training.vocabulary, ids)
    tuned, _ = tune_all(
        training, section, ask(pairs["validation"].first(section.pairs), rows, query)
    )
    write_json(
        folder / "settings.json",
        {"chosen": {name: dict(each.settings) for name, each in tuned.items()}},
    )
    shown = {
        name: ", ".join(f"{option} {value:g}" for option, value in each.settings.items())
        for name, each in tuned.items()
    }
    return {
        f"{name} ({shown[name]})" if shown[name] else name: {
            kind: evaluate_pairs(each.ranker, pairs[kind], ids, query).ranks for kind in KINDS
        }
        for name, each in tuned.items()
    }


def mean_gains(runs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return hit@10 and ndcg@10 of every pair, averaged over runs: float64 (2, pairs)."""
    each = [gains(ranks, (10,)) for ranks in runs]
    return np.array([np.mean([run[measure] for run in each], axis=0) for measure in MEASURES])


def row(name: str, runs: list[NDArray[np.float64]], rival: NDArray[np.float64]) -> str:
    """Return a line of the table: scores, intervals, and the difference of NDCG@10 to `rival`."""
    own = mean_gains(runs)
    difference = shown_gap(gap(own, rival)) if np.any(own - rival) else ""
    return f"| {' | '.join([name, *score_cells(runs), difference])} |"


def score_cells(runs: list[NDArray[np.float64]]) -> list[str]:
    """Return the cells of hit@10 and NDCG@10, with intervals over pairs and over several seeds."""
    cells = []
    for (estimate, low, high), measure in zip(
        bootstrap(mean_gains(runs), RESAMPLES, SEED), MEASURES, strict=True
    ):
        spread = ""
        if len(runs) > 1:
            seeds = t_interval([float(np.mean(gains(ranks, (10,))[measure])) for ranks in runs])
            spread = f" ±{100 * (seeds.high - seeds.estimate):.1f}"
        cells.append(f"{100 * estimate:.1f} [{100 * low:.1f}, {100 * high:.1f}]{spread}")
    return cells


def gap(own: NDArray[np.float64], rival: NDArray[np.float64]) -> Interval:
    """Return the paired difference of NDCG@10 between results of `mean_gains`, with interval."""
    return bootstrap((own - rival)[1:], RESAMPLES, SEED)[0]


def shown_gap(difference: Interval) -> str:
    """Return the cell of a paired difference."""
    estimate, low, high = difference
    return f"{100 * estimate:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"


def best_of(found: Found, names: Iterable[str]) -> str:
    """Return the name with the highest NDCG@10 on validation."""
    return max(names, key=lambda name: float(mean_gains(found[name]["validation"])[1].mean()))


def report(name: str, found: Found, baselines: list[str]) -> str:
    """Return the section of a data set and target; `baselines`: names of single baselines."""
    pairs = len(next(iter(found.values()))["test"][0])
    best = best_of(found, baselines)
    rival = mean_gains(found[best]["test"])
    lines = [
        f"## {name}",
        "",
        f"{pairs:,} test pairs, in percent.",
        "",
        "| | hit@10 | NDCG@10 | NDCG@10 to the best baseline | validation hit@10, NDCG@10 |",
        "|---|---|---|---|---|",
    ]
    for method, ranks in found.items():
        validation = mean_gains(ranks["validation"]).mean(axis=1)
        lines.append(
            f"{row(method, ranks['test'], rival)} {100 * validation[0]:.1f}, "
            f"{100 * validation[1]:.1f} |"
        )
    return "\n".join([*lines, "", f"Best baseline on validation: {best}.", ""])


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scores", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="training seeds, 2 or more")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at the same time")
    parser.add_argument("--only", default="", help="names of data sets, with commas between them")
    parser.add_argument("--run", nargs=2, metavar=("FOLDER", "NAME"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        train_and_rank(Path(arguments.run[0]), arguments.run[1])
        return
    grid = yaml.safe_load(GRID.read_text("utf-8"))
    committed = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    wanted = [name for name in arguments.only.split(",") if name] or list(grid)
    sections = []
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(arguments.jobs) as pool:
        for name in wanted:
            for target, shown in TARGETS.items():
                folder = Path(temporary) / f"{name.replace(' ', '-')}-{target}"
                params = with_settings(committed, grid[name]["data"] | {"split.target": target})
                prepare(folder, params)
                seeds = arguments.seeds if target == "random" else LAST_SEEDS
                found, baselines = rank_all(folder, params, grid[name], seeds, pool)
                sections.append(report(f"{name}: {shown}", found, baselines))
                print(sections[-1], flush=True)
    intro = INTRO.read_text("utf-8").format(seeds=arguments.seeds, last_seeds=LAST_SEEDS)
    if wanted == list(grid):
        write_text(PAGE, with_block_of(PAGE, intro + "\n".join(sections)))


def rank_all(
    folder: Path,
    params: dict[str, Any],
    settings: dict[str, Any],
    seeds: int,
    pool: ThreadPoolExecutor,
) -> tuple[Found, list[str]]:
    """Rank the pairs of the data set in `folder` by all methods; return also names of baselines."""
    counted = rank_baselines(folder)
    waiting = {}
    for way in WAYS:
        for seed in range(1, seeds + 1):
            run = f"{way}{seed}"
            changed = with_settings(params, settings[way] | {"train.seed": seed})
            (folder / f"{run}.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
            command = [sys.executable, "-m", "benchmarks.scores", "--run", str(folder), run]
            waiting[run] = pool.submit(subprocess.run, command, check=True)
    pairs = {kind: Pairs.load(folder / f"data/split/{kind}.npz") for kind in KINDS}
    counted[MIXED["counts_mixture"]] = rank_mixture(
        folder, None, read_section(folder / "best1.yaml", Query), pairs
    )
    found: Found = {
        method: {kind: [ranks[kind]] for kind in KINDS} for method, ranks in counted.items()
    }
    for way, shown in WAYS.items():
        runs = [f"{way}{seed}" for seed in range(1, seeds + 1)]
        for run in runs:
            waiting[run].result()
        loaded = [dict(np.load(folder / f"{run}.npz")) for run in runs]
        found[shown] = {kind: [each[kind] for each in loaded] for kind in KINDS}
    found[MIXED["blend"]] = {kind: [each[f"blend_{kind}"] for each in loaded] for kind in KINDS}
    return found, [name for name in counted if name not in MIXED.values()]


if __name__ == "__main__":
    main()
