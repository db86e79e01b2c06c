"""The stages of dvc.yaml, run as `python -m stages.<name>`; this file prepares the process for each of them.

Numeric libraries are pinned here, before any of them is imported: one thread, so that two runs on one machine give
the same bits, and on x86-64 one kind of BLAS kernel, so that two kinds of CPU do.
"""

import os
import platform
import sys
from collections.abc import Callable
from importlib.util import find_spec

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
if platform.machine() in ("x86_64", "AMD64"):
    os.environ["OPENBLAS_CORETYPE"] = "Haswell"

_missing = [name for name in ("numpy", "yaml", "gensim", "tqdm") if find_spec(name) is None]
if _missing:
    sys.exit(
        f"{sys.executable} lacks {', '.join(_missing)}: type `make repro`, or `make setup && . .venv/bin/activate`"
    )


def run(stage: str, main: Callable[..., str], *arguments: str) -> None:
    """Call `main` with the command line's paths, print its summary line; bad input ends in one line and exit code 1.

    `arguments`: what the command line must give, in order.
    """
    from playlist2vec.errors import DataError

    given = sys.argv[1:]
    if len(given) != len(arguments):
        sys.exit(f"usage: python -m stages.{stage} {' '.join(arguments)}")
    try:
        print(f"{stage}: {main(*given)}", flush=True)
    except (DataError, OSError) as error:
        sys.exit(f"{stage}: {' '.join(str(error).split())}")
    except MemoryError:
        sys.exit(f"{stage}: out of memory: take a smaller data set, vector_size or min_count above the present one")
