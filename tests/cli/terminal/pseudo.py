"""A command on a terminal: a pseudo-terminal of so many columns, as `script` makes one."""

import fcntl
import os
import struct
import subprocess
import termios
from collections.abc import Sequence
from pathlib import Path


def on_a_terminal(
    words: Sequence[str], folder: Path, environment: dict[str, str], columns: int
) -> tuple[int, list[str]]:
    """Return the exit code, and the lines of a command on a terminal of so many columns."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    clean = {
        name: value for name, value in environment.items() if name not in ("COLUMNS", "NO_COLOR")
    }
    more = {"TERM": "xterm-256color"} | {
        name: environment[name] for name in ("NO_COLOR",) if name in environment
    }
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=clean | more,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            read = os.read(ours, 1 << 16)
        except OSError:  # what Linux says at the end of a pseudo-terminal
            break
        if not read:
            break
        said += read
    os.close(ours)
    assert process.stderr
    process.stderr.close()
    return process.wait(), said.decode("utf-8").replace("\r\n", "\n").splitlines()
