"""The files of `tones`: sounds in FLAC and MP3, playlists, a table of tracks, planted taste."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import whole_file
from playlist2vec.corpus.tracks import write_tracks
from playlist2vec.sound.table.files import Sound, write_sounds
from playlist2vec.sound.tones.collection import Collection, draw_playlists, make_collection, stream
from playlist2vec.sound.tones.params import TonesParams
from playlist2vec.sound.tones.synthesis import play

RATE = 22_050
MP3_RATE = 44_100
"""Samples per second of MP3 files, different from RATE so that resampling is used."""
EVERY = 25
"""Number of songs per MP3 file."""


def write_tones(params: TonesParams, folder: Path, report: Callable[[int], object]) -> str:
    """Write the files of the collection into `folder`; return a summary.

    The files are `sounds/`, tracks.tsv, files.tsv (track, file relative to `folder`, and least
    number of seconds), playlists.npz, and taste.npy as returned by `draw_playlists`. `report` is
    called with the number of songs written.
    """
    songs = make_collection(params)
    names = [f"tone_{code:05}" for code in range(len(songs))]
    files = [
        f"sounds/{name}.{'mp3' if code % EVERY == 0 else 'flac'}" for code, name in enumerate(names)
    ]
    for code, file in enumerate(files):
        write_song(folder / file, params, songs, code)
        report(1)
    playlists, taste = draw_playlists(params, songs)
    playlists.save(folder / "playlists.npz")
    artists = [f"artist_{number:04}" for number in songs.artist_of.tolist()]
    titles = [f"Tone {code % params.songs + 1} of {artist}" for code, artist in enumerate(artists)]
    write_tracks(
        folder / "tracks.tsv", zip(names, artists, artists, titles, [""] * len(names), strict=True)
    )
    write_sounds(
        folder / "files.tsv", map(Sound, names, files, [float(params.seconds)] * len(names))
    )
    save_taste(folder / "taste.npy", taste)
    own = int(np.count_nonzero(songs.sounds_like == songs.artist_of))
    return (
        f"{len(songs):,} songs of {params.seconds} s by {len(songs.artists):,} artists in "
        f"{params.genres} genres, {own:,} of which sound like their artist; {len(playlists):,} "
        f"playlists with {len(playlists.tracks):,} songs"
    )


def write_song(path: Path, params: TonesParams, songs: Collection, code: int) -> None:
    """Write a song as FLAC or MP3, by the suffix of the path."""
    import soundfile

    like = int(songs.sounds_like[code])
    rate = MP3_RATE if path.suffix == ".mp3" else RATE
    genre, artist = songs.genres[like // songs.per_genre], songs.artists[like]
    samples = play(genre, artist, params.seconds, rate, stream(params, "songs", code))
    with whole_file(path) as unfinished:
        soundfile.write(unfinished, samples, rate, format=path.suffix[1:].upper())


def save_taste(path: Path, array: NDArray[np.int8]) -> None:
    """Write the taste of playlists: int8 (playlists, songs)."""
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.save(file, array, allow_pickle=False)
