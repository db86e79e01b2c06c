"""split: hold out the last song, or all, of the playlists that a seeded hash of their ids, or their time, chooses."""

import numpy as np

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.playlists import Playlists, join_playlists
from playlist2vec.corpus.selection import select_playlists
from playlist2vec.corpus.storage import PlaylistsFile, writing_parts
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.preparation.split.holding_out import Outline, choose, split_block, tasks
from playlist2vec.preparation.split.params import SplitParams
from stages import run


def main(params: str, playlists: str, train: str, validation: str, test: str) -> str:
    """Read `playlists`; write the `train` playlists and the held-out ones for `validation` and `test`, .npz files."""
    section = read_section(params, SplitParams)
    source = PlaylistsFile(playlists)
    outline = Outline(np.diff(source.offsets), source.column("keys"), source.column("rows"), source.column("times"))
    choice = choose(outline, section)
    asked: list[Playlists] = []
    with open_engine(read_section(params, EngineParams)) as engine, writing_parts(train) as write:
        for kept, held in engine.map(split_block, tasks(source.blocks(), choice)):
            write(kept)
            asked.append(held)
    whole = join_playlists(asked)
    held_out = np.sort(np.concatenate([choice.validation, choice.test]))
    for chosen, path in ((choice.validation, validation), (choice.test, test)):
        select_playlists(whole, np.searchsorted(held_out, chosen)).save(path)
    songs = int((outline.lengths - choice.shortened)[choice.training].sum())
    neither = len(source) - int(np.count_nonzero(choice.training)) - len(held_out)
    later = f", {neither:,} playlists left out that ended later" if section.by == "time" else ""
    how = "" if section.held_out == "song" else " whole"
    return (
        f"{len(source):,} playlists with {source.plays:,} songs: {songs:,} songs to train on, "
        f"{len(choice.validation):,} held out{how} for validation, {len(choice.test):,} for the test{later}"
    )


if __name__ == "__main__":
    run("split", main, "PARAMS", "PLAYLISTS", "TRAIN", "VALIDATION", "TEST")
