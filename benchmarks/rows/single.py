"""Rows on a single stage, beside a library or stage with the same task."""

from collections.abc import Iterator

from benchmarks.measuring import measure, measure_both
from benchmarks.rows.row import Row, Workplace, millions


def prepare(place: Workplace) -> Iterator[Row]:
    """Row 1: filter, vocabulary and split."""
    ours, theirs = measure_both(
        ("ours.prepare", place.small), ("theirs.prepare", place.pickled), place.repeats
    )
    same = {
        key: ours.facts[key] for key in ("songs", "vocabulary", "train", "held_out")
    } == theirs.facts
    faster = theirs.cpu / ours.cpu
    yield Row(
        "1",
        f"filter-split, {millions(ours.facts['songs'])} songs",
        "lists, np.unique",
        ours,
        theirs,
        f"{faster:.1f}x",
        (("10x", faster >= 10), ("equal", same)),
        (
            (
                "row 1: equal = as many songs, songs of the vocabulary, training songs and "
                "held-out playlists."
            ),
        ),
    )


def load(place: Workplace) -> Iterator[Row]:
    """Row 2: loading the output of `ingest`."""
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
    ours, theirs = measure_both(
        ("ours.train", place.small), ("theirs.train", place.small), place.repeats
    )
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
            f"row 4: the KDTree was built in {facts['build']:.2f} s, asked {facts['asked']:,} "
            f"random queries in {facts['query']:.2f} s, once, and scaled up to "
            f"{facts['pairs']:,}; it finds ten neighbours, ours the rank of any target.",
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
    ours, theirs = measure_both(
        ("ours.suggest", place.trained), ("ours.evaluate", place.trained), place.repeats
    )
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
        "all baselines, tuned",
        "10 epochs",
        ours,
        theirs,
        f"{ratio:.2f}",
        (("1", ratio <= 1), ("1 GB", ours.peak <= 1000)),
        ("row 8: three epochs of the bare gensim call were measured, and scaled up to ten.",),
    )


def blend(place: Workplace) -> Iterator[Row]:
    """Row 11: evaluation of the blend beside evaluation by cosine."""
    ours, theirs = measure_both(
        ("blend.evaluate", place.weighed), ("ours.evaluate", place.trained), place.repeats
    )
    ratio, facts = ours.cpu / theirs.cpu, ours.facts
    yield Row(
        "11",
        f"blend, {facts['pairs']:,} x {facts['songs']:,}",
        "evaluate, cosine",
        ours,
        theirs,
        f"{ratio:.2f}",
        (("4", ratio <= 4), ("1 GB", ours.peak <= 1000)),
        (
            "row 11: counting included, queries with whole histories; the blend that row 12 fits "
            f"keeps {', '.join(facts['parts'])} (tau {facts['tau']:g}); baselines have the "
            "largest value of each parameter.",
        ),
    )


def fit(place: Workplace) -> Iterator[Row]:
    """Row 12: the weights of the blend."""
    ours = measure("blend.fit", place.trained, place.repeats)
    facts = ours.facts
    yield Row(
        "12",
        f"fit the blend, {facts['pairs']:,} pairs",
        "-",
        ours,
        None,
        "",
        (("60 s", ours.cpu <= 60), ("1 GB", ours.peak <= 1000)),
        (
            f"row 12: {facts['parts']} parts that count, two priors and the model, on the first "
            f"{facts['fitted']:,} questions that can be asked; six fits, one for all and one for "
            "each fold.",
        ),
    )
