"""split: hold out songs of playlists chosen by a seeded hash of the id, or by time."""

import numpy as np

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists, join_playlists
from playlist2vec.corpus.selection import select_playlists
from playlist2vec.corpus.storage import PlaylistsFile, writing_parts
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.preparation.split.holding_out import (
    FRACTION,
    Choice,
    Outline,
    choose,
    hash_block,
    split_block,
    tasks,
)
from playlist2vec.preparation.split.params import SplitParams
from stages import run


def main(params: str, playlists: str, train: str, validation: str, test: str) -> str:
    """Read `playlists`; write `train` playlists, and held-out pairs for `validation` and `test`.

    All files are .npz files.
    """
    section = read_section(params, SplitParams)
    source = PlaylistsFile(playlists)
    asked: list[Playlists] = []
    songs = 0
    with open_engine(read_section(params, EngineParams)) as engine, writing_parts(train) as write:
        contents = None
        if section.copies == "drop":
            contents = np.concatenate(
                [np.empty(0, np.uint64), *engine.map(hash_block, source.blocks())]
            )
        keys, rows, times = (source.column(name) for name in ("keys", "rows", "times"))
        choice = choose(Outline(np.diff(source.offsets), keys, rows, times, contents), section)
        for kept, held in engine.map(split_block, tasks(source.blocks(), choice, section.held_out)):
            write(kept)
            songs += len(kept.tracks)
            asked.append(held)
    whole, numbers = join_playlists(asked), np.unique(choice.asked.playlists)
    for pairs, path in ((choice.validation, validation), (choice.test, test)):
        chosen = np.searchsorted(numbers, pairs.playlists)
        Pairs(select_playlists(whole, chosen), pairs.places).save(path)
    return summary(source, choice, songs, section)


def summary(source: PlaylistsFile, choice: Choice, songs: int, section: SplitParams) -> str:
    """Return the counts of the split of `source`; `songs`: number of training songs."""
    asked = len(np.unique(choice.asked.playlists))
    neither = len(source) - int(np.count_nonzero(choice.training)) - choice.copies
    parts = [f"{songs:,} songs to train on"]
    parts.append(
        f"{len(choice.validation.places):,} asked for in validation, "
        f"{len(choice.test.places):,} in the test"
    )
    if section.by == "time":
        neither -= asked
        parts.append(f"{neither:,} playlists left out that ended later")
    if section.copies == "drop":
        parts.append(f"{choice.copies:,} playlists left out that are copies of one asked about")
    if 2 * asked > len(source) and isinstance(section.validation, int):
        parts.append(
            "more than half of all: "
            f"split.validation={FRACTION} split.test={FRACTION} leave more to train on"
        )
    how = {"song": "", "rest": ", the rest of each left out", "playlist": ", all of each left out"}[
        section.held_out
    ]
    return (
        f"{len(source):,} playlists with {source.plays:,} songs: {', '.join(parts)} "
        f"({asked:,} playlists, {section.target} song{how})"
    )


if __name__ == "__main__":
    run("split", main, "PARAMS", "PLAYLISTS", "TRAIN", "VALIDATION", "TEST")
