"""What was measured so far of the workflow, in a file that is added to after every measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from vss.study.continuum.plan import Cell, Scenario
from vss.study.measurement_file import MeasurementFile
from vss.study.tuning.power_stats import Invocation, Measured

_TUNING, _COLD = "tuning", "cold"


@dataclass(frozen=True, slots=True)
class RunTimes:
    """A run of the workflow, seconds.

    Attributes:
        anonymise_s: from the videos' arrival until the last of their images is where it belongs.
        masks_s: from the end of the first script, when the first images are there, to the last
            result.
        total_s: from the videos' arrival to the last result.
        scripts_s: of each video: download, decoding, anonymising.
        jobs_s: of each image, where jobs of the cluster detect masks; else empty.
        frames: taken of a video, those that were withheld among them.
        images: of all videos.
        image_bytes: of an image, on average.
    """

    anonymise_s: float
    masks_s: float
    total_s: float
    scripts_s: tuple[float, ...]
    jobs_s: tuple[float, ...]
    frames: int
    images: int
    image_bytes: int

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read what `asdict` made."""
        scripts, jobs = (tuple(document[name]) for name in ("scripts_s", "jobs_s"))
        return cls(**{**document, "scripts_s": scripts, "jobs_s": jobs})


class Measurements:
    """The measurements of one subject.

    Args:
        path: of the file.
        subject: what is measured, and where; measurements of another subject are refused.
        fresh: forget what is there.

    Raises:
        ConfigurationError: the file is none of ours, or of another subject.
    """

    def __init__(self, path: Path, subject: Mapping[str, str], fresh: bool = False) -> None:
        self._file = MeasurementFile(path, subject, fresh)

    @property
    def subject(self) -> Mapping[str, str]:
        """What was measured, and where."""
        return self._file.subject

    def find(self, cell: Cell) -> RunTimes | None:
        """Return the times of a run; None if it was not made yet."""
        found = self._file.get(cell.key)
        return None if found is None else RunTimes.of(found)

    def runs(self, scenario: Scenario, videos: int = 1) -> list[RunTimes]:
        """Return the times of all rounds, in the order in which they were made."""
        return [RunTimes.of(times) for times in self._file.below(f"run/{scenario}/{videos}/")]

    def add(self, cell: Cell, times: RunTimes) -> None:
        """Keep the times of a run."""
        self._file.put(cell.key, asdict(times))

    @property
    def tuning(self) -> tuple[Measured, ...]:
        """Invocations of the mask function by memory; empty if they were not made yet."""
        found = self._file.get(_TUNING) or []
        return tuple(
            Measured(one["power"], _invocations(one["invocations"]), one["failure"])
            for one in found
        )

    def add_tuning(self, measured: tuple[Measured, ...]) -> None:
        """Keep the invocations by memory."""
        self._file.put(_TUNING, [asdict(one) for one in measured])

    @property
    def cold(self) -> tuple[Invocation, ...]:
        """First invocations at the paper's memory; empty if they were not made yet."""
        return _invocations(self._file.get(_COLD) or [])

    def add_cold(self, invocations: tuple[Invocation, ...]) -> None:
        """Keep first invocations at the paper's memory."""
        self._file.put(_COLD, [asdict(one) for one in invocations])


def _invocations(documents: list[Mapping[str, Any]]) -> tuple[Invocation, ...]:
    return tuple(Invocation(**one) for one in documents)
