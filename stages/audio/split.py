"""audio_split: cold songs, training playlists without cold songs, and questions."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file, write_json
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.split.params import ColdSplitParams
from playlist2vec.cold_songs.split.roles import (
    Role,
    first_of,
    given_roles,
    questions_of,
    restricted,
    roles_of,
)
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import count_plays
from playlist2vec.sound.data_set.reading import read_set
from playlist2vec.sound.folder.params import SoundsParams
from playlist2vec.sound.mels.storage import Mels
from stages import run


def main(params: str, playlists: str, tracks: str, mels: str, folder: str, metrics: str) -> str:
    """Write roles, training playlists, questions and levels into `folder`, counts into `metrics`.

    The files are roles.npy, train.npz, validation.npz, test.npz and levels.json.
    """
    section, given = read_section(params, ColdSplitParams), read_section(params, SoundsParams)
    songs, sounds = Tracks.load(tracks), Mels.load(mels)
    if [row.track for row in sounds.rows] != songs.ids:
        raise DataError(f"{mels}: other songs than {tracks}: expected the same")
    lists = first_of(Playlists.load(playlists), section.limit)
    listed = count_plays([lists], len(songs)) > 0
    if section.by == "data_set":
        parts = {song.track: song.part for song in read_set(given.data_set)}
        roles = given_roles(songs.ids, parts, sounds.there, listed)
    else:
        roles = roles_of(section, songs.ids, songs.artists, sounds.there, listed)
    training = roles == Role.TRAINING
    train = restricted(lists, training)
    out = Path(folder)
    with whole_file(out / "roles.npy") as unfinished, open(unfinished, "wb") as file:
        np.save(file, roles, allow_pickle=False)
    train.save(out / "train.npz")
    questions = {
        role.name.lower(): questions_of(lists, roles, role) for role in (Role.VALIDATION, Role.TEST)
    }
    for name, each in questions.items():
        each.save(out / f"{name}.npz")
    heard = [mel for mel, known in zip(sounds.all_songs(), training, strict=True) if known]
    write_levels(out / "levels.json", np.concatenate(heard))
    counts = {role.name.lower(): int(np.count_nonzero(roles == role)) for role in Role}
    asked = {f"{name}_questions": len(each) for name, each in questions.items()}
    write_json(
        metrics,
        {"songs": counts, "playlists": len(lists), "training_playlists": len(train), **asked},
    )
    names = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    return (
        f"{len(songs):,} songs: {names}; {len(lists):,} playlists, {len(train):,} with training "
        f"songs, questions about cold songs: {len(questions['validation']):,} for validation, "
        f"{len(questions['test']):,} for test"
    )


def write_levels(path: Path, levels: NDArray[np.uint8]) -> None:
    """Write mean, standard deviation and quantiles of levels, uint8 (frames, bins), as JSON."""
    mean, std = float(levels.mean(dtype=np.float64)), float(levels.std(dtype=np.float64))
    quantiles = {f"q{share}": float(np.percentile(levels, share)) for share in (1, 25, 50, 75, 99)}
    write_json(path, {"mean": round(mean, 6), "std": round(max(std, 1e-6), 6), **quantiles})


if __name__ == "__main__":
    run("audio.split", main, "PARAMS", "PLAYLISTS", "TRACKS", "MELS_FOLDER", "FOLDER", "METRICS")
