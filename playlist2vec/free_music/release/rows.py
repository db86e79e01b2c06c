"""The rows of the data set: kept tracks under the names of the columns."""

from collections.abc import Sequence
from typing import NamedTuple

from playlist2vec.free_music.selection.filters import KEPT, Judged
from playlist2vec.free_music.selection.licences import FREE
from playlist2vec.free_music.selection.params import UploaderSplitParams
from playlist2vec.free_music.selection.split import split_of


class Row(NamedTuple):
    """A track of the data set.

    `id`, `uploader_id`: numbers at SoundCloud. `licence`: name in SoundCloud's api. `licence_name`,
    `licence_address`: common name, and address of the text. `duration`: seconds of the decoded
    sound. `likes`, `plays`: -1 if unknown. `created`: as `2020-05-09T15:19:32`. `artwork`,
    `address`: at SoundCloud. `file`, `cover`: relative to the folder of the manifest. `size`,
    `sha256`: of the file. `split`: train, validation or test.
    """

    id: int
    title: str
    uploader_id: int
    uploader: str
    address: str
    licence: str
    licence_name: str
    licence_address: str
    genre: str
    duration: float
    likes: int
    plays: int
    created: str
    artwork: str
    file: str
    cover: str
    size: int
    sha256: str
    split: str


def rows_of(judged: Sequence[Judged], params: UploaderSplitParams) -> list[Row]:
    """Return the rows of the kept tracks, in the order of `judged`."""
    kept = [each for each in judged if each.fate == KEPT]
    parts = split_of([each.track.artist for each in kept], params)
    return [_row(each, part) for each, part in zip(kept, parts, strict=True)]


def _row(judged: Judged, part: str) -> Row:
    entry, track = judged.entry, judged.track
    licence = FREE[track.licence]
    return Row(
        id=entry.id,
        title=track.title,
        uploader_id=int(track.artist),
        uploader=track.artist_name,
        address=track.address,
        licence=track.licence,
        licence_name=licence.name,
        licence_address=licence.address,
        genre=judged.genre,
        duration=judged.hashes.seconds,
        likes=-1 if track.likes is None else track.likes,
        plays=-1 if track.plays is None else track.plays,
        created=entry.created,
        artwork=track.artwork,
        file=entry.file,
        cover=entry.cover,
        size=entry.size,
        sha256=entry.sha256,
        split=part,
    )
