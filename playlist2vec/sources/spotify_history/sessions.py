"""Playlists from a person's data from Spotify: sessions of listening, and playlists."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.reading.dates import read_dates
from playlist2vec.sources.listening import SECOND, Log, Sessions, SongIds
from playlist2vec.sources.spotify_history.exports import (
    EXTENDED,
    LISTS,
    YEAR,
    Play,
    Song,
    base_name,
    kind_of,
    parsed,
    playlists_in,
    plays_in,
)
from playlist2vec.sources.spotify_history.params import SpotifyHistoryParams

LISTENER = "spotify"


@dataclass
class History:
    """Sessions and playlists, and the counts of dropped plays and entries, by reason.

    `read`, `kept`: plays. `listed`: songs in playlists. `passed`: files with the plays of the last
    year, skipped because the extended history has the same plays.
    """

    params: SpotifyHistoryParams
    log: Log = field(default_factory=Log)
    ids: SongIds = field(default_factory=SongIds)
    playlists: list[RawPlaylist] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    read: int = 0
    kept: int = 0
    sessions: int = 0
    listed: int = 0
    passed: int = 0
    _uris: dict[str, str] = field(default_factory=dict)

    def made(self) -> Sessions:
        """Return the playlists, sessions last; without times if the person made playlists."""
        found = self.log.sessions(self.params.pause)
        self.left_out["duplicates"] = self.log.duplicates
        self.kept -= self.log.duplicates
        self.sessions = len(found.playlists)
        if not self.playlists:
            return found
        before = sum(len(playlist.tracks) for playlist in self.playlists)
        listens = replace(found.listens, users=found.listens.users + before)
        return Sessions(self.playlists + found.playlists, found.times[:0], listens)

    def add_playlists(self, found: dict[str, Any], place: str) -> None:
        """Add the playlists of a file, or the saved songs of a library.

        The uris of the songs are learned even if playlists are not wanted.
        """
        for name, songs in playlists_in(found):
            ids = [self._id(song) for song in songs if song]
            if self.params.take != "sessions":
                self.left_out["not songs in playlists"] += len(songs) - len(ids)
                self.listed += len(ids)
                artists = [self.log.details[song].artist_name for song in ids]
                self.playlists.append(
                    RawPlaylist(key_of_name(f"{base_name(place)}: {name}"), ids, artists)
                )

    def add_plays(self, found: list[dict[str, Any]], place: str) -> None:
        """Add the plays of a file."""
        plays = list(plays_in(found))
        self.read += len(plays)
        ends = read_dates([play.ended for play in plays], place).stamps
        for play, end in zip(plays, ends, strict=True):
            reason = self._reason(play, end)
            if reason or play.song is None or end is None:
                self.left_out[reason] += 1
                continue
            self.kept += 1
            start = end - play.milliseconds * SECOND // 1000
            self.log.add(LISTENER, start, end, self._id(play.song))

    def _reason(self, play: Play, end: int | None) -> str:
        """Return the reason to drop a play; empty for a play to keep."""
        short = play.milliseconds < 1000 * self.params.min_seconds
        reasons = {
            "podcasts and audiobooks": play.kind == "episode",
            "without a song": play.song is None,
            "in private sessions": play.private,
            "without a time": end is None,
            f"shorter than {self.params.min_seconds} s": short,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _id(self, song: Song) -> str:
        """Return the uri of a song, or the uri of a song of the same name, or else the name."""
        named = self.ids.of(song.artist, song.title)
        if song.uri:
            self._uris.setdefault(named, song.uri)
        found = song.uri or self._uris.get(named, named)
        self.log.name(found, song.artist, song.title)
        return found


def read_history(
    files: Callable[[], Iterable[tuple[str, bytes]]], params: SpotifyHistoryParams
) -> History:
    """Return the content of the files; a single file at a time is in memory.

    `files`: returns place and content of every file, and is called twice. Raises DataError for a
    file of another kind.
    """
    history, kinds = History(params), dict[str, str]()
    for place, content in files():
        found = parsed(content, place)
        kinds[place] = kind_of(found, place)
        if kinds[place] == LISTS:
            history.add_playlists(found, place)
    wanted = EXTENDED if EXTENDED in kinds.values() else YEAR
    if params.take != "playlists":
        for place, content in files():
            if kinds[place] == wanted:
                history.add_plays(parsed(content, place), place)
        history.passed = list(kinds.values()).count(YEAR) if wanted == EXTENDED else 0
    return history
