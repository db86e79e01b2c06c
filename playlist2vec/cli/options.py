"""Options shared by several commands, and the objects that they select."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import visible
from playlist2vec.cli.output import note
from playlist2vec.corpus.songs import Row
from playlist2vec.evaluation.params import SUGGESTING
from playlist2vec.ranking.params import SIMILARITIES
from playlist2vec.recommend.constraints import Wishes
from playlist2vec.recommend.loading import load
from playlist2vec.recommend.playlist_writer import FORMATS
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.likeness.spelling import plain

if TYPE_CHECKING:
    from playlist2vec.cli.cold import ColdSongs

NEAREST, ALIKE = 3, 60
"""Number of artists suggested for an unknown name, and their minimum similarity, of 100."""


def add_model(command: argparse.ArgumentParser, *, names: bool = True) -> None:
    """Declare the options for a model and its queries. `names`: True to declare --names."""
    group = add_source(command)
    if names:
        add_names(group)
    add_ranking(group)


def add_source(command: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Declare the options for the place of a model; return their group."""
    group = command.add_argument_group("which model")
    where = "a checkout, a folder with a model's files, or the address of a Git repository (here)"
    group.add_argument("--from", dest="source", default=".", metavar="WHERE", help=where)
    group.add_argument("--rev", metavar="REV", help="a commit, tag or branch of it")
    return group


def add_names(group: argparse._ArgumentGroup) -> None:
    """Declare the option for names of songs."""
    names = "your own names of songs: columns track_id, artist, title"
    group.add_argument("--names", metavar="CSV", help=names)


def add_ranking(group: argparse._ArgumentGroup) -> None:
    """Declare the options for the ranker, and for the similarity of Word2Vec."""
    how = "ask Word2Vec alone, and how (as params.yaml says)"
    group.add_argument("--similarity", choices=SIMILARITIES, help=how)
    which = (
        "what suggests: the model alone, or mixed with counting (evaluate.ranker of params.yaml)"
    )
    group.add_argument("--ranker", choices=SUGGESTING, help=which)


def add_corrections(command: argparse.ArgumentParser) -> None:
    """Declare the option for songs identified by the user."""
    about = (
        "songs that you have settled: columns song (or artist and title) and track_id; "
        "they go before all else"
    )
    command.add_argument("--corrections", metavar="CSV", help=about)


def add_wishes(command: argparse.ArgumentParser) -> None:
    """Declare the options for constraints on suggestions."""
    group = command.add_argument_group("which songs")
    add = group.add_argument
    add(
        "--exclude",
        metavar="TRACK",
        action="append",
        default=[],
        help="not this one; may be repeated",
    )
    add(
        "--exclude-artist",
        metavar="NAME",
        action="append",
        default=[],
        help="none of this artist's",
    )
    add("--known", action="store_true", help="songs of the query may be suggested")
    for name, about in (
        ("--an-artist", "at most N songs of one artist"),
        ("--min-count", "played at least N times in training"),
        ("--max-count", "played at most N times in training"),
    ):
        add(name, type=int, default=0, metavar="N", help=about)
    add(
        "--diversity",
        type=float,
        default=0.0,
        metavar="X",
        help="from 0 = by score alone, to 1 = as different from each other as possible",
    )


def add_why(command: argparse.ArgumentParser) -> None:
    """Declare the option for an explanation of scores."""
    about = (
        "explain the score of each suggestion: by parts of the blend, or, with Word2Vec alone, "
        "by songs of the query"
    )
    command.add_argument("--why", action="store_true", help=about)


def add_output(command: argparse.ArgumentParser, *flags: str) -> None:
    """Declare the options for number, place and format of songs.

    `flags`: further names of the option for the number.
    """
    add = command.add_argument
    add(
        *flags,
        "-k",
        "--count",
        type=int,
        default=10,
        metavar="N",
        help="how many songs (%(default)s)",
    )
    add(
        "--format",
        choices=FORMATS,
        help="of what is written (table, or as --output ends)",
    )
    add("--json", action="store_true", help="JSON with scores, for programs")
    add("--output", metavar="FILE", help="write to this file instead of the terminal")


def recommender_of(arguments: argparse.Namespace) -> Recommender:
    """Return the recommender for the options of `add_model`, and for --query if declared."""
    recommender = load(
        arguments.source,
        arguments.rev,
        names=arguments.names,
        similarity=arguments.similarity,
        ranker=arguments.ranker,
        corrections=getattr(arguments, "corrections", None),
    )
    for line in recommender.notes:
        note(line)
    query = getattr(arguments, "query", None)
    if query is None:
        return recommender
    return replace(recommender, params=replace(recommender.params, query=query))


def suggesting(arguments: argparse.Namespace) -> Recommender:
    """Return the recommender, and report if Word2Vec suggests although a blend is set."""
    recommender = recommender_of(arguments)
    if recommender.without_blend:
        note(recommender.without_blend)
    return recommender


def nearest_artists(recommender: Recommender, name: str) -> str:
    """Return the names of the most similar artists in a line, empty if no name is similar."""
    from rapidfuzz import fuzz, process

    known = sorted({each for each in recommender.catalogue.artist_names if each})
    found = process.extract(
        plain(name), known, processor=plain, scorer=fuzz.ratio, limit=NEAREST, score_cutoff=ALIKE
    )
    return " or ".join(visible(artist) for artist, *_ in found)


def check_count(arguments: argparse.Namespace) -> None:
    """Raise DataError if fewer than 1 song is requested."""
    if arguments.count < 1:
        raise DataError(f"--count {arguments.count}: expected 1 or more")


def row_of(recommender: Recommender, text: str) -> Row:
    """Return the row of the song for a text; report the song unless the text is its name or id."""
    match = recommender.match_text(text)
    catalogue = recommender.catalogue
    if match.note:
        note(match.note)
    elif text not in (catalogue.ids[match.row], catalogue.label(match.row)):
        note(f"{text!r} is taken for {catalogue.told(match.row)}")
    return match.row


def wishes_of(
    recommender: Recommender, arguments: argparse.Namespace, cold: "ColdSongs | None" = None
) -> Wishes:
    """Return the constraints from the options of `add_wishes`.

    `cold`: cold songs of the answer, whose artists can be excluded, too. Raises DataError for an
    unknown song or artist.
    """
    check_count(arguments)
    banned = {recommender.row(text) for text in arguments.exclude}
    for name in arguments.exclude_artist:
        rows = recommender.catalogue.artist_rows(name)
        if not len(rows) and not (cold and cold.has_artist(name)):
            near = nearest_artists(recommender, name)
            expected = f"expected one like {near}" if near else "expected the name of one, or an id"
            raise DataError(f"--exclude-artist {name!r}: no song of this artist: {expected}")
        banned.update(rows.tolist())
    return Wishes(
        banned=frozenset(banned),
        known=arguments.known,
        an_artist=arguments.an_artist,
        least=arguments.min_count,
        most=arguments.max_count,
        diversity=arguments.diversity,
    )
