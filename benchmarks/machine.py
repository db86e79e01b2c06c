"""A description of the measured machine."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Return the processor, its cores, Python and the important packages, in a line."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "gensim", "scikit-learn", "dvc")
    )
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python "
        f"{platform.python_version()}, {packages}"
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.is_file():
        for line in described.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
