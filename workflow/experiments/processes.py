"""DVC in a process of its own, and the end of processes."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import psutil

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import visible


def dvc(*arguments: str, quiet_about: str | None = None) -> None:
    """Run DVC in `environment()`, and show the output.

    Lines containing `quiet_about` are not shown. Raises DataError after the output if DVC fails.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "dvc", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None,
        text=True,
        env=environment(),
    ) as process:
        for line in process.stdout or ():
            if line.strip() and not (quiet_about and quiet_about in line):
                print(visible(line, keep="\n\r"), end="", flush=True)
    if process.returncode:
        raise DataError(f"dvc {' '.join(arguments)}: failed, see above")


def environment() -> dict[str, str]:
    """Return the environment variables, with the folder of this Python first in PATH."""
    home = str(Path(sys.executable).parent)
    return os.environ | {"PATH": f"{home}{os.pathsep}{os.environ.get('PATH', '')}"}


def kill_tree(process: psutil.Process) -> None:
    """Send SIGKILL to a process and all descendants, and wait for the end of every process."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(family, timeout=10)
