"""`python -m playlist2vec.online.deezer.enrich`: ask Deezer for the artists and titles of songs without a name.

It is no stage: the network's answers change no score. The songs played most often come first; what was learned is in
data/incoming/names.csv, and the same command goes on from there.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.online.deezer.client import ADDRESS, CACHE, QUOTA, Deezer, UnreachableError, deezer_id
from playlist2vec.params import read_dataset
from playlist2vec.songs.names import DATASETS, UNNAMED, SongName, SongNames, asked_path, load_names, read_names
from playlist2vec.sources.descriptions import dataset_names

SAVE_EVERY = 500
"""Songs after which the table is written; what a killed run had learned since is still in the client's cache."""
GIVE_UP = 5
"""Unusable answers in a row after which the network, not a song, is to blame."""
PER_SECOND = QUOTA.requests / QUOTA.seconds
BAR = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} songs{postfix}"


def nameless(vocabulary: list[str], names: SongNames) -> tuple[list[str], int]:
    """The tracks to ask Deezer about, in the order of `vocabulary`, and how many it cannot be asked about by their id.

    Neither has a title, and neither was asked about before.
    """
    unnamed = [track for track in vocabulary if track not in names.asked and not names[track].title]
    to_ask = [track for track in unnamed if deezer_id(track) is not None]
    return to_ask, len(unnamed) - len(to_ask)


def ask_names(deezer: Deezer, tracks: list[str], asked: dict[str, SongName]) -> Iterator[str]:
    """Ask about one track after the other and put the answers into `asked`, UNNAMED for a track unknown to Deezer.

    Yields after each: '' or, where the answer was unusable, the error's line; such a track will be asked about again.
    Raises UnreachableError, and DataError after GIVE_UP unusable answers in a row.
    """
    unusable = 0
    for track in tracks:
        try:
            song = deezer.track(deezer_id(track) or 0)
        except UnreachableError:
            raise
        except DataError as error:
            unusable += 1
            if unusable == GIVE_UP:
                raise
            yield str(error)
        else:
            unusable = 0
            asked[track] = SongName(song.artist, song.title) if song else UNNAMED
            yield ""


def ask_and_save(deezer: Deezer, tracks: list[str], asked: dict[str, SongName], path: Path) -> int:
    """Ask under a progress bar, write the table, say what came of it; the exit code."""
    from tqdm import tqdm

    print(f"enrich: asking about {len(tracks):,}, in {duration(len(tracks) / PER_SECOND)} or more", flush=True)
    before, unusable, code, why = len(asked), 0, 0, ""
    pause = 0.1 if sys.stderr.isatty() else 30.0  # a log gets a line now and then
    start = time.monotonic()
    try:
        with tqdm(total=len(tracks), desc="enrich", mininterval=pause, bar_format=BAR) as bar:
            for done, complaint in enumerate(ask_names(deezer, tracks, asked), start=1):
                left = time_left(len(tracks) - done, done, time.monotonic() - start)
                bar.set_postfix_str(f"{duration(left)} left", refresh=False)
                bar.update()
                if complaint:
                    unusable += 1
                    bar.write(f"enrich: {complaint}: passed over", file=sys.stderr)
                if done % SAVE_EVERY == 0:
                    save_names(asked, path)
    except KeyboardInterrupt:
        code, why = 130, "stopped"
    except DataError as error:
        code, why = 1, str(error)
    finally:
        save_names(asked, path)
    if why:
        print(f"enrich: {why}; the same command goes on from here", file=sys.stderr)
    new = list(asked.values())[before:]
    unknown = new.count(UNNAMED)
    print(
        f"enrich: asked about {len(new) + unusable:,}: {len(new) - unknown:,} named, {unknown:,} unknown to Deezer, "
        f"{unusable:,} without a usable answer; in {path}: {len(asked):,}"
    )
    return code


def save_names(names: dict[str, SongName], path: Path) -> None:
    """Write a table that `read_names` reads: UTF-8, the columns track_id, artist, title."""
    with whole_file(path) as unfinished, open(unfinished, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("track_id", *SongName._fields))
        writer.writerows((track, *name) for track, name in names.items())


def duration(seconds: float) -> str:
    """A time as people say it: `45 s`, `12 min`, `2 h 36 min`."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def time_left(songs: int, done: int, seconds: float) -> float:
    """Seconds until so many `songs` are asked about, after `done` took `seconds`; never less than the quota allows."""
    return songs / min(PER_SECOND, done / max(seconds, 1e-9))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument("--limit", type=_count, metavar="N", help="ask about at most N songs, 1 or more")
    parser.add_argument("--names", type=Path, metavar="CSV", help="your own table with track_id, artist and title")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder data/ of a finished run")
    parser.add_argument("--params", type=Path, default=Path("params.yaml"), help="the file that names the data set")
    parser.add_argument(
        "--deezer-ids",
        action="store_true",
        help="the track ids are Deezer's, whatever the data set; the table made here is then read as one of your own",
    )
    parser.add_argument("--address", default=ADDRESS, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Do what the command line says; the exit code."""
    data = arguments.data
    try:
        dataset = _dataset(arguments)
        vocabulary = _vocabulary(data)
        asked = read_names(asked_path(data)) if asked_path(data).exists() else {}
        names = replace(load_names(data, dataset, arguments.names), asked=asked)
        to_ask, unaskable = nameless(vocabulary, names)
        print(f"enrich: {names.summary(vocabulary)}; {len(to_ask):,} to ask about", end="")
        print(f"; {unaskable:,} more without an id of Deezer" if unaskable else "", flush=True)
        if not to_ask:
            return 0
        deezer = Deezer(arguments.address, data / "incoming" / CACHE.name)
        return ask_and_save(deezer, to_ask[: arguments.limit], asked, asked_path(data))
    except KeyboardInterrupt:  # before the first question
        return 130
    except (DataError, OSError) as error:
        print(f"enrich: {' '.join(str(error).split())}", file=sys.stderr)
        return 1


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m playlist2vec.online.deezer.enrich",
        description="Ask Deezer for artists and titles of the songs without a name, those played most often first.",
        epilog="Ctrl-C keeps what was learned; the same command goes on from there.",
    )
    add_arguments(parser)
    sys.exit(run(parser.parse_args()))


def _dataset(arguments: argparse.Namespace) -> str:
    """The data set that the parameters name. Raises DataError if its track ids are not Deezer's."""
    dataset = read_dataset(arguments.params, dataset_names(arguments.data / "sources"))
    if dataset not in DATASETS and not arguments.deezer_ids:
        raise DataError(
            f"{arguments.params}: dataset = {dataset}: expected {' or '.join(DATASETS)}, whose track ids are Deezer's, "
            "or --deezer-ids if these are"
        )
    return dataset


def _vocabulary(data: Path) -> list[str]:
    path = data / "vocabulary/vocabulary.tsv"
    if not path.is_file():
        raise DataError(f"{path}: no such file: expected a finished `dvc repro vocabulary`")
    return Vocabulary.load(path).ids


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: expected a whole number, 1 or more")
    return int(text)


if __name__ == "__main__":
    main()
