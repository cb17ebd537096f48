"""The one tree of errors a caller has to know.

::

    SurveillanceError
    ├── RejectedInput       the image itself is at fault: recorded with its reason, never retried
    ├── ConfigurationError  a setting is missing or out of range: the start-up fails, naming it
    └── ModelError          a network file is missing, altered or of the wrong shape: likewise
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


class RejectedInput(SurveillanceError):
    """An image that can never be analysed, however often it is tried.

    Attributes:
        reason: the machine-readable code that goes into the record.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason


class ConfigurationError(SurveillanceError):
    """A setting is missing, unknown or out of range."""


class ModelError(SurveillanceError):
    """A network file is missing, altered, or does not fulfil its contract."""
