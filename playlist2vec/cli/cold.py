"""Cold songs, which no playlist contains: `playlist2vec add`, and the option --cold."""

import argparse
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playlist2vec.base.errors import DataError
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.base.visible import visible
from playlist2vec.cli.commands import Command
from playlist2vec.cli.output import note
from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.entries import Entry, song_entry
from playlist2vec.recommend.radio import Step
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.likeness.spelling import plain

if TYPE_CHECKING:
    from playlist2vec.cold_songs.suggesting.adding import Added
    from playlist2vec.cold_songs.suggesting.own import OwnSong, OwnSongs
    from playlist2vec.cold_songs.suggesting.table import ColdTable
    from playlist2vec.sound.folder.scanning import OwnFile

NAMED = 20
"""Number of files without usable sound that are named; more are counted."""
LIKE = 3
"""Number of similar songs that are named for an added file."""
EVERY = 5
"""Period of cold songs in a radio: the last of EVERY songs is cold."""
FEW = 5
"""Maximum number of added files for which similar songs are named."""


def add_cold(
    command: argparse.ArgumentParser, about: str = "also as many songs that are in no playlist"
) -> None:
    """Declare the option for cold songs."""
    command.add_argument(
        "--cold", action="store_true", help=f"{about}, by artist or by sound (docs/audio.md)"
    )


class ColdSongs:
    """Cold songs of the checkout in `--from`, suggested next to the songs of a recommender."""

    def __init__(self, arguments: argparse.Namespace, recommender: Recommender) -> None:
        from playlist2vec.cold_songs.suggesting.table import load_table

        top = Path(arguments.source)
        if not top.is_dir():
            raise DataError(
                f"--cold with --from {arguments.source}: expected a checkout in which `make audio` "
                "has run"
            )
        self._recommender = recommender
        self.table: ColdTable = load_table(top, recommender.catalogue, recommender.unit)
        banned = {plain(name) for name in getattr(arguments, "exclude_artist", ())}
        songs = enumerate(self.table.songs) if banned else ()
        self._banned = {place for place, song in songs if plain(song.artist) in banned}
        self._an_artist = getattr(arguments, "an_artist", 0)

    def after(
        self, songs: Sequence[Row], k: int, without: Collection[int] = ()
    ) -> list[tuple[int, Entry]]:
        """Return the k best cold songs after `songs`: positions in the table, and JSON objects.

        The objects have the keys `score` and `by`, and `file` if there is a file. `without`:
        positions to leave out.
        """
        recommender, table = self._recommender, self.table
        tracks = [recommender.catalogue.ids[row] for row in songs]
        every = table.ranked(tracks, recommender.unit[list(songs)], [*self._banned, *without])
        found: list[tuple[int, Entry]] = []
        seen: Counter[str] = Counter()
        for song, score, by in every:
            artist = plain(table.songs[song].artist)
            if self._an_artist and artist and seen[artist] >= self._an_artist:
                continue
            seen[artist] += 1
            entry = self.entry(song) | {"score": round(score, 6), "by": by}
            found.append((song, entry))
            if len(found) == k:
                break
        return found

    def entry(self, song: int) -> Entry:
        """Return a song of the table as a JSON object."""
        track, artist, title, file = self.table.songs[song]
        return song_entry(track, artist, title, 0, file=file)

    def has_artist(self, name: str) -> bool:
        """Return True if the table has a song by an artist, ignoring case and accents."""
        wanted = plain(name)
        return any(plain(song.artist) == wanted for song in self.table.songs)

    def with_file(self, entry: Entry) -> Entry:
        """Return the JSON object of a song in the model, with the song's file if there is one."""
        place = self.table.place.get(entry["track"])
        file = "" if place is None else self.table.songs[place].file
        return entry | {"file": file} if file else entry


def cold_of(arguments: argparse.Namespace, recommender: Recommender) -> ColdSongs | None:
    """Return the cold songs if --cold is given, else None."""
    return ColdSongs(arguments, recommender) if arguments.cold else None


def with_cold(station: Iterable[Step], cold: ColdSongs | None) -> Iterator[Step | Entry]:
    """Yield the steps of a radio, and after every EVERY - 1 steps a cold song that fits them."""
    heard: list[Row] = []
    used: set[int] = set()
    for step in station:
        yield step
        heard.append(step.row)
        if cold and len(heard) == EVERY - 1:
            for song, entry in cold.after(heard, 1, used):
                used.add(song)
                yield entry
            heard.clear()


def _declare_add(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "places",
        metavar="FILE|FOLDER",
        nargs="+",
        help="music files, or folders with some at any depth",
    )
    where = "the checkout in which `make repro` and `make audio` have run (here)"
    command.add_argument("--from", dest="source", default=".", metavar="WHERE", help=where)


def _add(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from playlist2vec.cold_songs.suggesting.adding import add_files, fingerprint
    from playlist2vec.cold_songs.suggesting.own import load_own
    from playlist2vec.recommend.loading import load
    from playlist2vec.sound.mels.params import MelParams

    top = Path(arguments.source)
    own, tower = top / "data/audio/own", top / "data/audio/tower"
    model = fingerprint(tower)
    recommender = load(top, ranker="word2vec")
    before = load_own(own)
    outdated = before if before and before.model != model else None
    files, left_out = _files_to_add(arguments.places, outdated, own)
    if outdated:
        before = None
    params = read_section(str(top / "pipelines/audio/params.yaml"), MelParams)
    with tqdm(total=len(files), unit=" files", desc="sound", mininterval=pause(), delay=1) as bar:
        added = add_files(
            files, recommender.catalogue, tower, params, top / "data/audio/scratch/own", bar.update
        )
    kept = before or added.songs
    if before and added.songs.songs:
        kept = before.with_more(added.songs)
    if added.songs.songs:
        kept.save(own)
    for path, row in added.failed[:NAMED]:
        note(f"{path}: {row.found}: not added")
    if len(added.failed) > NAMED:
        note(f"{len(added.failed) - NAMED:,} more files without usable sound: not added")
    _print_similar(arguments, recommender, added.songs.songs)
    print(f"{_summary(len(files), added, left_out)}; {own} has {len(kept.songs):,}")
    return 0 if added.songs.songs else 1


def _files_to_add(
    places: Sequence[str], outdated: "OwnSongs | None", own: Path
) -> "tuple[dict[str, OwnFile], Counter[str]]":
    """Return the files at `places` and those of outdated songs by path, and counts of the rest.

    The rest is counted by the reason why it was left out.
    """
    from tqdm import tqdm

    from playlist2vec.cold_songs.suggesting.adding import files_at

    with tqdm(unit=" files", desc="tags", mininterval=pause(), delay=1) as bar:
        files, left_out = files_at(places, bar.update)
        if outdated:
            note(
                f"{own}: {len(outdated.songs):,} files were added with another model of sound: "
                "they are heard again"
            )
            earlier, gone = files_at(
                [song.file for song in outdated.songs if Path(song.file).is_file()], bar.update
            )
            files = earlier | files
            left_out.update(gone)
    return files, left_out


def _summary(files: int, added: "Added", left_out: Counter[str]) -> str:
    """Return the numbers of files that were added and of files that were left out, as a text."""
    reasons = Counter(row.status.replace("_", " ") for _, row in added.failed)
    counts = ", ".join(
        f"{number:,} {reason}" for reason, number in {**reasons, **left_out}.items() if number
    )
    new = len(added.songs.songs) - added.known
    return (
        f"{files:,} music file{'s' * (files != 1)}: {added.known:,} of songs in playlists, "
        f"{new:,} of songs in no playlist, {added.again:,} of a song with another file; "
        f"left out: {counts or 'none'}"
    )


def _print_similar(
    arguments: argparse.Namespace, recommender: Recommender, songs: "Sequence[OwnSong]"
) -> None:
    """Print the songs in playlists that sound most like the added files, if the files are few."""
    if not 0 < len(songs) <= FEW:
        return
    table = ColdSongs(arguments, recommender).table
    for song in songs:
        near = table.sounding_like(table.place[song.track], LIKE)
        names = "; ".join(
            visible(recommender.catalogue.label(recommender.catalogue.row_of[each]))
            for each in near
        )
        print(f"{visible(song.file)}: sounds like {names or 'no song in a playlist'}")


COMMANDS = {"add": Command(_declare_add, _add)}
