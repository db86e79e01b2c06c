"""Tests notice nearly every change of one place in what scores, splits, excludes and refuses."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SHARE = 0.95
"""Of the mutants that are no equivalents."""
EVERY = "4" if os.environ.get("CI") == "true" else "1"
"""Continuous integration, which has little time, tries one of so many mutants."""
SPLIT = "tests/preparation/split"
MODULES = {
    "ranking/metrics": ("tests/ranking/test_metrics.py",),
    "evaluation/intervals": ("tests/evaluation/test_intervals.py",),
    "preparation/split/places": (f"{SPLIT}/test_places.py", f"{SPLIT}/test_holding_out.py"),
    "preparation/split/holding_out": (f"{SPLIT}/test_holding_out.py", f"{SPLIT}/test_places.py"),
    "corpus/copies": ("tests/corpus/test_copies.py",),
    "ranking/exclusions": ("tests/ranking/test_exclusions.py",),
    "base/rules": ("tests/base/test_rules.py",),
}
ANOTHER_HASH = "other hashes, or other draws, just as good"
EQUIVALENT = {
    "corpus/copies": {
        ": 11400714819323198485 -> 11400714819323198486": ANOTHER_HASH,
        "content_hashes: hashes + lengths.astype(np.uint64) -> "
        "hashes - lengths.astype(np.uint64)": ANOTHER_HASH,
        "run_hashes: hashes * BASE + tracks[ends - (songs - 1 - back)] -> "
        "hashes * BASE - tracks[ends - (songs - 1 - back)]": ANOTHER_HASH,
    },
    "preparation/split/places": {
        "target_places: mix(keys, params.seed)[playlist] + place.astype(np.uint64) -> "
        "mix(keys, params.seed)[playlist] - place.astype(np.uint64)": ANOTHER_HASH,
        "target_places: 1 -> 2": ANOTHER_HASH,
    },
    "preparation/split/holding_out": {
        "_latest: 'stable' -> 'stableXX'": "NumPy looks at the first letter",
    },
    "base/rules": {
        "count_or_fraction.check: 0 < found < 1 -> 0 < found <= 1": "1 is a count",
        "_as_number: raise RefusedError(accepted) from None -> pass": "refused below",
        "_as_number: -1e+300 < value < 1e+300 -> -1e+300 <= value < 1e+300": "no such parameter",
        "_as_number: 1e+300 -> 1e+300": "1 more is the same number",
        ": 'Section' -> 'SectionXX'": "the name of a type",
    },
    "ranking/exclusions": {
        "filled_up: best[:, -1] < 0 -> best[:, -1] <= 0": "a full list may end in song 0",
        "filled_up: 0 -> 1": "likewise",
    },
}
"""Mutants that do what the module does, each with the reason."""


@pytest.mark.thorough
@pytest.mark.parametrize("module", MODULES)
def test_tests_notice_a_change(module: str) -> None:
    """At least SHARE of all mutants of the module fail its quick tests."""
    command = [
        sys.executable,
        "-m",
        "tests.mutation.mutants",
        EVERY,
        f"playlist2vec/{module}.py",
        *MODULES[module],
    ]
    alone = {
        "HYPOTHESIS_PROFILE": "mutants",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    done = subprocess.run(
        command, cwd=ROOT, env=inherited | alone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *survived, number = done.stdout.splitlines()
    unnoticed = [each for each in survived if each not in EQUIVALENT.get(module, {})]
    # Among few mutants one more may go unnoticed by chance.
    assert len(unnoticed) <= (1 - SHARE) * int(number) + (EVERY != "1"), "\n".join(unnoticed)


def test_what_stands_in_the_list_of_equivalents_is_a_mutant() -> None:
    import ast

    from tests.mutation.mutants import mutants

    for module, equivalent in EQUIVALENT.items():
        source = (ROOT / f"playlist2vec/{module}.py").read_text("utf-8")
        assert equivalent.keys() <= set(mutants(ast.parse(source)))
