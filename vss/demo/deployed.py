"""The demo's deployment: frames dropped, records awaited, findings and a trace drawn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import cv2
from business_logic.record import Json
from deep_learning.decode import decode_image
from rich.console import Console
from rich.progress import Progress

from vss.cloud.deployment import Deployment
from vss.cloud.put import put_images
from vss.cloud.records import RecordReader, await_records
from vss.cloud.trace import Trace, read_traces, recent_trace_ids
from vss.demo.shots import Shot
from vss.view.annotation import annotate
from vss.view.record_findings import findings_of

RECORD_LIMIT_S = 60.0
_TRACE_LIMIT_MINUTES = 10
_START = "Initialization"
_TRACE_WAIT_S, _TRACE_POLL_S = 15.0, 0.3


def drop_and_await(
    deployment: Deployment, shots: Sequence[Shot], console: Console
) -> list[tuple[Shot, Json | None]]:
    """Drop all shots, wait for their records; None for a record that has not come."""
    reader = RecordReader.of_new(deployment, None)
    frames: dict[tuple[str, str], Shot] = {}
    with Progress(console=console) as progress:
        dropping = progress.add_task("Dropping images", total=len(shots))
        awaiting = progress.add_task("Awaiting records", total=len(shots))
        by_camera = sorted(shots, key=lambda shot: shot.camera_id)
        for camera, group in groupby(by_camera, key=lambda shot: shot.camera_id):
            taken = list(group)
            paths = [shot.path for shot in taken]
            put = put_images(deployment, paths, camera, lambda _: progress.advance(dropping))
            frames |= {item.frame: shot for item, shot in zip(put, taken, strict=True)}
        found = await_records(reader, frames, RECORD_LIMIT_S, lambda _: progress.advance(awaiting))
    return [(shot, found.get(frame)) for frame, shot in frames.items()]


def draw_findings(results: Sequence[tuple[Shot, Json | None]], folder: Path) -> list[Path]:
    """Draw what the records say onto the images they are of; rejected images are left out."""
    folder.mkdir(parents=True)
    pictures = []
    for shot, record in results:
        findings = None if record is None else findings_of(record)
        if findings is not None:
            image = decode_image(shot.path.read_bytes())
            pictures.append(folder / f"{shot.camera_id}-{shot.path.stem}.jpg")
            cv2.imwrite(str(pictures[-1]), annotate(image, findings))
    return pictures


def clearest_trace(deployment: Deployment, frames: int) -> Trace | None:
    """Return the trace that shows most stages with fewest spans; None without any.

    Traces arrive a moment after the records: waits until all ``frames`` are in one.
    """
    deadline = time.monotonic() + _TRACE_WAIT_S
    while True:
        traces = read_traces(deployment, recent_trace_ids(deployment, _TRACE_LIMIT_MINUTES))
        traced = sum(span.name == "frame" for trace in traces for span in trace.spans)
        if traced >= frames or time.monotonic() > deadline:
            return max(traces, key=_clarity, default=None)
        time.sleep(_TRACE_POLL_S)


def _clarity(trace: Trace) -> tuple[int, bool, int]:
    """Rate a trace: many stages, no start that dwarfs them, few repetitions."""
    names = {span.name for span in trace.spans}
    return len(names - {_START}), _START not in names, -len(trace.spans)
