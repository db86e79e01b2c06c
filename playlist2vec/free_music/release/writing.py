"""The folder of the data set: all files, and the counts."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playlist2vec.free_music.release import croissant
from playlist2vec.free_music.release.files import (
    ATTRIBUTION,
    AUDIO_SUMS,
    LICENCES,
    RAW,
    TABLE,
    write_attribution,
    write_audio_sums,
    write_licences,
    write_raw,
    write_sums,
    write_table,
)
from playlist2vec.free_music.release.params import CardParams
from playlist2vec.free_music.release.rows import Row, rows_of
from playlist2vec.free_music.selection.filters import KEPT, Judged, counts_of
from playlist2vec.free_music.selection.params import UploaderSplitParams
from playlist2vec.free_music.selection.split import PARTS


def write_set(
    folder: Path, judged: Sequence[Judged], split: UploaderSplitParams, card: CardParams
) -> dict[str, Any]:
    """Write all files of the data set into `folder`; return the counts of `numbers_of`."""
    rows = rows_of(judged, split)
    entries = [each.entry for each in judged if each.fate == KEPT]
    write_table(folder / TABLE, rows)
    write_raw(folder / RAW, entries, [row.split for row in rows])
    write_attribution(folder / ATTRIBUTION, rows)
    write_licences(folder / LICENCES, rows)
    write_audio_sums(folder / AUDIO_SUMS, rows)
    croissant.write_croissant(folder, card, sorted({row.licence_address for row in rows}))
    write_sums(folder, sorted([TABLE, RAW, ATTRIBUTION, LICENCES, AUDIO_SUMS, croissant.FILE]))
    return numbers_of(judged, rows)


def numbers_of(judged: Sequence[Judged], rows: Sequence[Row]) -> dict[str, Any]:
    """Return the counts of the data set: tracks read, fates, partitions, genres and licences.

    The fates add up to the tracks read; partitions, genres and licences add up to the kept tracks.
    """
    parts = {
        part: {
            "tracks": sum(row.split == part for row in rows),
            "uploaders": len({row.uploader_id for row in rows if row.split == part}),
            "hours": round(sum(row.duration for row in rows if row.split == part) / 3_600, 6),
        }
        for part in PARTS
    }
    genres = Counter(row.genre for row in rows)
    licences = Counter(row.licence_name for row in rows)
    return {
        "read": len(judged),
        "fates": counts_of(judged),
        "parts": parts,
        "uploaders": len({row.uploader_id for row in rows}),
        "bytes": sum(row.size for row in rows),
        "genres": {
            name: genres[name] for name in sorted(genres, key=lambda each: (-genres[each], each))
        },
        "licences": {name: licences[name] for name in sorted(licences)},
    }
