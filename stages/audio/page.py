"""audio_page: a page with scores, training curve, and nearest songs of cold songs."""

from pathlib import Path

import numpy as np

from playlist2vec.base.files import write_text
from playlist2vec.base.rules import read_section
from playlist2vec.cold_songs.page.page import LIKE, MOST, PageSong, neighbours, render
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.models.audio.vectors import SongVectors
from playlist2vec.sound.folder.params import SoundsParams
from playlist2vec.sound.table.files import read_sounds
from stages import run


def main(params: str, source: str, roles: str, tower: str, curve: str, test: str, page: str) -> str:
    """Write the page, listing first new songs, then test songs, of those with sound; see `Role`."""
    given = read_section(params, SoundsParams)
    tracks, sound, role = (
        Tracks.load(Path(source) / "tracks.tsv"),
        SongVectors.load(Path(tower) / "vectors.npz"),
        np.load(roles),
    )
    below = given.place(Path(source))
    sounds = read_sounds(Path(source) / "files.tsv", below) if below else []
    files = {each.track: each.path for each in sounds}
    columns = zip(tracks.artist_names, tracks.titles, tracks.ids, strict=True)
    songs = [
        PageSong(artist, title, track, files.get(track, "")) for artist, title, track in columns
    ]
    there = sound.found.any(axis=1)
    cold = np.concatenate(
        [np.flatnonzero((role == each) & there) for each in (Role.NEW, Role.TEST)]
    )
    known = np.flatnonzero((role == Role.TRAINING) & sound.query.any(axis=1))
    listed = cold[:MOST]
    near = neighbours(sound, listed, known, LIKE).tolist()
    content = render(
        songs,
        list(zip(listed.tolist(), near, strict=True)),
        len(cold) - len(listed),
        Path(curve),
        Path(test),
        Path(page).parent,
    )
    write_text(page, content)
    return (
        f"{len(listed):,} of {len(cold):,} songs that no training playlist holds, to be heard: "
        f"open {page} in a browser"
    )


if __name__ == "__main__":
    run(
        "audio.page",
        main,
        "PARAMS",
        "SOURCE_FOLDER",
        "ROLES",
        "TOWER_FOLDER",
        "CURVE",
        "TEST_TABLE",
        "PAGE",
    )
