"""Metrics in CloudWatch's embedded metric format: log lines that become metrics by themselves.

The stage is the one dimension. Each combination of dimensions is a metric of its own and costs its
own price a month, so the camera is a property: searchable in the log, free of charge.
"""

from __future__ import annotations

import time
from typing import Any

from high_level_algorithms.types import FaceStatus, FrameStatus

from business_logic.log import write_line
from business_logic.record import Json

NAMESPACE = "VSS"
_COUNTED_STATUS = {
    FrameStatus.ANALYSED: "FramesAnalysed",
    FrameStatus.COVERED: "FramesCovered",
    FrameStatus.REJECTED: "FramesRejected",
}
_COUNTED_FACES = {FaceStatus.IDENTIFIED: "FacesIdentified", FaceStatus.UNKNOWN: "FacesUnknown"}


class Metrics:
    """Writes the metrics of one stage."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def frame_recorded(self, record: Json, analysis_ms: float) -> None:
        """Count a frame and its faces; a rejected frame has no time of analysis."""
        status = FrameStatus(record["status"])
        counts = {_COUNTED_STATUS[status]: 1}
        if status is FrameStatus.ANALYSED:
            found = [person["face"]["status"] for person in record["persons"]]
            counts |= {name: found.count(face) for face, name in _COUNTED_FACES.items()}
        times = {} if status is FrameStatus.REJECTED else {"AnalysisTime": analysis_ms}
        self._emit(counts, times, camera_id=record["frame"]["camera_id"], reason=record["reason"])

    def frame_failed(self) -> None:
        """Count a message that goes back to the queue because it was not handled."""
        self._emit({"FramesFailed": 1}, {})

    def initialised(self, init_ms: float) -> None:
        """Tell how long the start took, from the first import to the loaded networks."""
        self._emit({}, {"InitTime": init_ms})

    def _emit(self, counts: dict[str, int], times_ms: dict[str, float], **properties: Any) -> None:
        definitions = [{"Name": name, "Unit": "Count"} for name in counts]
        definitions += [{"Name": name, "Unit": "Milliseconds"} for name in times_ms]
        metrics = {"Namespace": NAMESPACE, "Dimensions": [["Stage"]], "Metrics": definitions}
        write_line(
            {
                "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metrics]},
                "Stage": self._stage,
                **counts,
                **{name: round(value, 3) for name, value in times_ms.items()},
                **properties,
            }
        )
