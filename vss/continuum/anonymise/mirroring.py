"""Beyond its border a frame goes on as its mirror image, so that what the border cuts is found.

Half a face or half a person becomes a whole one, which is what the networks know.
"""

from __future__ import annotations

import cv2
import numpy as np
from high_level_algorithms.types import Image


def mirrored(image: Image, across: int, down: int) -> Image:
    """Return a BGR frame with its mirror image around it.

    Args:
        image: uint8 [height, width, 3].
        across: columns more at the left and at the right, px.
        down: rows more above and below, px.
    """
    around = cv2.copyMakeBorder(image, down, down, across, across, cv2.BORDER_REFLECT)
    return np.asarray(around, np.uint8)
