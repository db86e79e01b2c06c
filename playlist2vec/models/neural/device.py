"""The device that torch runs on, prepared so that a training gives the same bytes again."""

import os

import torch

from playlist2vec.base.errors import DataError

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")


def prepare(name: str, parameter: str) -> torch.device:
    """Return the device `cpu` or `cuda`, and set one thread, deterministic algorithms and full
    precision.

    Raises DataError, naming `parameter`, where there is no such device.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise DataError(f"{parameter} = cuda: no CUDA device is there: expected cpu")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    # What finds reads of memory that nobody wrote: a tenth of the time of a training of towers.
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    return torch.device(name)
