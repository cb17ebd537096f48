"""What was measured so far: one JSON file, added to after every measurement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from deep_learning.errors import ConfigurationError

from vss.study.reproduction.plan import Cell, Way


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
        self._path = path
        self._document: dict[str, Any] = {"subject": dict(subject), "cells": {}, "pc": None}
        if path.exists() and not fresh:
            self._document = self._read(subject)

    @property
    def subject(self) -> Mapping[str, str]:
        """What was measured, and where."""
        found: Mapping[str, str] = self._document["subject"]
        return found

    def find(self, cell: Cell) -> CellTimes | None:
        """Return the times of a cell; None if it was not measured yet."""
        found = self._document["cells"].get(cell.key)
        return None if found is None else CellTimes.of(found)

    def of(self, way: Way, memory_mb: int) -> list[CellTimes]:
        """Return the times of all rounds."""
        beginning = f"{way}/{memory_mb}/"
        cells = self._document["cells"].items()
        return [CellTimes.of(times) for key, times in cells if key.startswith(beginning)]

    def add(self, cell: Cell, times: CellTimes) -> None:
        """Keep the times of a cell."""
        self._document["cells"][cell.key] = asdict(times)
        self._write()

    @property
    def pc_images_per_s(self) -> float | None:
        """What one PC does; None if it was not measured yet."""
        found: float | None = self._document["pc"]
        return found

    def add_pc(self, images_per_s: float) -> None:
        """Keep what one PC does."""
        self._document["pc"] = images_per_s
        self._write()

    def _read(self, subject: Mapping[str, str]) -> dict[str, Any]:
        try:
            document: dict[str, Any] = json.loads(self._path.read_text("utf-8"))
            found = document["subject"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"{self._path} cannot be read ({error!r}); --fresh measures again"
            ) from error
        if found != dict(subject):
            changed = sorted(name for name in subject if found.get(name) != subject[name])
            raise ConfigurationError(
                f"{self._path} holds measurements of something else ({', '.join(changed)} "
                "changed); --fresh forgets them, --out puts the new ones elsewhere"
            )
        return document

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(self._document, indent=1) + "\n", "utf-8")
        part.replace(self._path)
