"""Previews for tests: MP3 files in memory, a different tone for each song, and songs that end with
each reason.
"""

import io

import numpy as np

from playlist2vec.corpus.tracks import Tracks
from playlist2vec.online.deezer.cache import Song
from tests.builders.deezer_server import DeezerServer
from tests.sound.mels.files import tone

RATE = 22_050
SECONDS = 2
REASONS = {
    "a not found": "not_found",
    "b names differ": "names_differ",
    "c duration differs": "duration_differs",
    "d no preview": "no_preview",
    "e preview gone": "preview_gone",
    "f unreadable": "unreadable",
    "g too short": "too_short",
    "h silent": "silent",
    "i by search": "ok",
    "j by isrc": "ok",
    "k no sound": "unreadable",
    "l unnamed": "not_found",
    "track_20": "ok",
}
"""The songs of `add_all`, in the order of their ids, and what becomes of each."""
ISRC = "GBAYE0000351"


def mp3(hertz: float = 440.0, seconds: float = SECONDS) -> bytes:
    """A tone as an MP3 file."""
    return encoded(tone(seconds, RATE, hertz))


def encoded(samples: np.ndarray) -> bytes:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="MP3")
    return file.getvalue()


def add_all(server: DeezerServer) -> Tracks:
    """Give a server songs, and return the data set that asks for them."""
    for number, track in enumerate(REASONS, start=1):
        server.add(Song(number, f"Title {track}", f"Artist {number}", "", 200))
        server.sounds[number] = mp3(200.0 + 20 * number)
    server.add(Song(2, "Title b names differ (Live)", "Artist 2", "", 200))
    server.add(
        Song(10, "Ttile j", "Aritst 10", "", 230), Song(20, "Title track_20", "Artist 13", "", 200)
    )
    del server.songs[1], server.songs[13]
    server.isrcs[ISRC] = 10
    server.without_preview = {4}
    server.gone = {5}
    server.sounds |= {
        6: b"ID3" + b"junk" * 400,
        7: mp3(seconds=0.3),
        8: encoded(np.zeros((2 * RATE, 2), np.float32)),
    }
    server.sounds |= {11: b"<!DOCTYPE html>sorry", 20: mp3(900.0)}
    tracks = list(REASONS)
    artists = [f"Artist {number}" for number in range(1, len(tracks) + 1)]
    titles = [f"Title {track}" for track in tracks]
    artists[9], titles[9] = "Aritst 10", "Another title"
    artists[11] = titles[11] = ""
    durations = ["200"] * len(tracks)
    durations[2], durations[8] = "204", "203"
    none = [""] * len(tracks)
    return Tracks(tracks, none, artists, titles, none, {"duration": durations})
