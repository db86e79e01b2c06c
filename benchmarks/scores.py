"""The table of scores: every baseline and two ways to use Word2Vec, on several data sets, over several training seeds.

`python -m benchmarks.scores` reads benchmarks/scores.yaml and writes docs/scores.md. The configurations were chosen on
validation pairs; here they are scored on test pairs. The data sets' files must lie in data/incoming/.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

import stages  # noqa: F401 - pins the numeric libraries before NumPy is imported
from benchmarks.commands import stage_arguments
from playlist2vec.base.files import write_text
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import InRows, Vocabulary, rows_of, training_vocabulary
from playlist2vec.evaluation.intervals import Interval, bootstrap, t_interval
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.counting.tuning import tune_all
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
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
KINDS = ("validation", "test")
WAYS = {"course": "Word2Vec, the course's way", "best": "Word2Vec, best"}
"""Ways to use Word2Vec, as benchmarks/scores.yaml calls them and as the table does."""
Found = dict[str, dict[str, list[NDArray[np.float64]]]]
"""For each method and kind of pairs the ranks of each run."""
INTRO = """# Scores

Made by `make scores` from benchmarks/scores.yaml, where every parameter stands. In brackets: 95 % intervals over the
pairs (bootstrap); ±: half the 95 % t-interval over {seeds} training seeds. "To the course's": the paired difference to
gensim's defaults with cosine and the last song only. Each baseline has the settings, in brackets,
that it chose on validation; decay 0 is the last song alone. Where the intervals of two rows overlap, the table does not
show which of them is better.

"""


def with_settings(params: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """The parameters with each `section.key` of `settings` replaced."""
    changed = {name: dict(section) if isinstance(section, dict) else section for name, section in params.items()}
    for name, value in settings.items():
        section, _, key = name.partition(".")
        if key:
            changed[section][key] = value
        else:
            changed[section] = value
    return changed


def prepare(folder: Path, params: dict[str, Any]) -> None:
    """Run the chain up to `split` in `folder` with these parameters."""
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
    """In a process of its own: train as `folder/NAME.yaml` says, write the ranks of both kinds of pairs."""
    from playlist2vec.models.word2vec.training import make_contexts, train_word2vec

    params = folder / f"{name}.yaml"
    ids = Vocabulary.load(folder / "data/vocabulary/vocabulary.tsv").ids
    train = Playlists.load(folder / "data/split/train.npz")
    vocabulary, rows = training_vocabulary([train], ids)
    section, asked = read_section(params, TrainParams), read_section(params, Query)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        contexts = make_contexts(InRows([train], rows), vocabulary, section, Path(scratch))
        ranker = EmbeddingRanker(train_word2vec(contexts, vocabulary, section).model, asked.similarity)
    ranks = {
        kind: evaluate_pairs(ranker, Pairs.load(folder / f"data/split/{kind}.npz"), ids, asked).ranks for kind in KINDS
    }
    np.savez(folder / f"{name}.npz", validation=ranks["validation"], test=ranks["test"])


def rank_baselines(folder: Path) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Each baseline's ranks on validation and test, with the settings that it chose on validation."""
    ids = Vocabulary.load(folder / "data/vocabulary/vocabulary.tsv").ids
    training = training_of(Playlists.load(folder / "data/split/train.npz"), ids)
    section = read_section(folder / "params.yaml", BaselinesParams)
    query = whole_histories(read_section(folder / "params.yaml", Query))
    pairs = {kind: Pairs.load(folder / f"data/split/{kind}.npz") for kind in KINDS}
    rows = rows_of(training.vocabulary, ids)
    tuned, _ = tune_all(training, section, ask(pairs["validation"].first(section.pairs), rows, query))
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
    """hit@10 and ndcg@10 of each pair, averaged over runs: float64 (2, pairs)."""
    each = [gains(ranks, (10,)) for ranks in runs]
    return np.array([np.mean([run[measure] for run in each], axis=0) for measure in MEASURES])


def row(name: str, runs: list[NDArray[np.float64]], course: NDArray[np.float64]) -> str:
    """A line of the table: scores, their intervals over pairs and seeds, their paired difference to `course`."""
    own = mean_gains(runs)
    cells = [name]
    for (estimate, low, high), (gap, gap_low, gap_high), measure in zip(
        bootstrap(own, RESAMPLES, SEED), bootstrap(own - course, RESAMPLES, SEED), MEASURES, strict=True
    ):
        spread = ""
        if len(runs) > 1:
            seeds: Interval = t_interval([float(np.mean(gains(ranks, (10,))[measure])) for ranks in runs])
            spread = f" ±{100 * (seeds.high - seeds.estimate):.1f}"
        cells.append(f"{100 * estimate:.1f} [{100 * low:.1f}, {100 * high:.1f}]{spread}")
        cells.append(f"{100 * gap:+.1f} [{100 * gap_low:+.1f}, {100 * gap_high:+.1f}]" if np.any(own - course) else "")
    return f"| {' | '.join(cells)} |"


def report(name: str, found: Found) -> str:
    """The section of one data set."""
    pairs = len(next(iter(found.values()))["test"][0])
    course = mean_gains(found[WAYS["course"]]["test"])
    lines = [
        f"## {name}",
        "",
        f"{pairs:,} test pairs, in percent.",
        "",
        "| | hit@10 | to the course's | NDCG@10 | to the course's | validation hit@10, NDCG@10 |",
        "|---|---|---|---|---|---|",
    ]
    for method, ranks in found.items():
        validation = mean_gains(ranks["validation"]).mean(axis=1)
        lines.append(f"{row(method, ranks['test'], course)} {100 * validation[0]:.1f}, {100 * validation[1]:.1f} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """The command line."""
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
            folder = Path(temporary) / name.replace(" ", "-")
            params = with_settings(committed, grid[name]["data"])
            prepare(folder, params)
            sections.append(report(name, rank_all(folder, params, grid[name], arguments.seeds, pool)))
            print(sections[-1], flush=True)
    intro = INTRO.format(seeds=arguments.seeds)
    if wanted == list(grid):
        write_text(PAGE, intro + "\n".join(sections))


def rank_all(
    folder: Path,
    params: dict[str, Any],
    settings: dict[str, Any],
    seeds: int,
    pool: ThreadPoolExecutor,
) -> Found:
    """Rank the pairs of the data set prepared in `folder` by every baseline and both ways."""
    waiting = {}
    for way in WAYS:
        for seed in range(1, seeds + 1):
            run = f"{way}{seed}"
            changed = with_settings(params, settings[way] | {"train.seed": seed})
            (folder / f"{run}.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
            command = [sys.executable, "-m", "benchmarks.scores", "--run", str(folder), run]
            waiting[run] = pool.submit(subprocess.run, command, check=True)
    baselines = rank_baselines(folder)
    found: Found = {method: {kind: [ranks[kind]] for kind in ranks} for method, ranks in baselines.items()}
    for way, shown in WAYS.items():
        runs = [f"{way}{seed}" for seed in range(1, seeds + 1)]
        for run in runs:
            waiting[run].result()
        loaded = [dict(np.load(folder / f"{run}.npz")) for run in runs]
        found[shown] = {kind: [each[kind] for each in loaded] for kind in KINDS}
    return found


if __name__ == "__main__":
    main()
