"""The way of a video through the workflow, and what became of each of its frames."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from business_logic.record import Json
from rich.console import Console
from rich.progress import Progress

from vss.continuum.demo.recordings import Recording
from vss.continuum.demo.workflow_here import WorkflowHere
from vss.continuum.edge.journal import Job


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """What became of a frame.

    Attributes:
        number: 1, 2, 3 … in the order of time.
        time_s: seconds since the beginning of the video.
        withheld: why it stayed at the edge; None where it left.
        anonymised: the JPEG file that lies in the cloud; None where it was withheld.
        report: ``vss.masks/1``; likewise.
        drawn: the JPEG file with boxes; likewise, and where the function rejected the image.
    """

    number: int
    time_s: float
    withheld: str | None
    anonymised: bytes | None = None
    report: Json | None = None
    drawn: bytes | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """What became of a video.

    Attributes:
        recording: the video.
        frames: all that were sampled.
        job: the edge runner's account of it.
        cloud_s: seconds from the first image sent until the last result was seen.
    """

    recording: Recording
    frames: tuple[FrameResult, ...]
    job: Job
    cloud_s: float


def pass_through(
    workflow: WorkflowHere, recordings: Sequence[Recording], state: Path, console: Console
) -> list[Passage]:
    """Let videos go all the way, one after the other.

    Args:
        workflow: that is deployed.
        recordings: each of another stem.
        state: folder of the edge runner.
        console: is told how it goes.

    Raises:
        PassageError: the edge gave a video up, or results have not come.
    """
    return [_pass(workflow, recording, state, console) for recording in recordings]


def _pass(workflow: WorkflowHere, recording: Recording, state: Path, console: Console) -> Passage:
    stem, key = recording.path.stem, workflow.put(recording.path)
    with console.status(f"Edge runner: {workflow.edge.name} {recording.path.name}"):
        job = workflow.run_edge(key, state, lambda line: _say(line, console))
    frames = workflow.edge_report(stem)["frames"]
    sent = [frame["number"] for frame in frames if frame["withheld"] is None]
    with Progress(console=console) as progress:
        task = progress.add_task(f"Awaiting what the cloud says of {stem}", total=len(sent))
        reports = workflow.await_reports(stem, sent, lambda: progress.advance(task))
    cloud_s = time.time() - (job.produced_at or 0.0)
    results = tuple(
        _result(workflow, stem, frame, reports.get(frame["number"])) for frame in frames
    )
    return Passage(recording, results, job, cloud_s)


def _result(workflow: WorkflowHere, stem: str, frame: Json, report: Json | None) -> FrameResult:
    number, time_s = frame["number"], frame["time_s"]
    if report is None:
        return FrameResult(number, time_s, frame["withheld"])
    image, drawn = workflow.anonymised(stem, number), workflow.drawn(report)
    return FrameResult(number, time_s, None, image, report, drawn)


def _say(line: str, console: Console) -> None:
    console.print(f"  {line}", style="dim", markup=False, soft_wrap=True)
