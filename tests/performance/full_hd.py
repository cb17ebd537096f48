"""Photographs as frames of 1920 x 1080, as cameras send them."""

from __future__ import annotations

from pathlib import Path

import cv2

WIDTH, HEIGHT = 1920, 1080


def full_hd_jpeg(photograph: Path) -> bytes:
    """Fit a photograph into the frame, the rest filled with its blurred self; return a JPEG."""
    image = cv2.imread(str(photograph))
    scale = min(WIDTH / image.shape[1], HEIGHT / image.shape[0])
    inner = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    frame = cv2.GaussianBlur(cv2.resize(image, (WIDTH, HEIGHT)), (0, 0), 40)
    top, left = (HEIGHT - inner.shape[0]) // 2, (WIDTH - inner.shape[1]) // 2
    frame[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
