"""Many pictures on one sheet, to be taken in at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

_TILE_WIDTH, _TILE_HEIGHT, _GAP = 480, 320, 8
_PAPER = 245


def contact_sheet(pictures: Sequence[Path], target: Path, columns: int = 4) -> Path:
    """Write all ``pictures`` onto one sheet, in reading order.

    Raises:
        OSError: a picture cannot be read or the sheet cannot be written.
    """
    rows = -(-len(pictures) // columns)
    height, width = _GAP + rows * (_TILE_HEIGHT + _GAP), _GAP + columns * (_TILE_WIDTH + _GAP)
    sheet = np.full((height, width, 3), _PAPER, np.uint8)
    for index, picture in enumerate(pictures):
        image = cv2.imread(str(picture))
        if image is None:
            raise OSError(f"{picture} cannot be read as an image")
        scale = min(_TILE_WIDTH / image.shape[1], _TILE_HEIGHT / image.shape[0])
        size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
        tile = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        row, column = divmod(index, columns)
        top = _GAP + row * (_TILE_HEIGHT + _GAP) + (_TILE_HEIGHT - size[1]) // 2
        left = _GAP + column * (_TILE_WIDTH + _GAP) + (_TILE_WIDTH - size[0]) // 2
        sheet[top : top + size[1], left : left + size[0]] = tile
    if not cv2.imwrite(str(target), sheet, [cv2.IMWRITE_JPEG_QUALITY, 88]):
        raise OSError(f"{target} cannot be written")
    return target
