"""Makes the demo's video: H.264, 1920 x 1080, the same bytes for the same scenes.

A scene is rendered once and held for five seconds while the camera swings over it, with fresh noise
in each frame: 25 renders a second would take most of an hour a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.codec.context import Flags
from high_level_algorithms.types import Image

from vss.continuum.demo.scenes import HEIGHT, PAN_X, PAN_Y, WIDTH, Scene

SCENE_S = 5.0
RATE = 25
_NOISE = 1.2  # standard deviation, of 255
_OPTIONS = {"preset": "superfast", "crf": "25"}
# Their number changes the bytes, so it is not that of this machine's processors.
_THREADS = 2


def write_video(
    path: Path,
    scenes: Sequence[Scene],
    seconds: float | None = None,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Write a video of the scenes, one each five seconds, from the first again after the last.

    Args:
        path: of the MP4 file.
        scenes: of `render_scenes`.
        seconds: length of the video; None: each scene once.
        watch: is told how many frames are done, and of how many.
    """
    planes = [_planes(scene.picture) for scene in scenes]
    noise = _noise()
    total = round((len(scenes) * SCENE_S if seconds is None else seconds) * RATE)
    per_scene = round(SCENE_S * RATE)
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=RATE, options=_OPTIONS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.gop_size, stream.max_b_frames = 2 * RATE, 0  # as cameras send it
        stream.codec_context.thread_count = _THREADS
        stream.codec_context.flags |= Flags.bitexact
        for number in range(total):
            scene, step = divmod(number, per_scene)
            picture = _seen(planes[scene % len(planes)], step / RATE, noise, number)
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
            watch(number + 1, total)
        container.mux(stream.encode())
    return path


def corner_at(time_s: float) -> tuple[int, int]:
    """Return x and y in the scene's picture of the frame's upper left corner, even numbers."""
    share = time_s % SCENE_S / SCENE_S
    return 2 * round(share * PAN_X / 2), 2 * round(share * PAN_Y / 2)


def _planes(picture: Image) -> tuple[Image, Image, Image]:
    """Return brightness and, of half the size, both colour differences."""
    height, width = picture.shape[:2]
    stacked = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
    colours = stacked[height:].reshape(2, height // 2, width // 2)
    return stacked[:height], colours[0], colours[1]


def _noise() -> Image:
    """Return noise around 128, uint8, larger than a frame, to be taken from any place."""
    rng = np.random.default_rng(0)
    grain = rng.normal(128, _NOISE, (HEIGHT + 256, WIDTH + 256))
    return np.asarray(np.rint(grain), np.uint8)


def _seen(planes: tuple[Image, Image, Image], time_s: float, noise: Image, number: int) -> Image:
    """Return the part that the camera sees after seconds of a scene, I420 [1620, 1920]."""
    left, top = corner_at(time_s)
    bright, blue, red = planes
    shift = (number * 97) % 256, (number * 61) % 256
    grain = noise[shift[0] : shift[0] + HEIGHT, shift[1] : shift[1] + WIDTH]
    part = bright[top : top + HEIGHT, left : left + WIDTH]
    # Sums below 0 and above 255 stay there instead of turning over.
    noisy = cv2.addWeighted(part, 1.0, grain, 1.0, -128.0)
    colours = [
        plane[top // 2 : (top + HEIGHT) // 2, left // 2 : (left + WIDTH) // 2]
        for plane in (blue, red)
    ]
    halves = [np.ascontiguousarray(plane).reshape(-1, WIDTH) for plane in colours]
    return np.vstack([noisy, *halves])
