"""Passages as the demo finds them, without any deployment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vss.continuum.demo.passage import FrameResult, Passage
from vss.continuum.demo.recordings import Recording
from vss.continuum.demo.scenes import Moment
from vss.continuum.edge.journal import Job, JobState, NewObject

MOMENTS = (Moment(), Moment(masked=1, unmasked=3), Moment(masked=1))
STORED = NewObject("minio.default", "videos", "input/door.mp4", "e", None, 1, "", "{}")
# Found at 100 s, its images made at 104 s and sent at 106 s; the script took 3 s.
JOB = Job(1, "split", STORED, JobState.DONE, 1, "", 100.0, 104.0, 106.0, 3.0)


def jpeg(brightness: int) -> bytes:
    image = np.full((108, 192, 3), brightness, np.uint8)
    return cv2.imencode(".jpg", image)[1].tobytes()


def report(state: str | None, masked: int | None, unmasked: int | None) -> dict[str, Any]:
    timings_ms = {"read": 10.0, "mask_detection": 40.0}
    reason = None if state else "not_an_image"
    return {
        "state": state,
        "reason": reason,
        "masked": masked,
        "unmasked": unmasked,
        "timings_ms": timings_ms,
    }


def passage(stem: str = "door", moments: tuple[Moment, ...] = MOMENTS) -> Passage:
    """Return one of three frames: nobody, danger, withheld."""
    frames = (
        FrameResult(1, 2.48, None, jpeg(60), report("nobody_seen", 0, 0), jpeg(61)),
        FrameResult(2, 7.48, None, jpeg(90), report("danger", 1, 3), jpeg(91)),
        FrameResult(3, 12.48, "body_without_head"),
    )
    return Passage(Recording(Path(f"{stem}.mp4"), moments), frames, JOB, 4.5)
