"""EXIF orientation: reading the tag and turning the pixels upright.

Source: CIPA DC-008 (Exif 2.32), section 4.6.4, tag 0x0112; the TIFF 6.0 structure around it.
"""

from __future__ import annotations

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

UPRIGHT = 1
_TAG_ORIENTATION = 0x0112
_TYPE_SHORT = 3
_ENTRY_BYTES = 12


def exif_orientation(tiff: bytes | memoryview) -> int:
    """Read the orientation from an EXIF block.

    Args:
        tiff: the block from its byte-order mark on, without the ``Exif`` prefix of JPEG.

    Returns:
        1 to 8. A block that is absent, damaged or holds another value counts as upright (1):
        the picture is whole without it, so it is no reason to reject the picture.
    """
    byte_order = {b"II": "<", b"MM": ">"}.get(bytes(tiff[:2]))
    if byte_order is None:
        return UPRIGHT
    try:
        return _first_directory_orientation(tiff, byte_order)
    except struct.error:  # an offset or a count that points past the block
        return UPRIGHT


def _first_directory_orientation(tiff: bytes | memoryview, byte_order: str) -> int:
    magic, directory = struct.unpack_from(f"{byte_order}HI", tiff, 2)
    if magic != 42:
        return UPRIGHT
    (entries,) = struct.unpack_from(f"{byte_order}H", tiff, directory)
    entry_format = struct.Struct(f"{byte_order}HHIH")
    for index in range(entries):
        tag, field_type, count, value = entry_format.unpack_from(
            tiff, directory + 2 + index * _ENTRY_BYTES
        )
        if tag == _TAG_ORIENTATION:
            valid = field_type == _TYPE_SHORT and count == 1 and 1 <= value <= 8
            return int(value) if valid else UPRIGHT
    return UPRIGHT


def apply_orientation(image: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn and mirror an image so that it is seen as it was taken.

    Args:
        image: uint8 [H, W, 3].
        orientation: EXIF value 1 to 8; 5 to 8 exchange rows and columns.

    Returns:
        C-contiguous uint8 [H, W, 3] or [W, H, 3]; the image itself where it is upright already.

    Raises:
        ValueError: the orientation is not 1 to 8.
    """
    match orientation:
        case 1:
            turned: cv2.typing.MatLike = image
        case 2:
            turned = cv2.flip(image, 1)
        case 3:
            turned = cv2.rotate(image, cv2.ROTATE_180)
        case 4:
            turned = cv2.flip(image, 0)
        case 5:
            turned = cv2.transpose(image)
        case 6:
            turned = cv2.rotate(image, cv2.ROTATE_90_CLOCKWISE)
        case 7:
            turned = cv2.flip(cv2.transpose(image), -1)
        case 8:
            turned = cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE)
        case _:
            raise ValueError(f"EXIF orientation {orientation}: allowed are 1 to 8")
    return np.asarray(turned, dtype=np.uint8)
