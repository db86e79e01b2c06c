"""split: hold out the last song of the playlists that a seeded hash of their ids, or their time, chooses."""

from playlist2vec.params import SplitParams, read_section
from playlist2vec.playlists import Playlists
from playlist2vec.splitting import split_playlists
from stages import run


def main(params: str, playlists: str, train: str, validation: str, test: str) -> str:
    """Read `playlists`; write the `train` playlists and the held-out ones for `validation` and `test`, .npz files."""
    whole = Playlists.load(playlists)
    section = read_section(params, SplitParams)
    split = split_playlists(whole, section)
    split.train.save(train)
    split.validation.save(validation)
    split.test.save(test)
    neither = len(whole) - len(split.train) - len(split.validation) - len(split.test)
    later = f", {neither:,} playlists left out that ended later" if section.by == "time" else ""
    return (
        f"{len(whole):,} playlists with {len(whole.tracks):,} songs: {len(split.train.tracks):,} songs to train on, "
        f"{len(split.validation):,} held out for validation, {len(split.test):,} for the test{later}"
    )


if __name__ == "__main__":
    run("split", main, "PARAMS", "PLAYLISTS", "TRAIN", "VALIDATION", "TEST")
