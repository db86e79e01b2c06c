"""`playlist2vec enrich`: ask Deezer for the artists and titles of songs without a name.

The command is not a stage, since answers from the network change no score. Songs played most often
come first. Results are kept in data/incoming/names.csv, and the same command continues from there.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import visible
from playlist2vec.cli.commands import Command, going_on, line_pause
from playlist2vec.cli.output import note
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.online.deezer.client import ADDRESS, CACHE, Deezer
from playlist2vec.online.deezer.enrich import (
    PER_SECOND,
    ask_names,
    duration,
    nameless,
    save_names,
    time_left,
)
from playlist2vec.params import read_dataset
from playlist2vec.reading.notes import Notes
from playlist2vec.songs.names import (
    DATASETS,
    UNNAMED,
    SongName,
    asked_path,
    load_names,
    read_names,
)
from playlist2vec.sources.descriptions import dataset_names

SAVE_EVERY = 500
"""Number of songs after which the table is written; the cache has later results of a killed run."""
BAR = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} songs{postfix}"


def ask_and_save(deezer: Deezer, tracks: list[str], asked: dict[str, SongName], path: Path) -> int:
    """Ask under a progress bar, write the table, print a summary, and return the exit code."""
    from tqdm import tqdm

    least = duration(len(tracks) / PER_SECOND)
    print(f"enrich: asking about {len(tracks):,}, in {least} or more", flush=True)
    before, unusable = len(asked), 0
    start = time.monotonic()
    made = tqdm(total=len(tracks), desc="enrich", mininterval=line_pause(), bar_format=BAR)
    try:
        with going_on("enrich") as end, made as bar:
            for done, complaint in enumerate(ask_names(deezer, tracks, asked), start=1):
                left = time_left(len(tracks) - done, done, time.monotonic() - start)
                bar.set_postfix_str(f"{duration(left)} left", refresh=False)
                bar.update()
                if complaint:
                    unusable += 1
                    bar.write(visible(f"enrich: {complaint}: passed over"), file=sys.stderr)
                if done % SAVE_EVERY == 0:
                    save_names(asked, path)
    finally:
        save_names(asked, path)
    new = list(asked.values())[before:]
    unknown = new.count(UNNAMED)
    print(
        f"enrich: asked about {len(new) + unusable:,}: {len(new) - unknown:,} named, "
        f"{unknown:,} unknown to Deezer, {unusable:,} without a usable answer; "
        f"in {path}: {len(asked):,}"
    )
    return end.code


def _declare_enrich(command: argparse.ArgumentParser) -> None:
    stopped = "Ctrl-C keeps what was learned; the same command goes on from there"
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = f"{command.epilog}\n{stopped}."
    add = command.add_argument
    add("--limit", type=as_count, metavar="N", help="ask about at most N songs, 1 or more")
    table = "your own table with track_id, artist and title"
    add("--names", type=Path, metavar="CSV", help=table)
    folder = "the folder data/ of a finished run"
    add("--data", type=Path, default=Path("data"), metavar="FOLDER", help=folder)
    add(
        "--params",
        type=Path,
        default=Path("params.yaml"),
        metavar="YAML",
        help="the file that names the data set",
    )
    own = "the table made here is then read as one of your own"
    ids = f"the track ids are Deezer's, whatever the data set; {own}"
    add("--deezer-ids", action="store_true", help=ids)
    add("--address", default=ADDRESS, help=argparse.SUPPRESS)


def _enrich(arguments: argparse.Namespace) -> int:
    data = arguments.data
    dataset = _dataset(arguments)
    vocabulary = _vocabulary(data)
    asked = read_names(asked_path(data)) if asked_path(data).exists() else {}
    notes = Notes(arguments.names or data)
    names = replace(load_names(data, dataset, arguments.names, notes), asked=asked)
    for line in notes:
        note(line)
    to_ask, unaskable = nameless(vocabulary, names)
    print(f"enrich: {names.summary(vocabulary)}; {len(to_ask):,} to ask about", end="")
    print(f"; {unaskable:,} more without an id of Deezer" if unaskable else "", flush=True)
    if not to_ask:
        return 0
    deezer = Deezer(arguments.address, data / "incoming" / CACHE.name)
    return ask_and_save(deezer, to_ask[: arguments.limit], asked, asked_path(data))


def _dataset(arguments: argparse.Namespace) -> str:
    """Return the data set that the parameters name.

    Raises DataError if its track ids are not Deezer's.
    """
    dataset = read_dataset(arguments.params, dataset_names(arguments.data / "sources"))
    if dataset not in DATASETS and not arguments.deezer_ids:
        raise DataError(
            f"{arguments.params}: dataset = {dataset}: expected {' or '.join(DATASETS)}, "
            "whose track ids are Deezer's, or --deezer-ids if these are"
        )
    return dataset


def _vocabulary(data: Path) -> list[str]:
    path = data / "vocabulary/vocabulary.tsv"
    if not path.is_file():
        raise DataError(f"{path}: no such file: expected a finished `dvc repro vocabulary`")
    return Vocabulary.load(path).ids


def as_count(text: str) -> int:
    """Return a typed whole number, 1 or more."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: expected a whole number, 1 or more")
    return int(text)


COMMANDS = {"enrich": Command(_declare_enrich, _enrich)}
