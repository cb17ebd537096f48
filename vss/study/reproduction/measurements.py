"""What was measured so far, in a file that is added to after every measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from vss.study.measurement_file import MeasurementFile
from vss.study.reproduction.plan import Cell, Way

_PC = "pc"


@dataclass(frozen=True, slots=True)
class CellTimes:
    """The times of one environment, milliseconds.

    Attributes:
        setup_ms: making its place: network, limits, credentials.
        init_ms: from starting the process until it asks for its first event.
        first_ms: the first invocation, a batch of one.
        warm_ms: each further invocation, by batch size.
    """

    setup_ms: float
    init_ms: float
    first_ms: float
    warm_ms: Mapping[int, tuple[float, ...]]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read what `asdict` made, its keys being texts in JSON."""
        warm = {int(size): tuple(times) for size, times in document["warm_ms"].items()}
        setup_ms, init_ms = float(document["setup_ms"]), float(document["init_ms"])
        return cls(setup_ms, init_ms, float(document["first_ms"]), warm)


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

    def find(self, cell: Cell) -> CellTimes | None:
        """Return the times of a cell; None if it was not measured yet."""
        found = self._file.get(cell.key)
        return None if found is None else CellTimes.of(found)

    def of(self, way: Way, memory_mb: int) -> list[CellTimes]:
        """Return the times of all rounds."""
        return [CellTimes.of(times) for times in self._file.below(f"{way}/{memory_mb}/")]

    def add(self, cell: Cell, times: CellTimes) -> None:
        """Keep the times of a cell."""
        self._file.put(cell.key, asdict(times))

    @property
    def pc_images_per_s(self) -> float | None:
        """What one PC does; None if it was not measured yet."""
        found: float | None = self._file.get(_PC)
        return found

    def add_pc(self, images_per_s: float) -> None:
        """Keep what one PC does."""
        self._file.put(_PC, images_per_s)
