"""Why a frame or a whole video stays at the site.

::

    SurveillanceError
    └── VideoError    the video as a whole cannot be sampled: no frame of it leaves
"""

from __future__ import annotations

from enum import StrEnum

from deep_learning.errors import SurveillanceError


class VideoError(SurveillanceError):
    """A file that is no video of ours, or holds no frame that can be sampled."""


class Reason(StrEnum):
    """Why a frame was withheld; the values are part of the report's format."""

    DECODER_ERROR = "decoder_error"
    NOT_DECODED = "not_decoded"
    BAD_DIMENSIONS = "bad_dimensions"
    UNJUDGEABLE = "unjudgeable"
    DETECTOR_FAILED = "detector_failed"
    BODY_WITHOUT_HEAD = "body_without_head"
    UNCERTAIN_HEAD = "uncertain_head"
    TOO_MANY_HEADS = "too_many_heads"
    OBSCURING_FAILED = "obscuring_failed"
