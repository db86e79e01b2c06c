"""The process of one task: `python -m benchmarks.child TASK FOLDER` prints what it took as JSON."""

import json
import resource
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import stages  # noqa: F401 -- pins numeric libraries to one thread, before any of them is imported
from benchmarks.measuring import Measured


def cpu_seconds() -> float:
    """Seconds that this process has used so far, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes(maxrss: int) -> float:
    """The largest resident size, from what the system calls ru_maxrss: KiB on Linux, bytes on
    macOS.
    """
    return maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def run(task: str, folder: Path) -> Measured:
    """Run a task: `<module>.<function>` below `benchmarks.tasks`.

    The module names in IMPORTS what each of its tasks needs; these count as start-up. The function
    reads its inputs and returns what is to be measured: a function without arguments that returns
    facts, or nothing.
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
