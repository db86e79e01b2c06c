"""`playlist2vec radio`: song after song, listed, written into a playlist, and made audible."""

import argparse
import sys
from itertools import islice

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import as_json, visible
from playlist2vec.cli.cold import EVERY, ColdSongs, add_cold, cold_of, with_cold
from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import add_model, row_of, suggesting
from playlist2vec.cli.output import BY_FILE, Entry, entry_of, listed, note
from playlist2vec.online.deezer.client import ADDRESS
from playlist2vec.recommend.playlist_writer import format_of, write_playlist
from playlist2vec.recommend.radio import RadioParams, Step
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.recommend.speaker import Speaker


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
    add_cold(command, f"every {EVERY}th song is one that no playlist holds")
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
        for number, step in enumerate(islice(with_cold(station, cold), arguments.steps or None), start=1):
            entry = step if isinstance(step, dict) else _entry(recommender, step, cold)
            played.append(entry)
            print(as_json(entry) if arguments.json else _line(number, entry), flush=True)
            if speaker and isinstance(step, Step) and not speaker.play(step.row):
                station.skip()
    finally:
        if form:
            text = write_playlist(listed(recommender, played, files=form in BY_FILE), form, "radio")
            write_text(arguments.export, text)
            note(f"{arguments.export}: {len(played):,} songs")


def _entry(recommender: Recommender, step: Step, cold: ColdSongs | None) -> Entry:
    """Return a step as JSON has it."""
    score = None if step.score is None else round(step.score, 6)
    entry = entry_of(recommender, step.row, score=score, note=step.note)
    return cold.with_file(entry) if cold else entry


def _line(number: int, entry: Entry) -> str:
    """Return a step as people read it."""
    label = " – ".join(filter(None, (entry["artist"], entry["title"]))) or entry["track"]
    told = f"by {entry['by']}, in no playlist" if "by" in entry else entry["note"]
    return f"{number:>4}  {visible(label)}" + (f"  [{told}]" if told else "")


COMMANDS = {"radio": Command(_declare_radio, _radio)}
