"""Commands on runs of the chain: `compare`, `suggest-params`."""

import argparse
import sys
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.cli.commands import Command
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.comparison import as_text, compare_revisions
from playlist2vec.evaluation.starting_params import describe, suggest
from playlist2vec.ranking.params import Query


def _declare_compare(command: argparse.ArgumentParser) -> None:
    revision = "a Git revision, the name of an experiment, or workspace"
    command.add_argument("a", metavar="REV_A", help=revision)
    command.add_argument("b", metavar="REV_B", help="likewise")
    command.add_argument("--markdown", action="store_true", help="write a Markdown table")


def _compare(arguments: argparse.Namespace) -> None:
    found = compare_revisions(arguments.a, arguments.b)
    print(as_text(found, arguments.a, arguments.b, markdown=arguments.markdown))


def _declare_suggest(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        metavar="FOLDER",
        help="the folder data/ of a finished split",
    )


def _suggest(arguments: argparse.Namespace) -> None:
    data = arguments.data
    try:
        ids = Vocabulary.load(data / "vocabulary/vocabulary.tsv").ids
        train = Playlists.load(data / "split/train.npz")
        pairs = Pairs.load(data / "split/validation.npz")
        corpus = describe(train, pairs, ids, read_section("params.yaml", Query))
    except (DataError, OSError) as error:
        raise DataError(f"{error}: expected a finished `dvc repro split`") from None
    reason = "above" if corpus.markov > corpus.cooccurrence else "not above"
    print(
        f"{corpus.songs:,} songs, {corpus.plays:,} plays, median length {corpus.median_length}; "
        f"NDCG@10 of next-song counts {corpus.markov:.4f}, {reason} that of neighbour counts on "
        f"both sides, {corpus.cooccurrence:.4f}",
        file=sys.stderr,
    )
    print(" ".join(f"-S {name}={value}" for name, value in suggest(corpus).items()))


COMMANDS = {
    "compare": Command(_declare_compare, _compare),
    "suggest-params": Command(_declare_suggest, _suggest),
}
