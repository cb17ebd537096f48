"""The report on the enrolment of a photograph, ``vss.enrolment/1``; it lies beside it.

It may name the person, as its key does: it lies in the gallery bucket and goes with the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from business_logic.record import Json
from business_logic.version import __version__

REPORT_FORMAT = "vss.enrolment/1"


class EnrolmentStatus(StrEnum):
    """What became of a photograph; the values are part of the report."""

    ENROLLED = "enrolled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EnrolmentOutcome:
    """What became of a photograph.

    Attributes:
        status: in one word.
        reason: machine-readable, None where it was enrolled.
        text: the reason in words, None likewise.
        quality: figures of the face, as far as it was measured.
        gallery_version: of the index that it was compared with, or is part of.
    """

    status: EnrolmentStatus
    reason: str | None = None
    text: str | None = None
    quality: Mapping[str, float] | None = None
    gallery_version: int | None = None


def build_report(key: str, version_id: str | None, outcome: EnrolmentOutcome) -> Json:
    """Return the report, ready for ``json.dumps``."""
    quality = outcome.quality
    return {
        "format": REPORT_FORMAT,
        "photograph": {"key": key, "version_id": version_id},
        "status": outcome.status,
        "reason": outcome.reason,
        "text": outcome.text,
        "quality": None
        if quality is None
        else {name: round(float(value), 3) for name, value in quality.items()},
        "gallery_version": outcome.gallery_version,
        "software": {"name": "vss", "version": __version__},
    }
