"""What users listened to, as a canonical form says it, play by play."""

from itertools import pairwise
from pathlib import Path

from playlist2vec.corpus.listens import EPOCH, Listens
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks

Heard = list[tuple[int, str]]
"""The times in seconds since 1970 and the ids of what a user listened to."""


def listens_in(folder: str | Path) -> Listens:
    """Read the listens of a canonical form, which must fit its playlists."""
    plays = len(Playlists.load(Path(folder) / "playlists.npz").tracks)
    return Listens.load(Path(folder) / "listens.npz", plays)


def heard_in(folder: str | Path) -> list[Heard]:
    """Return what each user of a canonical form listened to, in the order of the file."""
    ids = Tracks.load(Path(folder) / "tracks.tsv").ids
    tracks = Playlists.load(Path(folder) / "playlists.npz").tracks.tolist()
    listens = listens_in(folder)
    users, seconds = listens.users.tolist(), listens.seconds.tolist()
    return [
        [(EPOCH + seconds[play - users[0]], ids[tracks[play]]) for play in range(begin, end)]
        for begin, end in pairwise(users)
    ]
