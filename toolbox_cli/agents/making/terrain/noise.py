"""Gradient noise, by arithmetic that every machine rounds in the same way."""

from math import floor
from typing import Final

from toolbox_cli.core.chance import Chance

_GRADIENTS: Final = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_TABLE: Final = 256


class Noise:
    """A smooth field over the plane with values between -1 and 1, and 0 at the corners of its grid."""

    def __init__(self, *decisive: object) -> None:
        order = Chance("noise", *decisive).some(range(_TABLE), _TABLE)
        self._order = order + order

    def at(self, x: float, z: float) -> float:
        """Give the field's value; one unit is one cell of its grid."""
        left, top = floor(x), floor(z)
        dx, dz = x - left, z - top
        order, column, row = self._order, left & 255, top & 255
        near, far = order[column], order[column + 1]
        north = _mixed(_dot(order[near + row], dx, dz), _dot(order[far + row], dx - 1.0, dz), dx)
        south = _mixed(_dot(order[near + row + 1], dx, dz - 1.0), _dot(order[far + row + 1], dx - 1.0, dz - 1.0), dx)
        return _mixed(north, south, dz)

    def fractal(self, x: float, z: float, octaves: int = 4) -> float:
        """Add finer and finer fields, each half as strong as the one before; between -1 and 1."""
        value, strength, whole = 0.0, 1.0, 0.0
        for _ in range(octaves):
            value += strength * self.at(x, z)
            whole += strength
            strength *= 0.5
            x, z = 2.0 * x + 17.0, 2.0 * z + 31.0
        return value / whole


def smooth(share: float) -> float:
    """Bend 0 to 1 into 0 to 1, level at both ends; what lies outside is held."""
    held = min(1.0, max(0.0, share))
    return held * held * held * (held * (held * 6.0 - 15.0) + 10.0)


def _mixed(one: float, other: float, share: float) -> float:
    return one + (other - one) * (share * share * share * (share * (share * 6.0 - 15.0) + 10.0))


def _dot(number: int, dx: float, dz: float) -> float:
    gx, gz = _GRADIENTS[number & 7]
    return gx * dx + gz * dz
