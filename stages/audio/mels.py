"""audio_mels: mel spectrograms of songs, and the reasons for songs without sound."""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from playlist2vec.base.files import whole_file, write_json
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.sound.fetched.store import Fetched
from playlist2vec.sound.folder.params import SoundsParams
from playlist2vec.sound.mels.features import features_of
from playlist2vec.sound.mels.making import counts_of, make_mels, summary_of
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.storage import Mels
from playlist2vec.sound.table.files import read_sounds
from playlist2vec.sound.table.rows import Row
from stages import run


def main(params: str, source: str, scratch: str, folder: str, features: str, metrics: str) -> str:
    """Write the spectrograms of the songs of `source` into `folder`, `features` and `metrics`.

    Files are decoded, and fetched mels are copied. `scratch`: keeps finished work of a killed run.
    """
    section = read_section(params, MelParams)
    given = read_section(params, SoundsParams)
    sounds = read_sounds(
        Path(source) / "files.tsv", Path(source if given.sounds == "tones" else given.folder)
    )
    if given.sounds == "fetched":
        rows = Fetched.load(given.fetched, section).copy(
            [sound.track for sound in sounds], section, Path(folder)
        )
        return finish(rows, folder, features, metrics)
    with tqdm(total=len(sounds), unit=" songs", desc="mels", mininterval=pause()) as bar:
        rows = make_mels(sounds, section, Path(scratch), Path(folder), bar.update)
    return finish(rows, folder, features, metrics)


def finish(rows: list[Row], folder: str, features: str, metrics: str) -> str:
    """Write the features and the counts of the spectrograms in `folder`; return a summary."""
    found = np.stack([features_of(mel) for mel in Mels.load(folder).all_songs()])
    with whole_file(features) as unfinished, open(unfinished, "wb") as file:
        np.save(file, found, allow_pickle=False)
    write_json(metrics, counts_of(rows))
    return summary_of(rows)


if __name__ == "__main__":
    run(
        "audio.mels",
        main,
        "PARAMS",
        "SOURCE_FOLDER",
        "SCRATCH_FOLDER",
        "FOLDER",
        "FEATURES",
        "METRICS",
    )
