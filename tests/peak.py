"""The largest memory of a process, for tests that measure one of their own."""

import re
import resource
import sys
from pathlib import Path


def peak() -> int:
    """Return the largest memory that this process has had, in bytes.

    On Linux ru_maxrss is handed down to a child process by a larger parent; VmHWM is not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(re.findall(r"VmHWM:\s+(\d+)", status.read_text("ascii"))[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )
