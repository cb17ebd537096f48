"""Runs the reference workflow on this machine, in both scenarios, and takes its times.

On premises both stages are jobs of the edge runner. At the edge and in the cloud the second one is
the function in the local AWS; both halves share this machine's cores then.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vss.continuum.cloud.deployment import WorkflowStack, apply_here, buckets, stack_outputs
from vss.continuum.edge.journal import Job, JobState
from vss.continuum.edge.runner import EdgeRunner
from vss.continuum.edge.services import EdgeService
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.fdl.loading import load
from vss.continuum.on_this_machine import make_buckets, services_here
from vss.local.deployment import LocalOptions, Running
from vss.local.progress import deploying
from vss.study.continuum.measurements import RunTimes
from vss.study.continuum.plan import CONCURRENCY, Cell, Scenario
from vss.study.continuum.subject import WORKFLOWS, StudyError, WorkflowSubject
from vss.study.frame_batches import FrameFolder
from vss.study.laboratory import StudiedFunction

if TYPE_CHECKING:
    from rich.console import Console
    from types_boto3_s3 import S3Client

ANONYMISE, MASKS = "anonymise-and-split", "mask-detection"
_FILES = {
    Scenario.LOCAL: WORKFLOWS / "on_premises.yaml",
    Scenario.HYBRID: WORKFLOWS / "mask_wearing.yaml",
}
_RESULTS, _LOCAL_RESULTS, _RESULT_FOLDER = "mask-detection", "mask-detection-here", "result"
_INPUT, _INPUT_FOLDER = "anonymise-and-split", "input"
_LOOK_S, _PATIENCE_S = 0.25, 900.0


@dataclass(frozen=True, slots=True)
class DeployedWorkflow:
    """The cloud half in the local AWS.

    Attributes:
        running: the local AWS.
        outputs: of the workflow's stack, by their descriptions.
    """

    running: Running
    outputs: Mapping[str, str]

    @property
    def buckets(self) -> Mapping[str, str]:
        """Names of the buckets in AWS by those in the file."""
        return buckets(self.outputs)

    @property
    def mask_function(self) -> StudiedFunction:
        """The function that finds masks."""
        name = self.outputs[f"function {MASKS}"]
        frames = FrameFolder(self.buckets[_RESULTS], "intermediate", "anonymised=true")
        return StudiedFunction(name, frames)


def deploy(running: Running, options: LocalOptions, console: Console) -> DeployedWorkflow:
    """Deploy the cloud half beside the stage."""
    stack = WorkflowStack.read(_FILES[Scenario.HYBRID], options.stage)
    with deploying(console) as (step, line):
        now = apply_here(stack, options, step, line)
    deployment = now.deployment
    return DeployedWorkflow(now, stack_outputs(stack, deployment.session, deployment.endpoint))


class TimedWorkflow:
    """Runs the workflow and takes its times.

    Args:
        deployed: the cloud half.
        subject: networks and video.
    """

    def __init__(self, deployed: DeployedWorkflow, subject: WorkflowSubject) -> None:
        self._deployed = deployed
        self._subject = subject
        self._s3: S3Client = deployed.running.deployment.s3

    def run(self, cell: Cell) -> RunTimes:
        """Let so many videos arrive at once and wait for all results.

        Raises:
            StudyError: an object was given up, every frame withheld, or results did not come.
        """
        services = self._services(cell.scenario)
        make_buckets(services, self._deployed.running.deployment)
        self._forget()
        name = f"{cell.scenario.name.lower()}-{cell.videos}-{cell.round}"
        with tempfile.TemporaryDirectory(prefix="vss-study-edge-") as folder:
            settings = RunnerSettings(Path(folder), CONCURRENCY, poll_interval_s=_LOOK_S)
            runner = EdgeRunner(services, settings, {}, lambda _line: None)
            # Before the runner looks: what is put while the emulated store lists it may be listed
            # with a wrong ETag, and is taken for two objects then.
            self._send(name, cell.videos)
            began_s = time.time()
            with _at_work(runner) as check:
                ended_s = self._await_results(cell, name, runner, check)
            jobs = {service: _done(runner, service) for service in (ANONYMISE, MASKS)}
            runner.close()
        sizes = self._image_bytes(name)
        return RunTimes(
            **_seconds(began_s, ended_s, jobs[ANONYMISE]),
            scripts_s=_runs_s(jobs[ANONYMISE]),
            jobs_s=_runs_s(jobs[MASKS]),
            frames=self._frames(name),
            images=len(sizes),
            image_bytes=sum(sizes) // len(sizes),
        )

    def _services(self, scenario: Scenario) -> tuple[EdgeService, ...]:
        loaded, deployed = load(_FILES[scenario]), self._deployed
        # Undeclared, the store of the edge is the local AWS.
        providers = loaded.workflow.storage_providers.model_copy(update={"minio": {}})
        own = loaded.workflow.model_copy(update={"storage_providers": providers})
        names = deployed.buckets if scenario is Scenario.HYBRID else {}
        services = services_here(replace(loaded, workflow=own), names, deployed.running.state)
        variables = {
            "VSS_PYTHON": sys.executable,
            "VSS_MANIFEST": str(self._subject.manifest.resolve()),
            "VSS_MODEL_SET": self._subject.model_set,
            "VSS_MASK_SET": self._subject.mask_set,
        }
        return tuple(
            replace(one, description=replace(one.description, variables=variables))
            for one in services
        )

    def _forget(self) -> None:
        """Remove what runs before have left at the edge: this one's runner knows none of it."""
        there = {bucket["Name"] for bucket in self._s3.list_buckets()["Buckets"]}
        for bucket in there & {_INPUT, _LOCAL_RESULTS}:
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for found in page.get("Contents", []):
                    self._s3.delete_object(Bucket=bucket, Key=found["Key"])

    def _send(self, name: str, videos: int) -> None:
        """Put the video so many times."""
        body = self._subject.video.read_bytes()
        for number in range(videos):
            key = f"{_INPUT_FOLDER}/{name}-{number}.mp4"
            self._s3.put_object(Bucket=_INPUT, Key=key, Body=body)

    def _await_results(
        self, cell: Cell, name: str, runner: EdgeRunner, check: Callable[[], None]
    ) -> float:
        """Return when the last result came, seconds since the epoch."""
        until_s, found, wanted = time.monotonic() + _PATIENCE_S, 0, 0
        while not wanted or found < wanted:
            time.sleep(_LOOK_S)
            check()
            if given_up := runner.journal.jobs(JobState.FAILED):
                raise StudyError(f"{given_up[0].service} gave an object up: {given_up[0].reason}")
            if not wanted and len(_done(runner, ANONYMISE)) == cell.videos:
                wanted = len(self._image_bytes(name))
            if wanted:
                found = self._results(cell.scenario, name, runner)
            if time.monotonic() > until_s:
                raise StudyError(
                    f"after {_PATIENCE_S:.0f} s there are {found} of {wanted} results; the "
                    f"functions' logs lie in {self._deployed.running.folder / 'logs'}"
                )
        if cell.scenario is Scenario.LOCAL:
            return max(job.ended_at or 0.0 for job in _done(runner, MASKS))
        return time.time()

    def _results(self, scenario: Scenario, name: str, runner: EdgeRunner) -> int:
        if scenario is Scenario.LOCAL:
            return len(_done(runner, MASKS))
        # The report of an image is written last.
        bucket = self._deployed.buckets[_RESULTS]
        return sum(1 for _ in self._sizes(bucket, f"{_RESULT_FOLDER}/{name}-", ".json"))

    def _image_bytes(self, name: str) -> list[int]:
        """Return the sizes of the images of a run.

        Raises:
            StudyError: there is none.
        """
        found = list(self._sizes(_INPUT, f"output/{name}-", ".jpg"))
        if not found:
            raise StudyError("every frame of the video is withheld; the workflow has nothing to do")
        return found

    def _frames(self, name: str) -> int:
        """Return how many frames were taken of a video, by its report."""
        key = f"output/{name}-0/report.json"
        report = json.loads(self._s3.get_object(Bucket=_INPUT, Key=key)["Body"].read())
        return len(report["frames"])

    def _sizes(self, bucket: str, prefix: str, suffix: str) -> Iterator[int]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for found in page.get("Contents", []):
                if found["Key"].endswith(suffix):
                    yield found["Size"]


def _done(runner: EdgeRunner, service: str) -> list[Job]:
    return [job for job in runner.journal.jobs(JobState.DONE) if job.service == service]


def _seconds(began_s: float, ended_s: float, scripts: Sequence[Job]) -> dict[str, float]:
    produced_s = min(job.produced_at or 0.0 for job in scripts)
    sent_s = max(job.ended_at or 0.0 for job in scripts)
    return {
        "anonymise_s": round(sent_s - began_s, 3),
        "masks_s": round(ended_s - produced_s, 3),
        "total_s": round(ended_s - began_s, 3),
    }


def _runs_s(jobs: Sequence[Job]) -> tuple[float, ...]:
    return tuple(round(job.run_s or 0.0, 3) for job in jobs)


@contextmanager
def _at_work(runner: EdgeRunner) -> Iterator[Callable[[], None]]:
    """Let a runner work beside us; give what raises the error that ended it, if one did."""
    errors: list[Exception] = []

    def work() -> None:
        try:
            runner.run()
        except Exception as error:
            errors.append(error)

    def check() -> None:
        if errors:
            raise errors[0]

    thread = threading.Thread(target=work, name="edge-runner")
    thread.start()
    try:
        yield check
    finally:
        runner.stop()
        thread.join()
