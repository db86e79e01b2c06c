"""`python -m benchmarks.child TASK FOLDER`: run a task, and print the cost as JSON."""

import json
import resource
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import stages  # noqa: F401 -- pins numeric libraries to one thread, before any of them is imported
from benchmarks.measuring import Measured


def cpu_seconds() -> float:
    """Return the CPU seconds of the current process so far, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes(maxrss: int) -> float:
    """Return the peak resident MB from ru_maxrss: KiB on Linux, bytes on macOS."""
    return maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def run(task: str, folder: Path) -> Measured:
    """Run a task: `<module>.<function>` below `benchmarks.tasks`.

    IMPORTS of the module names the modules needed by a task; importing them counts as start-up. The
    function reads the inputs and returns the work to measure: a function without arguments that
    returns facts, or None.
    """
    module_name, name = task.split(".")
    module = import_module(f"benchmarks.tasks.{module_name}")
    for needed in module.IMPORTS[name]:
        import_module(needed)
    startup = cpu_seconds()
    measured = getattr(module, name)(folder)
    before = cpu_seconds()
    facts = measured() or {}
    used = cpu_seconds() - before
    return Measured(
        used, startup, peak_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss), facts
    )


if __name__ == "__main__":
    print(json.dumps(asdict(run(sys.argv[1], Path(sys.argv[2])))))
