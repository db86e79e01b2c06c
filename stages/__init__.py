"""The stages of dvc.yaml, run as `python -m stages.<name>`; this file prepares the process for each
of them.

Numeric libraries are pinned here, before any of them is imported: one thread, so that two runs on
one machine give the same bits, and on x86-64 one kind of BLAS kernel, so that two kinds of CPU do.
And a stage that DVC started ends when that DVC has gone.
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
        f"{sys.executable} lacks {', '.join(_missing)}: type `make repro`, or `make setup && . .venv/bin/activate`"
    )


def _end_with_dvc(stage: str, parent: int) -> None:
    """End this process within two seconds of the DVC that runs it, so that an orphan never writes
    into the next run.

    `parent`: the process that started this one, which is DVC, or a shell of DVC's that waits. When
    any of the chain up to DVC ends, those below it get another parent at once.
    """
    sleep(1)  # a stage that is shorter needs no watch
    import psutil

    def same_stage(process: int) -> bool:
        """Whether DVC's name for the stage is in a process's environment, as in all of the chain
        but DVC itself.
        """
        with suppress(psutil.AccessDenied):
            return psutil.Process(process).environ().get("DVC_STAGE") == stage
        return False

    chain = [os.getpid(), parent]
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        while chain[-1] and same_stage(chain[-1]):
            chain.append(psutil.Process(chain[-1]).ppid())
        # Whoever adopted the shell of a DVC that is gone already belongs to another process group.
        while os.getpgid(chain[-1]) == os.getpgrp() and all(
            psutil.Process(process).ppid() == above for process, above in pairwise(chain)
        ):
            sleep(1)
    with suppress(OSError):
        os.write(
            2,
            f"{stage}: the DVC that ran this stage has gone: it ends and writes nothing more\n".encode(),
        )
    os._exit(1)


if "DVC_STAGE" in os.environ:
    Thread(target=_end_with_dvc, args=(os.environ["DVC_STAGE"], os.getppid()), daemon=True).start()


def run(stage: str, main: Callable[..., str], *arguments: str) -> None:
    """Call `main` with the command line's paths, print its summary line; bad input ends in one line
    and exit code 1.

    `arguments`: what the command line must give, in order.
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
            f"{stage}: out of memory: take a smaller data set, vector_size or min_count above the present one"
        )
