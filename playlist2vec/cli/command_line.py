"""The command line of `playlist2vec`: run a command."""

import io
import os
import sys
from collections.abc import Sequence

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from playlist2vec.cli.commands import read_words

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main(words: Sequence[str] | None = None) -> None:
    """Run a command; report bad input in a line, with exit code 1.

    `words`: the arguments after `playlist2vec`; None = those of this process.
    """
    # NumPy reads these variables once, at its first import.
    for variable in THREADS:
        os.environ.setdefault(variable, "1")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a character shows its code.
        sys.stdout.reconfigure(errors="backslashreplace")
    typed = sys.argv[1:] if words is None else list(words)
    arguments = read_words(typed)
    try:
        code = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has exited
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (DataError, OSError) as error:
        sys.exit(f"{arguments.command}: {as_line(error)}")
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        if code:
            sys.exit(code)
