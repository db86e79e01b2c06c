"""`python -m playlist2vec`: find songs in a trained model, and ask it for suggestions."""

import os
import sys

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

from playlist2vec.base.errors import DataError  # noqa: E402
from playlist2vec.cli.command_line import parser  # noqa: E402  (after the threads are set)


def main() -> None:
    """Run one command; what is wrong with its input is told in one line, with exit code 1."""
    arguments = parser().parse_args()
    try:
        arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (DataError, OSError) as error:
        sys.exit(f"{arguments.command}: {' '.join(str(error).split())}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
