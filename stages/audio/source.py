"""audio_source: the songs and playlists of the collection that `audio.sounds` names."""

import sys
from pathlib import Path

from tqdm import tqdm

from playlist2vec.base.rules import read_section
from playlist2vec.sound.tones.params import TonesParams
from playlist2vec.sound.tones.writing import write_tones
from stages import run


def main(params: str, folder: str) -> str:
    """Write the collection `tones` into `folder`, as `write_tones` does."""
    section = read_section(params, TonesParams)
    songs = section.genres * section.artists * section.songs
    with tqdm(total=songs, unit=" songs", desc="tones", mininterval=0.1 if sys.stderr.isatty() else 10) as bar:
        return write_tones(section, Path(folder), bar.update)


if __name__ == "__main__":
    run("audio.source", main, "PARAMS", "FOLDER")
