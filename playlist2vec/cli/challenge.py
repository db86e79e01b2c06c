"""`playlist2vec submit`: a submission to the RecSys Challenge 2018."""

import argparse

from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import add_model
from playlist2vec.cli.output import note
from playlist2vec.evaluation.challenge.challenge_set import read_challenge_set
from playlist2vec.evaluation.challenge.submission import Team, write_submission
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.ranking.reweighted import whole_histories
from playlist2vec.recommend.loading import blend_of, find_model, how_to_ask


def _declare_submit(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("file", metavar="CHALLENGE_SET", help="challenge_set.json, as it is published")
    add("--team", required=True, metavar="NAME")
    add("--email", required=True, metavar="MAIL")
    track = command.add_mutually_exclusive_group()
    track.add_argument(
        "--creative",
        dest="track",
        action="store_const",
        const="creative",
        default="main",
        help="for the creative track: the model has seen other data than the challenge's",
    )
    track.add_argument(
        "--aicrowd",
        dest="track",
        action="store_const",
        const="",
        help="for the challenge open since 2020, which has no tracks",
    )
    add(
        "--output",
        default="submission.csv.gz",
        metavar="FILE",
        help=".csv or .csv.gz (%(default)s)",
    )
    add_model(command, names=False)


def _submit(arguments: argparse.Namespace) -> None:
    team = Team(arguments.team, arguments.email, arguments.track)
    playlists = read_challenge_set(arguments.file)
    folder, model = find_model(arguments.source, arguments.rev)
    asking = how_to_ask(folder, arguments.similarity, arguments.ranker)
    if asking.note:
        note(asking.note)
    trained, query = Model.load(model), asking.query
    ranker: Ranker = EmbeddingRanker(trained, query.similarity)
    if asking.blend:
        ranker, query = blend_of(folder, model, trained, query), whole_histories(query)
    submitted = write_submission(arguments.output, team, playlists, ranker, query)
    note(f"{arguments.output}: {submitted.summary()}")


COMMANDS = {"submit": Command(_declare_submit, _submit)}
