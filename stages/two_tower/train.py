"""two_tower_train: a tower of two_tower.towers, with a curve on validation."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from tqdm import tqdm

from playlist2vec.base.errors import DataError
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.storage import History
from playlist2vec.listening.scoring.questions import Questions
from playlist2vec.listening.scoring.tables import rates
from playlist2vec.models.neural.curves import write_curve
from playlist2vec.models.two_tower.params import OF_VARIANT
from stages import run


def main(params: str, variant: str, history: str, scratch: str, folder: str, curve: str) -> str:
    """Train the tower on the listens before validation; write `folder` and `curve`.

    Validation questions choose the epoch of the tower. `scratch`: keeps checkpoints of a killed
    run.
    """
    if find_spec("torch") is None:
        raise DataError(
            "torch is not installed: expected it: `make two-tower`, "
            "or `make setup EXTRAS=two-tower`"
        )
    from playlist2vec.models.neural.checkpoints import forget, place_of
    from playlist2vec.models.two_tower.training import ListenData, train_tower

    section, given = read_section(params, OF_VARIANT[variant]), read_section(params, HistoryParams)
    known = History.load(history)
    # A tower sees at most `songs_back` listens of a question.
    questions = Questions(known, given.gap, section.songs_back)
    data = ListenData(
        known.histories, known.songs.vocabulary, known.songs.artists, known.first, known.end
    )
    inputs = [repr(section), repr(given)]
    for path in sorted(Path(history).iterdir()):
        with open(path, "rb") as content:
            inputs.append(hashlib.file_digest(content, "sha256").hexdigest())
    checkpoint = place_of(Path(scratch), inputs)
    with tqdm(total=section.epochs, unit=" epochs", mininterval=pause()) as bar:

        def report(epoch: int, loss: float) -> None:
            bar.update(epoch - bar.n)
            bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)

        tower, points = train_tower(
            data, section, checkpoint, lambda each: rates(questions.rank(each)), report
        )
    tower.save(folder)
    write_curve(curve, points)
    forget(checkpoint)
    best = max(points, key=lambda point: (point["top_10"], -point["epoch"]))
    return (
        f"{variant}: {len(data.listens):,} listens, {len(known.songs.vocabulary):,} songs; "
        f"best of {section.epochs} epochs {best['epoch']:.0f}: top 10 {best['top_10']:.4f}, "
        f"top 100 {best['top_100']:.4f}"
    )


if __name__ == "__main__":
    run(
        "two_tower.train", main, "PARAMS", "VARIANT", "HISTORY", "SCRATCH_FOLDER", "FOLDER", "CURVE"
    )
