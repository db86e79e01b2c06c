"""Commands on runs of the pipeline: `compare`, `suggest-params`."""

import argparse
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.rules import read_section
from playlist2vec.base.visible import as_json, visible
from playlist2vec.cli.commands import Command
from playlist2vec.cli.output import note
from playlist2vec.cli.terminal.looks import Looks, Style, looks_of
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.comparison import Comparison, as_text, compare_revisions
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.ranking.params import Query
from playlist2vec.recommend.columns import cell_width, fitted
from playlist2vec.starting.corpus import Corpus, corpus_of, few_playlists, split_by_fraction
from playlist2vec.starting.cost import megabytes, shown
from playlist2vec.starting.search import budgeted_seconds, choose, stage_seconds
from playlist2vec.starting.trials import slowness

PARAMS = "params.yaml"
WORTH_BLOCKS = 60.0
"""Seconds of a training by gensim above which the other trainer is named."""
WIDEST = 100_000
"""Characters after which a line of params.yaml would be broken."""
MINUTES, MOST_MINUTES = 10.0, 10_000
"""Minutes of trial trainings: default and maximum."""


def _declare_compare(command: argparse.ArgumentParser) -> None:
    revision = "a Git revision, the name of an experiment, or workspace"
    command.add_argument("a", metavar="REV_A", help=revision)
    command.add_argument("b", metavar="REV_B", help="likewise")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="write a Markdown table")
    form.add_argument("--json", action="store_true", help="JSON, for programs")


def _compare(arguments: argparse.Namespace) -> None:
    found = compare_revisions(arguments.a, arguments.b)
    if arguments.json:
        print(as_json({"a": arguments.a, "b": arguments.b, **as_object(found)}, indent=2))
        return
    text = visible(as_text(found, arguments.a, arguments.b, markdown=arguments.markdown), keep="\n")
    looks = looks_of()
    if (
        looks.width
        and not arguments.markdown
        and max(map(cell_width, text.splitlines()[:-1])) > looks.width
    ):
        text = as_blocks(found, arguments.a, arguments.b, looks)
    print(text)


def as_object(found: Comparison) -> dict[str, Any]:
    """Return a comparison as a JSON object."""
    scores = {
        name: {"a": a._asdict(), "b": b._asdict(), "difference": difference._asdict()}
        for name, (a, b, difference) in found.scores.items()
    }
    return {
        "pairs": found.pairs,
        "scores": scores,
        "higher_in": dict(zip(("a", "b", "neither"), found.wins, strict=True)),
    }


def as_blocks(found: Comparison, a: str, b: str, looks: Looks) -> str:
    """Return a comparison for a narrow terminal: a block for every score, and a last sentence."""
    lines = []
    for name, (first, second, difference) in found.scores.items():
        differs = difference.low > 0 or difference.high < 0
        lines += [
            looks.styled(f"{name}: {'differs' if differs else 'no difference shown'}", Style.STRONG)
        ]
        for label, (value, low, high), sign in (
            (f"A: {a}", first, ""),
            (f"B: {b}", second, ""),
            ("B - A", difference, "+"),
        ):
            interval = f"{value:{sign}.4f} [{low:{sign}.3f}, {high:{sign}.3f}]"
            width = max(cell_width(a), cell_width(b)) + 3
            left = (looks.width or 80) - len(interval) - 4
            lines.append(f"  {fitted(visible(label), min(width, left))}  {interval}")
    won_a, won_b, even = found.wins
    pairs = f"{found.pairs:,} pairs: target higher in A {won_a:,},"
    end = ["intervals of 95 %, that of B - A paired", pairs, f"in B {won_b:,}, the same {even:,}"]
    return "\n".join([*lines, *end])


def _declare_suggest(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        metavar="FOLDER",
        help="the folder data/ of a finished split",
    )
    command.add_argument(
        "--minutes",
        type=float,
        default=MINUTES,
        metavar="M",
        help="what may be tried takes this long at most, about, on one core; "
        f"{MINUTES:g} without it",
    )
    command.add_argument(
        "--write",
        action="store_true",
        help="write the settings into params.yaml instead of printing them: `dvc repro` then needs "
        "neither Git's user.name nor a clean workspace, as `dvc exp run` does",
    )


def _suggest(arguments: argparse.Namespace) -> None:
    if not 0 <= arguments.minutes <= MOST_MINUTES:
        raise DataError(
            f"--minutes {arguments.minutes:g}: expected a number from 0 to {MOST_MINUTES}"
        )
    corpus, budget = _read_corpus(arguments.data), 60 * arguments.minutes
    _note(
        f"{corpus.songs:,} songs, {corpus.plays:,} plays, median length {corpus.median_length}, "
        f"{len(corpus.questions.given):,} validation pairs"
        + " of a split by fractions"
        * corpus.few
    )
    slow = slowness(corpus)
    trials = shown(slow * budgeted_seconds(corpus, budget))
    _note(f"the trainings that are tried take about {trials}, or less")
    found = choose(corpus, budget, _note)
    seconds, memory = stage_seconds(corpus, found, slow), megabytes(corpus, found.branch)
    _note(f"chosen: {found.branch.contexts}, {found.epochs} epochs, because {found.reason}")
    if seconds > WORTH_BLOCKS:
        share = "a tenth" if found.branch.spaces else "a third"
        _note(
            f"-S train.trainer=blocks trains in about {share} of the CPU time, on any number of "
            "cores (make setup EXTRAS=blocks)"
        )
    _note(f"`dvc repro train` will take about {shown(seconds)} and {memory:,} MB")
    settings = found.settings(corpus)
    if arguments.write:
        _write(settings)
    else:
        print(" ".join(f"-S {name}={_as_setting(value)}" for name, value in settings.items()))
        if not _has_identity():
            _note(
                "`dvc exp run` needs Git's user.name and user.email, and they are not set: "
                "set them, or use --write and `dvc repro`"
            )


def _has_identity() -> bool:
    try:
        asked = [("git", "config", "--get", f"user.{name}") for name in ("name", "email")]
        return all(
            subprocess.run(each, capture_output=True, check=False).stdout.strip() for each in asked
        )
    except OSError:
        return False


def _write(settings: dict[str, Any]) -> None:
    """Put settings into params.yaml; keep comments and all further lines."""
    from ruamel.yaml import YAML

    yaml, text = YAML(), StringIO()
    yaml.preserve_quotes = True
    yaml.width = WIDEST
    content = yaml.load(Path(PARAMS).read_text("utf-8"))
    changed = 0
    for name, value in settings.items():
        section, key = name.split(".")
        if content[section].get(key) != value:
            content[section][key] = value
            changed += 1
    yaml.dump(content, text)
    write_text(PARAMS, text.getvalue())
    _note(
        f"{changed} of {len(settings)} settings changed in {PARAMS}; `git diff {PARAMS}` shows them"
    )


def _read_corpus(data: Path) -> Corpus:
    try:
        ids = Vocabulary.load(data / "vocabulary/vocabulary.tsv").ids
        playlists, split = (
            Playlists.load(data / "vocabulary/playlists.npz"),
            read_section(PARAMS, SplitParams),
        )
        few = few_playlists(playlists, split)
        if few:
            train, pairs = split_by_fraction(playlists, split)
        else:
            train, pairs = (
                Playlists.load(data / "split/train.npz"),
                Pairs.load(data / "split/validation.npz"),
            )
        return corpus_of(train, pairs, ids, read_section(PARAMS, Query), few=few)
    except OSError as error:
        raise DataError(f"{error}: expected a finished `dvc repro split`") from None


def _as_setting(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _note(text: str) -> None:
    note(f"suggest-params: {text}")


COMMANDS = {
    "compare": Command(_declare_compare, _compare),
    "suggest-params": Command(_declare_suggest, _suggest),
}
