"""What can be typed after `python -m playlist2vec`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.online.deezer import enrich
from playlist2vec.recommend.constraints import Suggestion, Wishes
from playlist2vec.recommend.loading import SIMILARITIES, find_model, how_to_ask, load
from playlist2vec.recommend.playlist_files import (
    FORMATS,
    Listed,
    as_columns,
    format_of,
    printable,
    read_playlist,
    write_playlist,
)
from playlist2vec.recommend.radio import RadioParams
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.recommend.speaker import ADDRESS, Speaker

BATCH = 16_384
"""Queries of a batch that are asked at once."""
NAMED = 20
"""Unknown songs of a playlist that are named; more are counted."""
Command = Callable[[argparse.Namespace], None]
Entry = dict[str, Any]


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; `run` of what it returns is the function that does the work."""
    whole = argparse.ArgumentParser(
        prog="python -m playlist2vec",
        description="Find songs in a trained model, and ask it for suggestions.",
        epilog='A TRACK is a track id, "Artist – Title", a title, or something much like one of these. '
        "`python -m playlist2vec COMMAND --help` shows an example.",
    )
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, run: Command, about: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=f"example: python -m playlist2vec {name} {example}",
        )
        made.set_defaults(run=run)
        return made

    find = command("find", _find, "find songs by title and artist, roughly", '"seven ratlesnakes"')
    find.add_argument("text", metavar="TEXT", help="title, artist or both")
    _add_output(find)

    similar = command(
        "similar", _similar, "songs that may stand in a song's place", '"Seven Rattlesnakes" --an-artist 1'
    )
    similar.add_argument("track", metavar="TRACK")
    _add_wishes(similar)
    _add_output(similar)

    following = command("next", _next, "songs that come next", '"Seven Rattlesnakes" "Wild Rattlesnakes" --why')
    following.add_argument("tracks", metavar="TRACK", nargs="*", help="what was played, the latest last")
    following.add_argument(
        "--batch",
        metavar="FILE",
        help="many queries: one a line, track ids with tabs between; - = standard input. Writes lines with the query's "
        "number, place, track and score, with tabs between; songs that the model does not know are counted",
    )
    following.add_argument(
        "--query",
        choices=("last", "history"),
        help="ask with the last song alone, or with all (evaluate.query of params.yaml)",
    )
    _add_wishes(following)
    _add_why(following)
    _add_output(following)

    complete = command("complete", _complete, "songs that fit a playlist", "list.m3u --diversity 0.3 --output new.m3u8")
    complete.add_argument("file", metavar="PLAYLIST_FILE", help="text, M3U, XSPF, CSV or JSON of ids or artist – title")
    complete.add_argument("--whole", action="store_true", help="write the playlist's own songs as well, before the new")
    _add_wishes(complete)
    _add_why(complete)
    _add_output(complete)

    path = command("path", _path, "a playlist that walks from one song to another", '"Two Grooves" "Warm Mangoes"')
    path.add_argument("start", metavar="A")
    path.add_argument("end", metavar="B")
    _add_output(path)

    radio = command("radio", _radio, "song after song, each near to the one before", '"Two Grooves" --export r.m3u8')
    radio.add_argument("track", metavar="TRACK", help="the first song")
    radio.add_argument("--steps", type=int, default=20, metavar="N", help="songs, 0 = without end (%(default)s)")
    chosen = RadioParams()
    radio.add_argument("--neighbours", type=int, default=chosen.neighbours, metavar="N",
                       help="draw the next song from the N nearest (%(default)s)")  # fmt: skip
    radio.add_argument("--temperature", type=float, default=chosen.temperature, metavar="X",
                       help="0 = always the nearest; larger = more by chance (%(default)s)")  # fmt: skip
    radio.add_argument("--look-back", type=int, default=chosen.look_back, metavar="N",
                       help="no song comes again within N songs (%(default)s)")  # fmt: skip
    radio.add_argument("--cool-down", type=int, default=chosen.cool_down, metavar="N",
                       help="no artist twice among N songs in a row (%(default)s)")  # fmt: skip
    radio.add_argument("--pull", type=float, default=chosen.pull, metavar="X",
                       help="0 = drift, 1 = stay with the first song (%(default)s)")  # fmt: skip
    radio.add_argument("--seed", type=int, default=1, metavar="N", help="of the draws (%(default)s)")
    radio.add_argument("--export", metavar="FILE", help="write the playlist: .m3u8, .xspf, .json, .csv or .txt")
    sound = radio.add_mutually_exclusive_group()
    sound.add_argument("--play", action="store_true", help="play previews, also where the output is no terminal")
    sound.add_argument("--silent", action="store_true", help="list the songs, play nothing")
    radio.add_argument("--json", action="store_true", help="a JSON object a line, for programs")
    radio.add_argument("--address", default=ADDRESS, help=argparse.SUPPRESS)

    submit = command(
        "submit",
        _submit,
        "continue the playlists of the RecSys Challenge 2018, 500 songs each",
        "challenge_set.json --team Us --email us@example.org",
    )
    submit.add_argument("file", metavar="CHALLENGE_SET", help="challenge_set.json, as it is published")
    submit.add_argument("--team", required=True, metavar="NAME")
    submit.add_argument("--email", required=True, metavar="MAIL")
    track = submit.add_mutually_exclusive_group()
    track.add_argument("--creative", dest="track", action="store_const", const="creative", default="main",
                       help="for the creative track: the model has seen other data than the challenge's")  # fmt: skip
    track.add_argument("--aicrowd", dest="track", action="store_const", const="",
                       help="for the challenge open since 2020, which has no tracks")  # fmt: skip
    submit.add_argument("--output", default="submission.csv.gz", metavar="FILE", help=".csv or .csv.gz (%(default)s)")

    for asking in (find, similar, following, complete, path, radio, submit):
        _add_model(asking, names=asking is not submit)
    names = command("enrich", _enrich, "ask Deezer for the names of songs without one", "--limit 1000")
    enrich.add_arguments(names)
    return whole


def _add_model(command: argparse.ArgumentParser, *, names: bool) -> None:
    group = command.add_argument_group("which model")
    where = "a checkout, a folder with a model's files, or the address of a Git repository (here)"
    group.add_argument("--from", dest="source", default=".", metavar="WHERE", help=where)
    group.add_argument("--rev", metavar="REV", help="a commit, tag or branch of it")
    if names:
        group.add_argument("--names", metavar="CSV", help="your own names of songs: columns track_id, artist, title")
    group.add_argument("--similarity", choices=SIMILARITIES, help="how to ask (as params.yaml says)")


def _add_wishes(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("which songs")
    group.add_argument("--exclude", metavar="TRACK", action="append", default=[], help="not this one; may be repeated")
    group.add_argument("--exclude-artist", metavar="NAME", action="append", default=[], help="none of this artist's")
    group.add_argument("--known", action="store_true", help="songs that were asked with may come again")
    group.add_argument("--an-artist", type=int, default=0, metavar="N", help="at most N songs of one artist")
    group.add_argument("--min-count", type=int, default=0, metavar="N", help="played at least N times in training")
    group.add_argument("--max-count", type=int, default=0, metavar="N", help="played at most N times in training")
    group.add_argument("--diversity", type=float, default=0.0, metavar="X",
                       help="0 = by score alone, to 1 = as little alike as can be")  # fmt: skip


def _add_why(command: argparse.ArgumentParser) -> None:
    command.add_argument("--why", action="store_true", help="say which songs spoke for each suggestion, and how much")


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("-k", "--count", type=int, default=10, metavar="N", help="how many songs (%(default)s)")
    command.add_argument("--format", choices=FORMATS, help="of what is written (table, or as --output ends)")
    command.add_argument("--json", action="store_true", help="JSON with scores, for programs")
    command.add_argument("--output", metavar="FILE", help="write to this file instead of the terminal")


def _load(arguments: argparse.Namespace) -> Recommender:
    recommender = load(arguments.source, arguments.rev, names=arguments.names, similarity=arguments.similarity)
    query = getattr(arguments, "query", None)
    return replace(recommender, params=replace(recommender.params, query=query)) if query else recommender


def _find(arguments: argparse.Namespace) -> None:
    recommender = _load(arguments)
    _check_count(arguments)
    hits = recommender.catalogue.find(arguments.text, arguments.count)
    if not hits:
        unnamed = len(recommender.catalogue) - recommender.catalogue.named
        without = f"; {unnamed:,} of {len(recommender.catalogue):,} songs have no name" if unnamed else ""
        raise DataError(f"{arguments.text!r}: no song is called anything like it{without}")
    _write(arguments, recommender, [_entry(recommender, hit.row, likeness=hit.score) for hit in hits], "likeness")


def _similar(arguments: argparse.Namespace) -> None:
    recommender = _load(arguments)
    song = _row(recommender, arguments.track)
    found = recommender.similar(song, arguments.count, _wishes(recommender, arguments))
    _write_suggestions(arguments, recommender, [song], found)


def _next(arguments: argparse.Namespace) -> None:
    if arguments.batch is not None:
        if arguments.tracks:
            raise DataError(f"{arguments.tracks[0]!r} beside --batch: expected one of the two")
        _answer_batch(arguments)
        return
    if not arguments.tracks:
        raise DataError("no song: expected one TRACK or more, or --batch FILE")
    recommender = _load(arguments)
    songs = [_row(recommender, track) for track in arguments.tracks]
    if len(songs) > 1 and recommender.params.query == "last":
        _note("asked with the last song alone, as evaluate.query says; --query history asks with all")
    found = recommender.next(songs, arguments.count, _wishes(recommender, arguments))
    _write_suggestions(arguments, recommender, songs, found, recommender.params.query)


def _complete(arguments: argparse.Namespace) -> None:
    recommender = _load(arguments)
    songs: list[int] = []
    unknown: list[str] = []
    skipped = 0
    for wanted in read_playlist(arguments.file):
        row = recommender.row_of(wanted.id, wanted.artist, wanted.title)
        if row is not None:
            songs.append(row)
            continue
        skipped += 1
        if skipped <= NAMED:
            unknown.append(f"{wanted}")
            _note(f"{arguments.file}: {wanted.place}: {wanted}: the model does not know this song: skipped")
    if skipped > NAMED:
        _note(f"{arguments.file}: {skipped - NAMED:,} more songs that the model does not know: skipped")
    if not songs:
        raise DataError(f"{arguments.file}: none of its {skipped:,} songs is known: expected one at least")
    found = recommender.complete(songs, arguments.count, _wishes(recommender, arguments))
    _write_suggestions(
        arguments,
        recommender,
        songs,
        found,
        "history",
        before=songs if arguments.whole else [],
        unknown=unknown,
        skipped=skipped,
    )


def _path(arguments: argparse.Namespace) -> None:
    recommender = _load(arguments)
    rows = recommender.path(_row(recommender, arguments.start), _row(recommender, arguments.end), arguments.count)
    _write(arguments, recommender, [_entry(recommender, row) for row in rows], None)


def _radio(arguments: argparse.Namespace) -> None:
    if arguments.steps < 0:
        raise DataError(f"--steps {arguments.steps}: expected 0 (without end) or more")
    form = format_of(arguments.export) if arguments.export else ""
    recommender = _load(arguments)
    params = RadioParams(
        arguments.neighbours, arguments.temperature, arguments.look_back, arguments.cool_down, arguments.pull
    )
    station = recommender.radio(_row(recommender, arguments.track), params, arguments.seed)
    sound = not arguments.silent and (arguments.play or (sys.stdout.isatty() and not arguments.json))
    speaker = Speaker(recommender, arguments.address, say=_note) if sound else None
    played = []
    try:
        for number, step in enumerate(islice(station, arguments.steps or None), start=1):
            entry = _entry(recommender, step.row, score=round(step.similarity, 6), note=step.note)
            played.append(entry)
            label = printable(recommender.catalogue.label(step.row))
            line = json.dumps(entry, ensure_ascii=False) if arguments.json else f"{number:>4}  {label}"
            print(line + (f"  [{step.note}]" if step.note and not arguments.json else ""), flush=True)
            if speaker and not speaker.play(step.row):
                station.skip()
    finally:
        if form:
            write_text(arguments.export, write_playlist(_listed(recommender, played), form, "radio"))
            _note(f"{arguments.export}: {len(played):,} songs")


def _submit(arguments: argparse.Namespace) -> None:
    from playlist2vec.evaluation.challenge.challenge_set import read_challenge_set
    from playlist2vec.evaluation.challenge.submission import Team, write_submission

    team = Team(arguments.team, arguments.email, arguments.track)
    playlists = read_challenge_set(arguments.file)
    folder, model = find_model(arguments.source, arguments.rev)
    query = how_to_ask(folder, arguments.similarity)
    ranker = EmbeddingRanker(Model.load(model), query.similarity)
    submitted = write_submission(arguments.output, team, playlists, ranker, query)
    _note(f"{arguments.output}: {submitted.summary()}")


def _enrich(arguments: argparse.Namespace) -> None:
    sys.exit(enrich.run(arguments))


def _answer_batch(arguments: argparse.Namespace) -> None:
    """Answer a file of queries in pieces, so that it may be of any length."""
    recommender = _load(arguments)
    wishes = _wishes(recommender, arguments)
    ids, known = recommender.catalogue.ids, recommender.catalogue.row_of
    unknown = empty = number = 0
    output = open(arguments.output, "w", encoding="utf-8") if arguments.output else sys.stdout  # noqa: SIM115
    with output:
        for lines in _pieces(arguments.batch):
            queries = []
            for line in lines:
                tracks = line.rstrip("\r\n").split("\t")
                rows = [known[track] for track in tracks if track in known]
                unknown += len(tracks) - len(rows)
                empty += not rows
                queries.append(rows)
            for found in recommender.next_of_each(queries, arguments.count, wishes):
                number += 1
                output.writelines(
                    f"{number}\t{place}\t{ids[row]}\t{score:.6f}\n" for place, (row, score) in enumerate(found, start=1)
                )
    _note(f"{number:,} queries; {unknown:,} songs that the model does not know; {empty:,} queries without a known song")


def _pieces(path: str) -> Iterator[list[str]]:
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8") as file:
            while lines := list(islice(file, BATCH)):
                yield lines
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8: expected lines of track ids with tabs between") from None


def _check_count(arguments: argparse.Namespace) -> None:
    if arguments.count < 1:
        raise DataError(f"--count {arguments.count}: expected 1 or more")


def _row(recommender: Recommender, text: str) -> int:
    """The song that a text means; which one is said where the text is not exactly its name."""
    row = recommender.row(text)
    label = recommender.catalogue.label(row)
    if text not in (recommender.catalogue.ids[row], label):
        _note(f"{text!r} is taken for {label} ({recommender.catalogue.ids[row]})")
    return row


def _wishes(recommender: Recommender, arguments: argparse.Namespace) -> Wishes:
    _check_count(arguments)
    banned = {recommender.row(text) for text in arguments.exclude}
    for name in arguments.exclude_artist:
        rows = recommender.catalogue.artist_rows(name)
        if not len(rows):
            raise DataError(f"--exclude-artist {name!r}: no song of this artist: expected the name of one, or an id")
        banned.update(rows.tolist())
    return Wishes(
        banned=frozenset(banned),
        known=arguments.known,
        an_artist=arguments.an_artist,
        least=arguments.min_count,
        most=arguments.max_count,
        diversity=arguments.diversity,
    )


def _write_suggestions(
    arguments: argparse.Namespace,
    recommender: Recommender,
    songs: Sequence[int],
    found: Sequence[Suggestion],
    query: str = "last",
    *,
    before: Sequence[int] = (),
    unknown: Sequence[str] = (),
    skipped: int = 0,
) -> None:
    if not found:
        raise DataError("no song is left to suggest: expected wishes that rule out fewer")
    entries = []
    for row, score in found:
        entry = _entry(recommender, row, score=round(score, 6))
        if getattr(arguments, "why", False):
            reasons = recommender.why(songs, row, query)
            entry["why"] = [_entry(recommender, reason.row, part=round(reason.part, 6)) for reason in reasons]
            entry["by_itself"] = round(recommender.by_itself(row), 6)
        entries.append(entry)
    own = [_entry(recommender, row) for row in before]
    query_said = {"query": [_entry(recommender, row) for row in songs], "skipped": skipped, "unknown": unknown}
    _write(arguments, recommender, [*own, *entries], "score", query_said)


def _write(
    arguments: argparse.Namespace,
    recommender: Recommender,
    entries: Sequence[Entry],
    number: str | None,
    more: Entry | None = None,
) -> None:
    """Write songs as the command line asks: for people, for players, or for programs."""
    form = arguments.format or (format_of(arguments.output) if arguments.output else "table")
    if arguments.json:
        text = json.dumps({**(more or {}), "tracks": list(entries)}, ensure_ascii=False, indent=2) + "\n"
    elif form == "table":
        text = _table(recommender, entries, number)
    else:
        text = write_playlist(_listed(recommender, entries), form)
    if arguments.output:
        write_text(arguments.output, text)
        _note(f"{arguments.output}: {len(entries):,} songs")
    else:
        sys.stdout.write(text)


def _table(recommender: Recommender, entries: Sequence[Entry], number: str | None) -> str:
    genres = ["genre"] if recommender.catalogue.genres else []
    header = ["", "artist", "title", *genres, "track", "plays", *([number] if number else [])]
    rows = [
        [
            f"{place}",
            entry["artist"],
            entry["title"],
            *(entry[genre] for genre in genres),
            entry["track"],
            f"{entry['plays']}",
            *([f"{entry[number]:.3f}" if number in entry else ""] if number else []),
        ]
        for place, entry in enumerate(entries, start=1)
    ]
    lines = as_columns(header, rows).splitlines()
    for place in range(len(entries), 0, -1):
        lines[place + 1 : place + 1] = _reasons(entries[place - 1])
    if recommender.catalogue.named < len(recommender.catalogue):
        lines.append(f"({recommender.catalogue.named:,} of {len(recommender.catalogue):,} songs have a name)")
    return "\n".join(lines) + "\n"


def _reasons(entry: Entry) -> list[str]:
    """A line for each part of a suggestion's score."""
    parts = [f"     {part['part']:+.3f} by {printable(_name(part))}" for part in entry.get("why", ())]
    own = entry.get("by_itself", 0)
    return [*parts, f"     {own:+.3f} by itself, whatever was asked with"] if own else parts


def _name(entry: Entry) -> str:
    return " – ".join(filter(None, (entry["artist"], entry["title"]))) or str(entry["track"])


def _entry(recommender: Recommender, row: int, **more: object) -> Entry:
    catalogue = recommender.catalogue
    return {
        "track": catalogue.ids[row],
        "artist": catalogue.artist_names[row],
        "title": catalogue.titles[row],
        **({"genre": catalogue.genres[row]} if catalogue.genres else {}),
        "plays": int(catalogue.counts[row]),
        **more,
    }


def _listed(recommender: Recommender, entries: Sequence[Entry]) -> list[Listed]:
    return [Listed(entry["track"], entry["artist"], entry["title"], recommender.deezer_ids) for entry in entries]


def _note(text: str) -> None:
    """A line for people beside the output."""
    print(printable(text), file=sys.stderr, flush=True)
