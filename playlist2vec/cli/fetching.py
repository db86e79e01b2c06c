"""`playlist2vec fetch-mels`: fetch previews from Deezer, and keep their mel spectrograms.

The command is not a stage, since answers from Deezer change. Previews are only held in memory. The
songs in most playlists come first; the same command continues where it stopped.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.base.visible import as_line
from playlist2vec.cli.commands import Command, going_on, line_pause
from playlist2vec.cli.names import BAR, as_count
from playlist2vec.cli.output import note
from playlist2vec.online.deezer.client import ADDRESS, Deezer
from playlist2vec.online.deezer.enrich import PER_SECOND, duration, time_left
from playlist2vec.online.fetching.finding import REASONS, Wanted
from playlist2vec.online.fetching.hearing import ATTEMPTS
from playlist2vec.online.fetching.mels import fetch_mels
from playlist2vec.online.fetching.songs import Songs, read_isrcs
from playlist2vec.params import read_dataset
from playlist2vec.reading.notes import Notes
from playlist2vec.songs.names import DATASETS
from playlist2vec.sound.fetched.store import Store
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.table.rows import OK, Row
from playlist2vec.sources.descriptions import dataset_names

CLIENTS = 4
"""Number of connections at a time, with a common quota."""
DECODERS = ("soundfile", "soxr", "miniaudio")


@dataclass
class Outcome:
    """Results of requested songs: counts by status, and number of songs without usable answer."""

    statuses: Counter[str] = field(default_factory=Counter)
    unusable: int = 0

    def __str__(self) -> str:
        asked = self.statuses.total() + self.unusable
        unusable = f", {self.unusable:,} without a usable answer" if self.unusable else ""
        return f"asked about {asked:,}: {counted(self.statuses)}{unusable}"


def counted(statuses: Counter[str]) -> str:
    """Return the number of songs with a spectrogram, and of songs without, by reason."""
    without = ", ".join(
        f"{statuses[reason]:,} {reason.replace('_', ' ')}" for reason in REASONS if statuses[reason]
    )
    return f"{statuses[OK]:,} with a mel; without: {without or 'none'}"


def fetch_and_keep(
    clients: Sequence[Deezer], to_ask: Sequence[Wanted], store: Store, params: MelParams
) -> int:
    """Fetch under a progress bar, print a summary, and return the exit code."""
    print(
        f"fetch-mels: asking about {len(to_ask):,}, "
        f"in {duration(len(to_ask) / PER_SECOND)} or more",
        flush=True,
    )
    outcome = Outcome()
    with (
        going_on("fetch-mels") as end,
        closing(fetch_mels(clients, to_ask, store, params)) as answers,
    ):
        _show(answers, len(to_ask), outcome)
    whole = Counter(row.status for row in store.rows.values())
    print(
        f"fetch-mels: {outcome}; in {store.folder}: {len(store.rows):,} songs, "
        f"{whole[OK]:,} with a mel"
    )
    return end.code or int(outcome.unusable > 0)


def _show(answers: Iterable[Row | str], total: int, outcome: Outcome) -> None:
    """Count the answers under a progress bar."""
    from tqdm import tqdm

    start = time.monotonic()
    with tqdm(total=total, desc="fetch-mels", mininterval=line_pause(), bar_format=BAR) as bar:
        for done, answer in enumerate(answers, start=1):
            left = time_left(total - done, done, time.monotonic() - start)
            bar.set_postfix_str(f"{duration(left)} left", refresh=False)
            bar.update()
            if isinstance(answer, Row):
                outcome.statuses[answer.status] += 1
            else:
                outcome.unusable += 1
                bar.write(f"fetch-mels: {as_line(answer)}: passed over", file=sys.stderr)


def _declare_fetch_mels(command: argparse.ArgumentParser) -> None:
    stopped = "Ctrl-C keeps what was fetched; the same command goes on from there"
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = f"{command.epilog}\n{stopped}."
    add = command.add_argument
    add("--limit", type=as_count, metavar="N", help="ask about at most N songs, 1 or more")
    again = (
        "ask again about the songs without a mel for this reason, and about no others; "
        "may be given several times: "
    )
    add(
        "--retry",
        action="append",
        choices=REASONS,
        metavar="REASON",
        help=again + ", ".join(REASONS),
    )
    add(
        "--isrc",
        type=Path,
        metavar="CSV",
        help="a table with track_id and isrc, the codes of recordings",
    )
    _declare_places(command)
    add("--address", default=ADDRESS, help=argparse.SUPPRESS)


def _declare_places(command: argparse.ArgumentParser) -> None:
    """Declare the options for folders and parameter files."""
    add = command.add_argument
    add(
        "--data",
        type=Path,
        default=Path("data"),
        metavar="FOLDER",
        help="the folder data/ of a finished run",
    )
    names = "the file that names the data set"
    add("--params", type=Path, default=Path("params.yaml"), metavar="YAML", help=names)
    mels = "the file whose section audio.mel says how a mel is made"
    add(
        "--mel-params",
        type=Path,
        default=Path("pipelines/audio/params.yaml"),
        metavar="YAML",
        help=mels,
    )
    folder = "where mels are kept (default: incoming/mels in the folder data/)"
    add("--mels", type=Path, metavar="FOLDER", help=folder)


def _fetch_mels(arguments: argparse.Namespace) -> int:
    if lacking := [name for name in DECODERS if find_spec(name) is None]:
        raise DataError(f"{', '.join(lacking)} not installed: expected `make setup EXTRAS=audio`")
    data = arguments.data
    params = read_section(arguments.mel_params, MelParams)
    deezer_ids = read_dataset(arguments.params, dataset_names(data / "sources")) in DATASETS
    isrcs = _isrcs(arguments.isrc) if arguments.isrc else {}
    songs = Songs.load(data / "canonical", isrcs, deezer_ids)
    with Store(arguments.mels or data / "incoming/mels", params) as store:
        to_ask = list(islice(_to_ask(songs, store, arguments.retry or ()), arguments.limit))
        print(
            f"fetch-mels: {len(songs):,} songs in {data / 'canonical'}: "
            f"{len(store.rows):,} asked about before",
            end="",
        )
        print(f" ({counted(Counter(row.status for row in store.rows.values()))})", flush=True)
        if not to_ask:
            return 0
        clients = [
            Deezer(arguments.address, attempts=ATTEMPTS) for _ in range(min(CLIENTS, len(to_ask)))
        ]
        return fetch_and_keep(clients, to_ask, store, params)


def _to_ask(songs: Songs, store: Store, again: Container[str]) -> Iterator[Wanted]:
    """Yield songs that were never requested, or songs without a mel for a reason in `again`."""
    for song in songs:
        known = store.rows.get(song.track)
        if known.status in again if known else not again:
            yield song


def _isrcs(path: Path) -> dict[str, str]:
    notes = Notes(path)
    codes = read_isrcs(path, notes)
    for line in notes:
        note(line)
    return codes


COMMANDS = {"fetch-mels": Command(_declare_fetch_mels, _fetch_mels)}
