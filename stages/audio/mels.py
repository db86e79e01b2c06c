"""audio_mels: the mel spectrogram of each song that has sound, and what is known of those that have none."""

import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file, write_json
from playlist2vec.base.rules import read_section
from playlist2vec.sound.mels.features import features_of
from playlist2vec.sound.mels.making import Sound, counts_of, make_mels, summary_of
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.storage import Mels
from stages import run

COLUMNS = ["track", "file", "seconds"]


def main(params: str, source: str, scratch: str, folder: str, features: str, metrics: str) -> str:
    """Decode the files of `source`, and write their spectrograms into `folder`, their `features` and `metrics`.

    `scratch`: keeps what a killed run has done.
    """
    section = read_section(params, MelParams)
    sounds = read_sounds(Path(source))
    with tqdm(total=len(sounds), unit=" songs", desc="mels", mininterval=0.1 if sys.stderr.isatty() else 10) as bar:
        rows = make_mels(sounds, section, Path(scratch), Path(folder), bar.update)
    found = np.stack([features_of(mel) for mel in Mels.load(folder).all_songs()])
    with whole_file(features) as unfinished, open(unfinished, "wb") as file:
        np.save(file, found, allow_pickle=False)
    write_json(metrics, counts_of(rows))
    return summary_of(rows)


def read_sounds(source: Path) -> list[Sound]:
    """Read files.tsv. Raises DataError for a line without a track, a file and seconds, and for a table of none."""
    path = source / "files.tsv"
    lines = path.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    if len(rows) < 2 or rows[0] != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise DataError(f"{path}: expected {' '.join(COLUMNS)} and a line for each song")
    return [Sound(track, str(source / file), float(seconds)) for track, file, seconds in rows[1:]]


if __name__ == "__main__":
    run("audio.mels", main, "PARAMS", "SOURCE_FOLDER", "SCRATCH_FOLDER", "FOLDER", "FEATURES", "METRICS")
