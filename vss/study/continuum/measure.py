"""Measures what is missing: runs of the workflow, and the mask function by memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from vss.local.data_plane.python_runtime import installed_runtime
from vss.local.deployment import LocalOptions, host_packages
from vss.study.continuum import paper
from vss.study.continuum.measurements import Measurements
from vss.study.continuum.plan import COLD_STARTS, CONCURRENCY, INVOCATIONS, MEMORIES_MB, Cell
from vss.study.continuum.subject import WorkflowSubject
from vss.study.continuum.timed_workflow import DeployedWorkflow, TimedWorkflow, deploy
from vss.study.laboratory import Laboratory, laboratory_in, sandboxed_aws
from vss.study.progress import shown
from vss.study.tuning.local_function import LocalFunction
from vss.study.tuning.tuner import tune
from vss.study.tuning.tuning_input import TuningInput


def measure_missing(
    subject: WorkflowSubject,
    runs: Sequence[Cell],
    measurements: Measurements,
    console: Console,
    invocations: int = INVOCATIONS,
) -> None:
    """Measure what was not yet.

    Args:
        subject: networks and video.
        runs: of the workflow.
        measurements: what there is; takes what is made.
        console: shows how far it is.
        invocations: at each memory.

    Raises:
        ConfigurationError: this machine has no sandbox.
        StudyError: the workflow did not do its work.
        StartError: the function did not.
    """
    missing = [cell for cell in runs if measurements.find(cell) is None]
    if not missing and measurements.tuning and measurements.cold:
        return
    with tempfile.TemporaryDirectory(prefix="vss-study-") as name:
        options = LocalOptions(
            settings={"model_set": subject.model_set, "max_concurrency": CONCURRENCY},
            manifest=subject.manifest.resolve(),
            folder=Path(name),
        )
        with sandboxed_aws(options, console) as running:
            deployed = deploy(running, options, console)
            workflow = TimedWorkflow(deployed, subject)
            for cell in shown(missing, _text, console):
                measurements.add(cell, workflow.run(cell))
            if not (measurements.tuning and measurements.cold):
                _measure_function(deployed, subject.image(), invocations, measurements, console)


def _text(cell: Cell) -> str:
    videos = "1 video" if cell.videos == 1 else f"{cell.videos} videos"
    return f"{cell.scenario}, {videos}, round {cell.round + 1}"


def _measure_function(
    deployed: DeployedWorkflow,
    image: bytes,
    invocations: int,
    measurements: Measurements,
    console: Console,
) -> None:
    packages = Path(host_packages())
    runtime, function = installed_runtime(), deployed.mask_function
    with laboratory_in(deployed.running, runtime, packages, function) as laboratory:
        for step in _steps(laboratory, image, invocations, measurements, console):
            console.print(step)


def _steps(
    laboratory: Laboratory,
    image: bytes,
    invocations: int,
    measurements: Measurements,
    console: Console,
) -> Iterator[str]:
    fields = {"powerValues": list(MEMORIES_MB), "num": invocations}
    tuned = TuningInput.of(fields)
    package = laboratory.deployed_package()
    if not measurements.tuning:
        with (
            closing(LocalFunction(laboratory, package, tuned, image)) as function,
            Progress(console=console, transient=True) as progress,
        ):
            task = progress.add_task("mask function", total=len(MEMORIES_MB) * invocations)
            found = tune(tuned, function, lambda count: progress.advance(task, count))
        measurements.add_tuning(found.measured)
        yield "mask function: measured by memory"
    if not measurements.cold:
        starts = TuningInput.of({"num": COLD_STARTS, "onlyColdStarts": True})
        with closing(LocalFunction(laboratory, package, starts, image)) as function:
            found_cold = function.invoke(paper.MEMORY_MB, range(COLD_STARTS))
        measurements.add_cold(tuple(found_cold))
        yield f"mask function: {COLD_STARTS} cold starts at {paper.MEMORY_MB:,} MB"
