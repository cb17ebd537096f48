"""The one tree of errors a caller has to know.

::

    SurveillanceError
    ├── RejectedInput       the image itself is at fault: recorded with its reason, never retried
    ├── TransientError      the surroundings failed: nothing is recorded, the queue tries again
    ├── InvalidMessage      a message that names no image of ours: ends in the dead-letter queue
    ├── ConfigurationError  a setting is missing or out of range: the start-up fails, naming it
    ├── ModelError          a network file is missing, altered or of the wrong shape: likewise
    └── GalleryError        the gallery is damaged or of another network: nothing is analysed
"""

from __future__ import annotations

from enum import StrEnum


class SurveillanceError(Exception):
    """Base of every error this system raises on purpose."""


class Reason(StrEnum):
    """Why an image was rejected; the values are part of the record format."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNSUPPORTED_FORMAT = "unsupported_format"
    BAD_HEADER = "bad_header"
    BAD_DIMENSIONS = "bad_dimensions"
    TOO_MANY_PIXELS = "too_many_pixels"
    UNDECODABLE = "undecodable"
    TRUNCATED = "truncated"
    OBJECT_MISSING = "object_missing"
    SUPERSEDED = "superseded"
    BAD_KEY = "bad_key"


class RejectedInput(SurveillanceError):
    """An image that can never be analysed, however often it is tried.

    Attributes:
        reason: the machine-readable code that goes into the record.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason


class TransientError(SurveillanceError):
    """A service that an image's way depends on failed or refused; a later try may succeed."""


class InvalidMessage(SurveillanceError):
    """A queue message that is no event of the bucket the images come from."""


class ConfigurationError(SurveillanceError):
    """A setting is missing, unknown or out of range."""


class ModelError(SurveillanceError):
    """A network file is missing, altered, or does not fulfil its contract."""


class GalleryError(SurveillanceError):
    """The gallery index is damaged, or its templates were made by another network."""
