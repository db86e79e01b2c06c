"""The table of songs without a playlist, and a ranking of the table by artist or by sound."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, starmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.suggesting.adding import fingerprint
from playlist2vec.cold_songs.suggesting.own import OwnSong, OwnSongs, load_own
from playlist2vec.corpus.songs import Row
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.audio.vectors import SongVectors, unit
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.likeness.spelling import plain
from playlist2vec.sound.folder.params import SoundsParams
from playlist2vec.sound.table.files import read_sounds

ARTIST, SOUND = "artist", "sound"


class ColdSuggestion(NamedTuple):
    """A suggested song without a playlist, by place in the table.

    `score`: the mean cosine with the songs of the query. `by`: ARTIST or SOUND, the larger part of
    the score.
    """

    song: int
    score: float
    by: str


@dataclass(frozen=True, eq=False)
class ColdTable:
    """Songs with a vector by artist, by sound or by both; arrays have an entry per song.

    `cold`: bool (songs,), True for a song unknown to the model. `artist`: float32 (songs, size),
    unit vectors, the mean over the artist's songs known to the model. `sound`: vectors of the model
    of sound. `share`: weight of the artist in the score of a song with both vectors.
    """

    songs: list[OwnSong]
    cold: NDArray[np.bool_]
    artist: NDArray[np.float32]
    sound: SongVectors
    share: float

    @cached_property
    def place(self) -> dict[str, int]:
        """Places in the table by id."""
        return {song.track: place for place, song in enumerate(self.songs)}

    def suggest(
        self,
        tracks: Sequence[str],
        vectors: NDArray[np.float32],
        k: int,
        without: Collection[int] = (),
    ) -> list[ColdSuggestion]:
        """Return the first k songs of `ranked`, or fewer where fewer are left."""
        return list(islice(self.ranked(tracks, vectors, without), k))

    def ranked(
        self, tracks: Sequence[str], vectors: NDArray[np.float32], without: Collection[int] = ()
    ) -> Iterator[ColdSuggestion]:
        """Yield the songs unknown to the model, best first, ties by place.

        `tracks`: ids of the query's songs. `vectors`: float32 (songs, size), the model's unit
        vectors of the query's known songs. `without`: places of excluded songs.
        """
        heard = [self.place[track] for track in tracks if track in self.place]
        by_artist = (
            self.artist @ vectors.mean(axis=0)
            if len(vectors)
            else np.zeros(len(self.songs), np.float32)
        )
        # Songs without a vector of sound do not enter the mean.
        heard = [song for song in heard if self.sound.query[song].any()]
        by_sound = self.sound.found @ (
            self.sound.query[heard].mean(axis=0) if heard else self.sound.query[:0].sum(0)
        )
        named, sounds = _there(self.artist), _there(self.sound.found) & bool(heard)
        share = np.where(named & sounds, self.share, named)
        parts = np.round(share * by_artist, 9), np.round((1 - share) * by_sound, 9)
        possible = np.flatnonzero(self.cold & (named | sounds))
        places = possible[~np.isin(possible, [*without, *heard])]
        scores = parts[0] + parts[1]
        for song in places[np.lexsort((places, -scores[places]))].tolist():
            yield ColdSuggestion(
                song, float(scores[song]), ARTIST if parts[0][song] >= parts[1][song] else SOUND
            )

    def sounding_like(self, song: int, k: int) -> list[str]:
        """Return the ids of the k known songs nearest in sound to a song, ties by place."""
        known = np.flatnonzero(~self.cold & self.sound.query.any(axis=1))
        known = known[known != song]
        scores = np.round(self.sound.query[known] @ self.sound.found[song], 9)
        return [
            self.songs[other].track for other in known[np.lexsort((known, -scores))][:k].tolist()
        ]


def load_table(top: Path, catalogue: Catalogue, vectors: NDArray[np.float32]) -> ColdTable:
    """Return the songs written by `make audio` and `playlist2vec add` in the checkout `top`.

    `vectors`: float32 (rows, size), unit vectors of the model's songs. Raises DataError where no
    songs were written, or the songs were added with another model of sound.
    """
    folder = top / "data/audio"
    own = load_own(folder / "own")
    if own and own.model != fingerprint(folder / "tower"):
        raise DataError(
            f"{folder}/own: added with another model of sound: expected `playlist2vec add` again"
        )
    parts = [part for part in (_collection(top, folder), own) if part]
    if not parts:
        raise DataError(
            f"{folder}: no songs with sound: "
            "expected what `make audio` or `playlist2vec add` writes"
        )
    # For a song in both parts, the song added last wins.
    every = [(part, place) for part, each in enumerate(parts) for place in range(len(each.songs))]
    last = {
        (song := parts[part].songs[place]).file or song.track: (part, place)
        for part, place in every
    }
    chosen = [(parts[part], place) for part, place in sorted(last.values())]
    songs = [part.songs[place] for part, place in chosen]
    query = np.stack([part.sound.query[place] for part, place in chosen])
    found = np.stack([part.sound.found[place] for part, place in chosen])
    settings = top / "metrics/audio/settings.json"
    share = float(read_json(settings)["artist_share"]) if settings.is_file() else 1.0
    cold = np.array([song.track not in catalogue.row_of for song in songs], bool)
    by_artist = artist_vectors([song.artist for song in songs], catalogue, vectors)
    return ColdTable(songs, cold, by_artist, SongVectors(query, found), share)


def artist_vectors(
    artists: Sequence[str], catalogue: Catalogue, vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the mean vector of the songs of each artist: float32 (artists, size), length 1.

    `artists`: names. Zeros for an empty name, and for an artist without a song in the model.
    """
    rows: dict[str, list[Row]] = {}
    for row, name in enumerate(catalogue.artist_names):
        rows.setdefault(plain(name), []).append(Row(row))
    means = np.zeros((len(artists), vectors.shape[1]), np.float32)
    for song, name in enumerate(artists):
        if name and (known := rows.get(plain(name))):
            means[song] = vectors[known].mean(axis=0)
    return unit(means)


def _there(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return True for rows with a vector: bool (songs,)."""
    there: NDArray[np.bool_] = np.any(vectors, axis=1)
    return there


def _collection(top: Path, folder: Path) -> OwnSongs | None:
    """Return the songs of the collection of `make audio`, or None before a run."""
    source, tower = folder / "source", folder / "tower/vectors.npz"
    if not tower.is_file() or not (source / "tracks.tsv").is_file():
        return None
    tracks, sound = Tracks.load(source / "tracks.tsv"), SongVectors.load(tower)
    if len(sound.found) != len(tracks):
        raise DataError(
            f"{tower}: {len(sound.found):,} songs, {source}/tracks.tsv has {len(tracks):,}: "
            "`make audio`"
        )
    given = read_section(str(top / "pipelines/audio/params.yaml"), SoundsParams)
    below = given.place(source, top)
    paths = (
        {each.track: each.path for each in read_sounds(source / "files.tsv", below)}
        if below
        else {}
    )
    names = (str(Path(paths[track]).resolve()) if track in paths else "" for track in tracks.ids)
    columns = zip(tracks.ids, tracks.artist_names, tracks.titles, names, strict=True)
    return OwnSongs(list(starmap(OwnSong, columns)), sound)
