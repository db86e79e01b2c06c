"""The torch device, prepared for trainings that give the same bytes again."""

import os

import torch

from playlist2vec.base.errors import DataError

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")


def prepare(name: str, parameter: str) -> torch.device:
    """Return the device `cpu` or `cuda`, prepared for reproducible training.

    Sets a single thread, deterministic algorithms and full precision. Raises DataError, naming
    `parameter`, if there is no such device.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise DataError(f"{parameter} = cuda: no CUDA device was found: expected cpu")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    # This check for reads of uninitialised memory takes a tenth of the time of training towers.
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    return torch.device(name)
