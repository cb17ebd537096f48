"""Textures at all sizes, so that far surfaces do not shimmer.

Method: Williams, "Pyramidal parametrics", SIGGRAPH 1983.
"""

from __future__ import annotations

import weakref
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model_assets.training.rendering.scene import Image


class Pyramid(NamedTuple):
    """A texture and its halvings down to one pixel.

    Attributes:
        pixels: uint8 [n, 3], all levels one after the other, BGR.
        levels: int32 [k, 3], first pixel, height and width of each level.
    """

    pixels: Image
    levels: NDArray[np.int32]


_built: dict[int, tuple[weakref.ref[Image], Pyramid]] = {}


def build(texture: Image) -> Pyramid:
    """Return the pyramid of a BGR uint8 texture."""
    level = np.ascontiguousarray(texture)
    images = [level]
    while max(level.shape[:2]) > 1:
        size = max(1, level.shape[1] // 2), max(1, level.shape[0] // 2)
        level = cv2.resize(level, size, interpolation=cv2.INTER_AREA)
        images.append(level)
    shapes = [image.shape[:2] for image in images]
    starts = np.cumsum([0] + [height * width for height, width in shapes[:-1]])
    levels = np.column_stack([starts, shapes]).astype(np.int32)
    return Pyramid(np.concatenate([image.reshape(-1, 3) for image in images]), levels)


def pyramid_of(texture: Image) -> Pyramid:
    """Return the pyramid of a texture, built once for as long as the texture lives.

    A texture must therefore not be painted on after its first frame.
    """
    key = id(texture)
    known = _built.get(key)
    if known is not None and known[0]() is texture:
        return known[1]
    pyramid = build(texture)

    def forget(_: weakref.ref[Image]) -> None:
        _built.pop(key, None)

    _built[key] = (weakref.ref(texture, forget), pyramid)
    return pyramid
