"""`playlist2vec radio`: a radio with sound; `playlist2vec listen`: next songs for a history."""

import argparse
import sys
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import as_json, visible
from playlist2vec.cli.cold import EVERY, ColdSongs, add_cold, cold_of, with_cold
from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import add_model, add_output, check_count, row_of, suggesting
from playlist2vec.cli.output import BY_FILE, form_of, listed, note, shown_in, write_out
from playlist2vec.cli.terminal.looks import Looks, looks_of
from playlist2vec.cli.terminal.songs import name_of
from playlist2vec.corpus.listens import EPOCH
from playlist2vec.online.deezer.client import ADDRESS
from playlist2vec.reading.songs import Listed
from playlist2vec.recommend.columns import clipped
from playlist2vec.recommend.entries import Entry, entry_of, song_entry
from playlist2vec.recommend.playlist_writer import format_of, write_playlist
from playlist2vec.recommend.radio import RadioParams, Step
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.recommend.speaker import Speaker

if TYPE_CHECKING:
    from playlist2vec.listening.ordering.storage import ListenModel
    from playlist2vec.listening.serving.suggesting import Suggested


def _declare_radio(command: argparse.ArgumentParser) -> None:
    add, chosen = command.add_argument, RadioParams()
    add("track", metavar="TRACK", help="the first song")
    for name, default, about in (
        ("--steps", 20, "songs, 0 = without end"),
        ("--neighbours", chosen.neighbours, "draw the next song from the N best"),
        ("--look-back", chosen.look_back, "no song comes again within N songs"),
        ("--cool-down", chosen.cool_down, "no artist twice among N songs in a row"),
        ("--seed", 1, "of the draws"),
    ):
        add(name, type=int, default=default, metavar="N", help=f"{about} (%(default)s)")
    for name, share, about in (
        ("--temperature", chosen.temperature, "0 = always the best; larger = more by chance"),
        ("--pull", chosen.pull, "0 = drift, 1 = stay with the first song"),
    ):
        add(name, type=float, default=share, metavar="X", help=f"{about} (%(default)s)")
    add(
        "--export",
        metavar="FILE",
        help="write the playlist: .m3u8, .xspf, .jspf, .json, .csv or .txt",
    )
    sound = command.add_mutually_exclusive_group()
    audible = "play previews, also where the output is no terminal"
    sound.add_argument("--play", action="store_true", help=audible)
    sound.add_argument("--silent", action="store_true", help="list the songs, play nothing")
    add_cold(command, f"every {EVERY}th song is in no playlist")
    add("--json", action="store_true", help="a JSON object a line, for programs")
    add("--address", default=ADDRESS, help=argparse.SUPPRESS)
    add_model(command)


def _radio(arguments: argparse.Namespace) -> None:
    if arguments.steps < 0:
        raise DataError(f"--steps {arguments.steps}: expected 0 (without end) or more")
    form = format_of(arguments.export) if arguments.export else ""
    recommender = suggesting(arguments)
    params = RadioParams(
        arguments.neighbours,
        arguments.temperature,
        arguments.look_back,
        arguments.cool_down,
        arguments.pull,
    )
    station = recommender.radio(row_of(recommender, arguments.track), params, arguments.seed)
    cold = cold_of(arguments, recommender)
    audible = arguments.play or (sys.stdout.isatty() and not arguments.json)
    sound = audible and not arguments.silent
    speaker = Speaker(recommender, arguments.address, say=note) if sound else None
    played = []
    try:
        for number, step in enumerate(
            islice(with_cold(station, cold), arguments.steps or None), start=1
        ):
            entry = step if isinstance(step, dict) else _entry(recommender, step, cold)
            played.append(entry)
            print(
                as_json(entry) if arguments.json else _line(number, entry, looks_of()), flush=True
            )
            if speaker and isinstance(step, Step) and not speaker.play(step.row):
                station.skip()
    finally:
        if form:
            text = write_playlist(listed(recommender, played, files=form in BY_FILE), form, "radio")
            write_text(arguments.export, text)
            note(f"{arguments.export}: {len(played):,} songs")


def _entry(recommender: Recommender, step: Step, cold: ColdSongs | None) -> Entry:
    """Return a step as a JSON object."""
    score = None if step.score is None else round(step.score, 6)
    entry = entry_of(recommender, step.row, score=score, note=step.note)
    return cold.with_file(entry) if cold else entry


def _line(number: int, entry: Entry, looks: Looks) -> str:
    """Return a step as a line for people, a long name cut to the terminal."""
    remark = f"by {entry['by']}, in no playlist" if "by" in entry else entry["note"]
    end = f"  [{remark}]" if remark else ""
    width = None if looks.width is None else max(1, looks.width - len(end) - 6)
    return f"{number:>4}  {clipped(visible(name_of(entry)), width)}{end}"


def _declare_listen(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "--listens",
        metavar="FILE",
        required=True,
        help="what you listened to: an export of ListenBrainz, Last.fm or Spotify",
    )
    add(
        "--listener",
        metavar="NAME",
        help="whose listens, where the file has those of several people",
    )
    add(
        "--at",
        metavar="TIME",
        help="asked at this moment, with what was heard before (right after the last listen)",
    )
    add("--new-only", action="store_true", help="songs alone that are not in the file")
    add(
        "--per-artist",
        type=int,
        default=0,
        metavar="N",
        help="at most N songs of one artist (any number)",
    )
    add(
        "--model",
        default="data/two_tower/model",
        metavar="FOLDER",
        help="what `make two-tower` writes (%(default)s)",
    )
    add_output(command, "-n")


def _listen(arguments: argparse.Namespace) -> None:
    from playlist2vec.listening.ordering.storage import ListenModel
    from playlist2vec.listening.serving.files import plays_of, read_plays
    from playlist2vec.listening.serving.suggesting import Listener, Wanted

    check_count(arguments)
    if arguments.per_artist < 0:
        raise DataError(f"--per-artist {arguments.per_artist}: expected 0 (any number) or more")
    model, read = ListenModel.load(arguments.model), read_plays(arguments.listens)
    plays = plays_of(read, arguments.listens, arguments.listener)
    listener = Listener(model, plays)
    now = plays[-1].second + 1 if arguments.at is None else _second(arguments.at)
    before = sum(play.second < now for play in plays)
    known = sum(row >= 0 for row in listener.rows[:before])
    out = ", ".join(f"{count:,} {reason}" for reason, count in read.left_out.items() if count)
    note(
        f"{arguments.listens}: {before:,} listens before {_date(now)}, "
        f"{known:,} of them to songs that the model knows; left out {out or 'none'}"
    )
    found = listener.suggest(now, Wanted(arguments.count, arguments.new_only, arguments.per_artist))
    if not found:
        why = (
            "were all heard: expected a model of more people's listens"
            if arguments.new_only
            else "are left out"
        )
        raise DataError(f"the {len(model.tracks):,} songs that the model knows {why}")
    _write_listen(arguments, now, [_heard(model, each) for each in found])


def _heard(model: "ListenModel", song: "Suggested") -> Entry:
    """Return a song as a JSON object. `plays`: in training; `heard`: in the file of listens."""
    tracks = model.tracks
    return song_entry(
        tracks.ids[song.row],
        tracks.artist_names[song.row],
        tracks.titles[song.row],
        int(model.ranker.vocabulary.counts[song.row]),
        score=None if song.score is None else round(song.score, 6),
        heard=song.heard,
        last=None if song.last is None else _date(song.last),
    )


def _write_listen(arguments: argparse.Namespace, now: int, entries: list[Entry]) -> None:
    form = form_of(arguments)
    if arguments.json:
        text = as_json({"at": _date(now), "tracks": entries}, indent=2) + "\n"
    elif form == "table":
        rows = [
            [
                f"{place}",
                each["artist"],
                each["title"] or each["track"],
                f"{each['heard']}" if each["heard"] else "new",
                (each["last"] or "")[:10],
            ]
            for place, each in enumerate(entries, start=1)
        ]
        header = ["", "artist", "title", "heard", "last"]
        text = shown_in(arguments).table(
            header, rows, numbers=("", "heard", "last"), spare=("last",)
        )
    else:
        text = write_playlist(
            [Listed(each["track"], each["artist"], each["title"]) for each in entries],
            form,
            "listen",
        )
    write_out(arguments, text, len(entries))


def _second(text: str) -> int:
    """Return the seconds from 2002-10-01 to a date and time, in UTC unless a zone is given."""
    try:
        moment = datetime.fromisoformat(text)
        second = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()) - EPOCH
    except (ValueError, OverflowError):
        second = -1
    if not 0 <= second < 1 << 32:
        raise DataError(
            f"--at {text!r}: expected a date from 2002-10-01 on, such as 2024-05-31T20:00"
        )
    return second


def _date(second: int) -> str:
    return datetime.fromtimestamp(second + EPOCH, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


COMMANDS = {"radio": Command(_declare_radio, _radio), "listen": Command(_declare_listen, _listen)}
