"""The rows of the table: what is measured, against what, and which goal it must reach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.chain import Stage, run_chain
from benchmarks.experiments import run_grid, run_nothing
from benchmarks.measuring import Measured, measure, measure_both, middle, note, run
from benchmarks.tasks import data


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `ratio`: theirs by ours or ours by theirs, as `goal` says it; `goals`: the text of each goal of the row
    and whether it is reached; none for a row that only informs. `remarks`: lines below the table.
    """

    number: str
    what: str
    against: str
    ours: Measured
    theirs: Measured | None
    ratio: str
    goals: tuple[tuple[str, bool], ...]
    remarks: tuple[str, ...] = ()


class Workplace:
    """The data that the rows share, each made when a row first asks for it."""

    def __init__(self, folder: Path, playlists: int, repeats: int) -> None:
        self.folder = folder
        self.size = playlists
        self.repeats = repeats

    @cached_property
    def small(self) -> Path:
        """The data at the scale that was asked for."""
        return self._made("small", self.size)

    @cached_property
    def large(self) -> Path:
        """Ten times as many playlists of the same catalogue; the first tenth of them are those of `small`."""
        return self._made("large", 10 * self.size)

    @cached_property
    def pickled(self) -> Path:
        """`small` with playlists.npy and local.txt in it."""
        measure("data.pickled", self.small, 1)
        return self.small

    @cached_property
    def trained(self) -> Path:
        """`small` with a model in it."""
        measure("data.model", self.small, 1)
        return self.small

    def _made(self, name: str, playlists: int) -> Path:
        data.write_params(self.folder / name, playlists, data.SONGS * self.size)
        measure("data.playlists", self.folder / name, 1)
        return self.folder / name


def prepare(place: Workplace) -> Iterator[Row]:
    """Row 1: filter, vocabulary and split."""
    ours, theirs = measure_both(("ours.prepare", place.small), ("theirs.prepare", place.pickled), place.repeats)
    same = {key: ours.facts[key] for key in ("songs", "vocabulary", "train", "held_out")} == theirs.facts
    faster = theirs.cpu / ours.cpu
    yield Row(
        "1",
        f"filter-split, {millions(ours.facts['songs'])} songs",
        "lists, np.unique",
        ours,
        theirs,
        f"{faster:.1f}x",
        (("10x", faster >= 10), ("equal", same)),
        ("row 1: equal = as many songs, songs of the vocabulary, training songs and held-out playlists.",),
    )


def load(place: Workplace) -> Iterator[Row]:
    """Row 2: loading what `ingest` wrote."""
    ours, theirs = measure_both(
        ("ours.load_playlists", place.small), ("theirs.load_pickle", place.pickled), place.repeats
    )
    tracks = measure("ours.load_tracks", place.small, place.repeats)
    faster, smaller = theirs.cpu / ours.cpu, theirs.peak / ours.peak
    yield Row(
        "2",
        "load playlists.npz",
        "np.load, pickle",
        ours,
        theirs,
        f"{faster:.0f}x, 1/{smaller:.1f}",
        (("20x", faster >= 20), ("1/4", smaller >= 4)),
    )
    yield Row("2b", f"load {tracks.facts['tracks']:,} tracks", "-", tracks, None, "", ())


def train(place: Workplace) -> Iterator[Row]:
    """Row 3: training without the curve."""
    ours, theirs = measure_both(("ours.train", place.small), ("theirs.train", place.small), place.repeats)
    ratio = ours.cpu / theirs.cpu
    same = ours.facts["vectors"] == theirs.facts["vectors"]
    yield Row(
        "3",
        "train, 3 epochs, no curve",
        "bare gensim",
        ours,
        theirs,
        f"{ratio:.3f}",
        (("1.05", ratio <= 1.05), ("equal", same)),
        ("row 3: equal = both matrices are the same, bit for bit.",),
    )


def evaluate(place: Workplace) -> Iterator[Row]:
    """Row 4: evaluation."""
    ours = measure("ours.evaluate", place.trained, place.repeats)
    tree = measure("theirs.kd_tree", place.trained, 1)
    facts = tree.facts
    whole = facts["build"] + facts["query"] * facts["pairs"] / facts["asked"]
    theirs = tree.times(whole / tree.cpu)
    faster = theirs.cpu / ours.cpu
    yield Row(
        "4",
        f"evaluate {ours.facts['pairs']:,} x {ours.facts['songs']:,}",
        "KDTree, leaf 10",
        ours,
        theirs,
        f"{faster:.0f}x",
        (("40x", faster >= 40), ("250 MB", ours.peak <= 250)),
        (
            f"row 4: the KDTree was built in {facts['build']:.2f} s, asked {facts['asked']:,} random queries in "
            f"{facts['query']:.2f} s, once, and scaled up to {facts['pairs']:,}; it finds ten neighbours, ours the "
            "rank of any target.",
        ),
    )


def rules(place: Workplace) -> Iterator[Row]:
    """Row 7: every scoring rule and query beside cosine with the last song, in one process."""
    ours = measure("ours.evaluate_rules", place.trained, place.repeats)
    seconds = ours.facts["seconds"]
    plain = seconds["cosine, last"]
    slowest = max(seconds, key=seconds.get)
    ratio = seconds[slowest] / plain
    each = ", ".join(f"{name} {value:.2f}" for name, value in seconds.items())
    yield Row(
        "7",
        "evaluate, slowest rule",
        "by cosine, last",
        ours.times(seconds[slowest] / ours.cpu),
        ours.times(plain / ours.cpu),
        f"{ratio:.2f}",
        (("1.5", ratio <= 1.5),),
        (f"row 7: the slowest is {slowest}; seconds of each: {each}.",),
    )


def suggest(place: Workplace) -> Iterator[Row]:
    """Row 10: suggestions for many queries beside the evaluation of as many pairs."""
    ours, theirs = measure_both(("ours.suggest", place.trained), ("ours.evaluate", place.trained), place.repeats)
    ratio = ours.cpu / theirs.cpu
    yield Row(
        "10",
        f"next, {ours.facts['queries']:,} queries",
        "evaluate",
        ours,
        theirs,
        f"{ratio:.2f}",
        (("1.5", ratio <= 1.5),),
    )


def counting(place: Workplace) -> Iterator[Row]:
    """Row 8: all baselines beside ten epochs of training."""
    ours = measure("ours.baselines", place.small, place.repeats)
    theirs = measure("theirs.train", place.small, 1).times(10 / 3)
    ratio = ours.cpu / theirs.cpu
    yield Row(
        "8",
        "all five baselines",
        "10 epochs",
        ours,
        theirs,
        f"{ratio:.2f}",
        (("1", ratio <= 1), ("1 GB", ours.peak <= 1000)),
        ("row 8: three epochs of the bare gensim call were measured, and scaled up to ten.",),
    )


def chain(place: Workplace) -> Iterator[Row]:
    """Row 5: the whole chain with DVC."""
    bare = "theirs.vocabulary_and_train"
    for number, dataset, name in (("5", "sample", "generated"), ("5b", "local", "from a file")):
        before = run(bare, place.pickled)
        ours, stages = run_chain(place.pickled, place.folder / dataset, dataset)
        theirs = middle(bare, [before, run(bare, place.pickled)])
        ratio = ours.cpu / theirs.cpu
        yield Row(
            number,
            f"whole chain, {name}",
            "bare gensim",
            ours,
            theirs,
            f"{ratio:.2f}",
            (("1.4", ratio <= 1.4), ("400 MB", ours.peak <= 400)),
            (_stage_by_stage(number, ours, theirs, stages),),
        )


def _stage_by_stage(number: str, ours: Measured, theirs: Measured, stages: list[Stage]) -> str:
    parts = [f"{stage.name} {stage.cpu:.1f} s, {stage.peak:.0f} MB" for stage in stages]
    return (
        f"row {number}: the chain ran once, the bare call before and after it (mean). {'; '.join(parts)}; DVC itself "
        f"{ours.facts['dvc']:.1f} s, the largest process {ours.facts['largest process']:.0f} MB. "
        f"The bare call's own start-up ({theirs.startup:.1f} s) is not counted."
    )


def growth(place: Workplace) -> Iterator[Row]:
    """Row 6: ten times as many playlists."""
    small, large = _small_and_large("ours.ingest_to_split", place)
    per_song = (large.cpu / large.facts["songs"]) / (small.cpu / small.facts["songs"])
    yield Row(
        "6",
        f"ingest-split, {millions(large.facts['songs'])} songs",
        f"{millions(small.facts['songs'])} songs",
        large,
        small,
        f"{per_song:.2f}",
        (("1.20", per_song <= 1.2), ("3 GB", large.peak <= 3000)),
        ("row 6: the ratio is that of the cost per song.",),
    )
    small, large = _small_and_large("ours.evaluate_untrained", place)
    per_cell = (large.cpu / large.facts["songs"]) / (small.cpu / small.facts["songs"])
    yield Row(
        "6b",
        f"evaluate {large.facts['pairs']:,} x {large.facts['songs']:,}",
        f"{small.facts['pairs']:,} x {small.facts['songs']:,}",
        large,
        small,
        f"{per_cell:.2f}",
        (("1.20", per_cell <= 1.2), ("3 GB", large.peak <= 3000)),
        ("row 6b: the ratio is that of the cost per pair and song; random vectors, the same pairs.",),
    )


def overhead(place: Workplace) -> Iterator[Row]:
    """Row 9: DVC with nothing to do, and DVC's part of an experiment in the queue."""
    ours, theirs = run_nothing(place.folder / "nothing", place.repeats)
    ratio = ours.cpu / theirs.cpu
    yield Row("9", "dvc repro, nothing to do", "import dvc", ours, theirs, f"{ratio:.2f}", ())
    ours, theirs, runs = run_grid(place.folder / "grid")
    yield Row(
        "9b",
        "an experiment in the queue",
        "its stages",
        ours,
        theirs,
        f"{ours.cpu / theirs.cpu:.2f}",
        (),
        (
            f"row 9b: seconds by the clock for each of the {runs} runs of `make grid GRID=smoke JOBS=1`, with what the "
            f"grid itself takes; {ours.cpu - theirs.cpu:.1f} s a run are DVC's and the grid's.",
        ),
    )


def _small_and_large(task: str, place: Workplace) -> tuple[Measured, Measured]:
    return measure_both((task, place.small), (task, place.large), place.repeats)


ROWS: dict[str, Callable[[Workplace], Iterator[Row]]] = {
    "1": prepare,
    "2": load,
    "3": train,
    "4": evaluate,
    "5": chain,
    "6": growth,
    "7": rules,
    "8": counting,
    "9": overhead,
    "10": suggest,
}


def millions(number: int) -> str:
    """A large number, short."""
    return f"{number / 1e6:.2f} M" if number >= 10_000 else f"{number:,}"


def measure_rows(chosen: list[str], place: Workplace) -> list[Row]:
    """Measure the rows of these numbers, one thing at a time."""
    rows: list[Row] = []
    for number in chosen:
        note(f"row {number}")
        rows += ROWS[number](place)
    return rows
