"""The stages of dvc.yaml, run as `python -m stages.NAME`; this file prepares the process.

Numeric libraries are pinned before the first import: one thread, so that two runs on one machine
give the same bits, and on x86-64 one kind of BLAS kernel, so that two kinds of CPU give the same
bits. A stage started by DVC ends when DVC has gone.
"""

import os
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from itertools import pairwise
from threading import Thread
from time import sleep

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
if platform.machine() in ("x86_64", "AMD64"):
    os.environ["OPENBLAS_CORETYPE"] = "Haswell"

_missing = [
    name
    for name in ("numpy", "yaml", "gensim", "tqdm", "psutil", "orjson", "msgspec", "zstandard")
    if find_spec(name) is None
]
if _missing:
    sys.exit(
        f"{sys.executable} lacks {', '.join(_missing)}: type `make repro`, "
        "or `make setup && . .venv/bin/activate`"
    )


def _end_with_dvc(stage: str, parent: int) -> None:
    """End the process within two seconds of DVC, so that no orphan writes into the next run.

    `parent`: the parent process, which is DVC or a waiting shell of DVC. When a process of the
    chain up to DVC ends, the processes below get another parent at once.
    """
    sleep(1)  # a shorter stage needs no watch
    import psutil

    def same_stage(process: int) -> bool:
        """Return True if DVC's name of the stage is in the environment of a process.

        The name is in the environment of all processes of the chain but DVC itself.
        """
        with suppress(psutil.AccessDenied):
            return psutil.Process(process).environ().get("DVC_STAGE") == stage
        return False

    chain = [os.getpid(), parent]
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        while chain[-1] and same_stage(chain[-1]):
            chain.append(psutil.Process(chain[-1]).ppid())
        # If DVC is gone already, the new parent of the shell is in another process group.
        while os.getpgid(chain[-1]) == os.getpgrp() and all(
            psutil.Process(process).ppid() == above for process, above in pairwise(chain)
        ):
            sleep(1)
    with suppress(OSError):
        os.write(
            2,
            f"{stage}: the DVC that ran this stage has gone: "
            "it ends and writes nothing more\n".encode(),
        )
    os._exit(1)


if "DVC_STAGE" in os.environ:
    Thread(target=_end_with_dvc, args=(os.environ["DVC_STAGE"], os.getppid()), daemon=True).start()


def run(stage: str, main: Callable[..., str], *arguments: str) -> None:
    """Call `main` with the paths of the command line, and print the summary line.

    Bad input ends in one line and exit code 1. `arguments`: names of the paths, in order.
    """
    from playlist2vec.base.errors import DataError
    from playlist2vec.base.visible import as_line, visible

    given = sys.argv[1:]
    if len(given) != len(arguments):
        sys.exit(f"usage: python -m stages.{stage} {' '.join(arguments)}")
    try:
        print(visible(f"{stage}: {main(*given)}"), flush=True)
    except (DataError, OSError) as error:
        sys.exit(f"{stage}: {as_line(error)}")
    except MemoryError:
        sys.exit(
            f"{stage}: out of memory: take a smaller data set, "
            "vector_size or min_count above the present one"
        )
