"""Encoding of arrays as text in the page."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray


def text_of(array: NDArray[Any]) -> str:
    """Return the bytes of an array in base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
