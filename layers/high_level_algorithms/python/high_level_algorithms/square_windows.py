"""Square windows over a frame: small things are sought in parts of it, large ones in the whole."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

_OVERLAP = 0.25
# Below this many sides of the network's picture nothing is gained by looking at parts.
_LEAST_SIDES = 2.0
_LONGER_THAN_SIDE = 1.5
_OF_SHORTER_SIDE = 2 / 3


class SquareWindow(NamedTuple):
    """A square region of a frame in pixels; the one of the whole frame reaches beyond it."""

    left: int
    top: int
    side: int


def square_windows(width: int, height: int, network_side: int) -> tuple[SquareWindow, ...]:
    """Return the windows of a frame: all of it first, then overlapping parts of a large one.

    Args:
        width: of the frame, px.
        height: of the frame, px.
        network_side: of the picture that the network takes, px.
    """
    whole = SquareWindow(0, 0, max(width, height))
    side = max(ceil(_LEAST_SIDES * network_side), ceil(_OF_SHORTER_SIDE * min(width, height)))
    if side * _LONGER_THAN_SIDE > whole.side:
        return (whole,)
    lefts, tops = starts(width, side), starts(height, side)
    return (whole, *(SquareWindow(left, top, side) for top in tops for left in lefts))


def starts(length: int, side: int, overlap: float = _OVERLAP) -> list[int]:
    """Return where parts of ``side`` px begin that overlap and end with ``length`` px."""
    steps = max(0, ceil((length - side) / ((1 - overlap) * side)))
    if not steps:
        return [0]
    return [round(number * (length - side) / steps) for number in range(steps + 1)]
