"""Rows on the whole chain: beside bare gensim, at ten times the size, and the overhead of DVC."""

from collections.abc import Iterator

from benchmarks.chain import Stage, run_chain
from benchmarks.measuring import Measured, measure_both, middle, run
from benchmarks.rows.experiments import run_grid, run_nothing
from benchmarks.rows.row import Row, Workplace, millions


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
        f"row {number}: the chain ran once, the bare call before and after it (mean). "
        f"{'; '.join(parts)}; DVC itself {ours.facts['dvc']:.1f} s, the largest process "
        f"{ours.facts['largest process']:.0f} MB. The bare call's own start-up "
        f"({theirs.startup:.1f} s) is not counted."
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
        (
            (
                "row 6b: the ratio is that of the cost per pair and song; random vectors, the "
                "same pairs."
            ),
        ),
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
            f"row 9b: seconds by the clock for each of the {runs} runs of `make grid GRID=smoke "
            f"JOBS=1`, with what the grid itself takes; {ours.cpu - theirs.cpu:.1f} s a run are "
            "DVC's and the grid's.",
        ),
    )


def _small_and_large(task: str, place: Workplace) -> tuple[Measured, Measured]:
    return measure_both((task, place.small), (task, place.large), place.repeats)
