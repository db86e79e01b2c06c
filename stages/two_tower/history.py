"""two_tower_history: listens cut by time, songs before the cut, and questions."""

from pathlib import Path

from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.listening.history.making import load_canonical, make_history
from playlist2vec.listening.history.params import DataParams, HistoryParams
from stages import run


def main(params: str, source: str, validation: str, test: str, metrics: str) -> str:
    """Write the folders `validation`, without a test listen, and `test`, and the counts `metrics`.

    `source`: the folder of two_tower_source.
    """
    section = read_section(params, HistoryParams)
    histories, tracks = load_canonical(
        read_section(params, DataParams).folder(Path(source) / "canonical")
    )
    made, counts = make_history(histories, tracks, section)
    made.save(validation, test)
    write_json(metrics, counts)
    parts = (
        f"{name}: {found['listens']:,} listens of {found['listeners']:,} listeners, "
        f"{found['of_songs_outside_vocabulary']:,} to songs outside the vocabulary"
        for name, found in counts.items()
        if name != "songs"
    )
    asked = f"{len(made.validation):,} and {len(made.test):,} of them asked about"
    early = counts["training"]["left_out_as_too_early"]
    songs = counts["songs"]
    return (
        f"{'; '.join(parts)}; {asked}; {early:,} left out as too early; {songs['in_training']:,} "
        f"of {songs['in_all']:,} songs by {songs['artists']:,} artists in the vocabulary"
    )


if __name__ == "__main__":
    run(
        "two_tower.history",
        main,
        "PARAMS",
        "SOURCE_FOLDER",
        "VALIDATION_FOLDER",
        "TEST_FOLDER",
        "METRICS",
    )
