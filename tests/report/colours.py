"""Contrast of colours, and how far apart they are for people who see them differently."""

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
SEEN_BY = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Matrices for linear RGB: Machado, Oliveira, Fernandes, IEEE Trans. Vis. Comput. Graph. 15 (2009),
severity 1.
"""


def rgb(text: str) -> Colour:
    """The parts of a colour such as #0072b2."""
    red, green, blue = (int(text.strip()[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def _linear(colour: Colour) -> NDArray[np.float64]:
    parts = np.array(colour) / 255
    found: NDArray[np.float64] = np.where(
        parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
    )
    return found


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio, as WCAG 2 defines it."""
    lights = [float(_linear(each) @ [0.2126, 0.7152, 0.0722]) + 0.05 for each in (one, other)]
    return max(lights) / min(lights)


def apart(one: Colour, other: Colour) -> float:
    """The least distance in CIELAB over all kinds of sight."""
    return min(
        float(
            np.linalg.norm(
                _lab(np.clip(np.array(seen) @ _linear(one), 0, 1))
                - _lab(np.clip(np.array(seen) @ _linear(other), 0, 1))
            )
        )
        for seen in SEEN_BY.values()
    )


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ linear / np.array([0.9505, 1.0, 1.089])
    parts = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * parts[1] - 16, 500 * (parts[0] - parts[1]), 200 * (parts[1] - parts[2])])
