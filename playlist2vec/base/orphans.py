"""End of a process with the process that started it."""

import os
import sys
import time
from collections.abc import Callable
from threading import Thread

PAUSE = 0.5
"""Seconds between two looks at the parent."""


def end_with(parent: int, end: Callable[[], object] | None = None) -> None:
    """Call `end` soon after process `parent`, the parent of this process, is gone.

    By default this process exits at once with code 1. The watch is a daemon thread.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PAUSE)
        (end or _exit)()

    Thread(target=watch, daemon=True).start()


def _exit() -> None:
    sys.stderr.flush()
    os._exit(1)
