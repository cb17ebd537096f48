"""The report beside the images of a video: which frames left, and which were withheld and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from vss.continuum.anonymise.errors import Reason

FORMAT = "vss.anonymised/1"


@dataclass(frozen=True, slots=True)
class FrameOutcome:
    """What became of a frame.

    Attributes:
        number: of the frame; its image is ``img<number>.jpg``.
        time_s: seconds since the first frame of the video.
        withheld: why it has no image; None where it has.
    """

    number: int
    time_s: float
    withheld: Reason | None

    @property
    def image(self) -> str | None:
        """Name of its image."""
        return None if self.withheld else image_name(self.number)


@dataclass(frozen=True, slots=True)
class Method:
    """How the frames were taken and anonymised."""

    interval_s: float
    cells: float
    model_set: str
    masks_set: str | None


def image_name(number: int) -> str:
    """Return the name of the image of a frame; numbers of withheld frames are left out."""
    return f"img{number}.jpg"


def build_report(
    method: Method, outcomes: tuple[FrameOutcome, ...], damage: str | None
) -> dict[str, Any]:
    """Return the report as it is written; it names nobody and no file."""
    withheld = Counter(outcome.withheld.value for outcome in outcomes if outcome.withheld)
    return {
        "format": FORMAT,
        "interval_s": method.interval_s,
        "cells": method.cells,
        "model_set": method.model_set,
        "masks_set": method.masks_set,
        "damage": damage,
        "images": sum(outcome.withheld is None for outcome in outcomes),
        "withheld": dict(sorted(withheld.items())),
        "frames": [
            {
                "number": outcome.number,
                "time_s": round(outcome.time_s, 3),
                "image": outcome.image,
                "withheld": outcome.withheld,
            }
            for outcome in outcomes
        ],
    }
