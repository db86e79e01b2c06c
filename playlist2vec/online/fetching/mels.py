"""Spectrograms from previews, song by song, with the outcome of every song."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from functools import partial

import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.online.deezer.client import Deezer, UnreachableError
from playlist2vec.online.deezer.enrich import GIVE_UP
from playlist2vec.online.fetching.finding import Miss, Wanted
from playlist2vec.online.fetching.hearing import Sound, hear
from playlist2vec.online.fetching.in_order import in_order
from playlist2vec.sound.fetched.shards import frames_of
from playlist2vec.sound.fetched.store import Store
from playlist2vec.sound.mels.decoding import NoSoundError, decode
from playlist2vec.sound.mels.making import Made, mel_of
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.table.rows import OK, Row

AHEAD = 2
"""Songs that a client fetches ahead of decoding."""
DECODED = {"empty": "unreadable", "truncated": "unreadable", "missing": "unreadable"}
"""Reasons of a decoder that have another name here."""


def fetch_mels(
    clients: Sequence[Deezer],
    wanted: Iterable[Wanted],
    store: Store,
    params: MelParams,
) -> Generator[Row | str, None, None]:
    """Look up songs and keep the outcomes in the order of `wanted`.

    `clients`: a thread runs for every client; the quota is shared by all. Yields the row of every
    song that is kept, and for an unusable answer the id and the error text; the song is then looked
    up again another time. Raises UnreachableError, and DataError after GIVE_UP unusable answers in
    a row.
    """
    unusable = 0
    workers = [partial(hear, client) for client in clients]
    with closing(in_order(workers, wanted, AHEAD * len(clients))) as heard:
        for song, answer in heard:
            try:
                found = answer.result()
            except UnreachableError:
                raise
            except DataError as error:
                unusable += 1
                if unusable == GIVE_UP:
                    raise
                yield f"{song.track}: {error}"
                continue
            unusable = 0
            made = make(song, found, params)
            store.add(made.row, made.mel)
            yield made.row


def make(song: Wanted, found: Sound | Miss, params: MelParams) -> Made:
    """Return the row and the spectrogram of a song, or 0 frames and the reason."""
    nothing = np.zeros((0, params.bins), np.uint8)
    if isinstance(found, Miss):
        return Made(Row(song.track, found.reason, 0.0, 0, found.found), nothing)
    try:
        clip = decode(found.content, params.seconds)
    except NoSoundError as error:
        reason = DECODED.get(error.reason, error.reason)
        return Made(Row(song.track, reason, 0.0, 0, f"{found.way}: {error}"), nothing)
    mel = mel_of(clip, params)[: frames_of(params)]
    return Made(Row(song.track, OK, round(clip.seconds, 3), len(mel), found.way), mel)
