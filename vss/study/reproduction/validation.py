"""Whether the cost model predicts: a handful of measured invocations against a replayed run.

The prediction is made before the run, from the laboratory: an environment of the function that
nobody else uses. The run is the deployed app: frames dropped at an even pace, notification, queue,
event source mapping, and every invocation billed as the journal of the data plane tells it.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deep_learning.errors import SurveillanceError
from rich.console import Console
from rich.progress import Progress

from vss.cloud.deployment import Deployment
from vss.cloud.redrive import FRAMES
from vss.local.data_plane.python_runtime import installed_runtime
from vss.local.deployment import LocalOptions, host_packages, up
from vss.local.progress import deploying
from vss.study.cost_model import price
from vss.study.laboratory import Laboratory, deployed_laboratory
from vss.study.subject import Subject

TOLERANCE = 0.10
_ENVIRONMENTS = 2
_DRAIN_S = 300.0


class ReplayError(SurveillanceError):
    """The replayed run did not end as it must for a comparison."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What is replayed.

    Attributes:
        frames: how many; each is one invocation.
        per_s: frames a second.
        memory_mb: of the function.
        sample: warm invocations that the prediction is made from.
    """

    frames: int = 1000
    per_s: float = 8.0
    memory_mb: int = 1769
    sample: int = 100


@dataclass(frozen=True, slots=True)
class Billed:
    """An invocation as Lambda bills it.

    Attributes:
        duration_ms: of the handler.
        init_ms: of the initialisation before it, 0 where the environment was warm.
    """

    duration_ms: float
    init_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Validation:
    """Prediction and run.

    Attributes:
        invocations: of the run.
        cold: of them, with an initialisation.
        predicted_usd: before the run.
        billed_usd: by the run's own durations.
    """

    invocations: int
    cold: int
    predicted_usd: float
    billed_usd: float

    @property
    def error(self) -> float:
        """The prediction's share too much, negative: too little."""
        return self.predicted_usd / self.billed_usd - 1

    @property
    def holds(self) -> bool:
        """Whether the prediction is within the tolerance."""
        return abs(self.error) <= TOLERANCE


def validate(subject: Subject, image: bytes, replay: Replay, console: Console) -> Validation:
    """Predict what a run costs, run it, compare.

    Raises:
        ConfigurationError: this machine has no sandbox.
        ReplayError: frames were lost, failed or were batched.
    """
    with tempfile.TemporaryDirectory(prefix="vss-study-") as name:
        settings = {
            "model_set": subject.model_set,
            "memory_mb": replay.memory_mb,
            "batch_size": 1,
            "max_concurrency": _ENVIRONMENTS,
        }
        manifest = subject.manifest.resolve()
        options = LocalOptions(settings=settings, manifest=manifest, folder=Path(name))
        packages = Path(host_packages())
        with deployed_laboratory(options, installed_runtime(), console, packages) as laboratory:
            cold, warm = _sample(laboratory, image, replay)
            deployment = laboratory.deployment
            # The sample's frames have left their messages there.
            deployment.sqs.purge_queue(QueueUrl=deployment.output(FRAMES.queue))
            with deploying(console) as (step, line):
                up(options, step, line)
            journal = _Journal(options.folder / "invocations.jsonl")
            _drop(deployment, image, replay, console)
            billed = read_journal(journal.await_lines(replay.frames), replay.frames)
    return compare(cold, warm, billed, replay.memory_mb)


def compare(
    cold: Sequence[Billed], warm: Sequence[Billed], billed: Sequence[Billed], memory_mb: int
) -> Validation:
    """Hold the prediction from samples of cold and warm invocations against those of a run.

    As many cold ones are foreseen as environments may work at a time.
    """
    count = len(billed)
    foreseen_cold = min(_ENVIRONMENTS, count)
    predicted = foreseen_cold * _mean_usd(cold, memory_mb)
    predicted += (count - foreseen_cold) * _mean_usd(warm, memory_mb)
    return Validation(
        invocations=count,
        cold=sum(one.init_ms > 0 for one in billed),
        predicted_usd=predicted,
        billed_usd=count * _mean_usd(billed, memory_mb),
    )


def read_journal(lines: Iterable[str], frames: int) -> list[Billed]:
    """Return the invocations that the data plane noted.

    Raises:
        ReplayError: they are not one successful invocation for each frame.
    """
    entries = [json.loads(line) for line in lines]
    failed = [entry for entry in entries if entry["error_type"] is not None or entry["failed"]]
    if failed or len(entries) != frames or any(entry["messages"] != 1 for entry in entries):
        raise ReplayError(
            f"{frames} frames were dropped; the journal has {len(entries)} invocations, "
            f"{len(failed)} of them failed"
        )
    return [Billed(entry["duration_ms"], entry["init_ms"] or 0.0) for entry in entries]


def as_document(replay: Replay, found: Validation) -> dict[str, Any]:
    """Return prediction and run as JSON."""
    return {
        **asdict(replay),
        **asdict(found),
        "error_percent": round(100 * found.error, 2),
        "tolerance_percent": 100 * TOLERANCE,
        "holds": found.holds,
    }


def _mean_usd(invocations: Sequence[Billed], memory_mb: int) -> float:
    costs = (
        float(price(one.duration_ms, memory_mb, mode="current", init_ms=one.init_ms))
        for one in invocations
    )
    return sum(costs) / len(invocations)


def _sample(
    laboratory: Laboratory, image: bytes, replay: Replay
) -> tuple[list[Billed], list[Billed]]:
    package = laboratory.deployed_package()
    cold, warm = [], []
    for _ in range(_ENVIRONMENTS):
        with laboratory.environment(package, replay.memory_mb) as started:
            first = started.handle([image])
            cold.append(Billed(first.duration_ms, first.init_ms or 0.0))
            for _ in range(replay.sample // _ENVIRONMENTS):
                # At the pace of the run: what a pause does to caches and quotas belongs to it.
                time.sleep(1 / replay.per_s)
                warm.append(Billed(started.handle([image]).duration_ms))
    return cold, warm


def _drop(deployment: Deployment, image: bytes, replay: Replay, console: Console) -> None:
    bucket, begun = deployment.output("FramesBucket"), time.monotonic()
    with Progress(console=console) as progress:
        task = progress.add_task("replaying", total=replay.frames)
        for number in range(replay.frames):
            time.sleep(max(0.0, begun + number / replay.per_s - time.monotonic()))
            key = f"incoming/replay/{number:06}.jpg"
            deployment.s3.put_object(Bucket=bucket, Key=key, Body=image)
            progress.advance(task)


class _Journal:
    """What the data plane notes from now on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = len(self._lines())

    def await_lines(self, count: int) -> list[str]:
        """Return the new lines once there are as many, or when nothing more is to be expected."""
        deadline = time.monotonic() + _DRAIN_S
        while len(self._lines()) < self._before + count and time.monotonic() < deadline:
            time.sleep(0.2)
        return self._lines()[self._before :]

    def _lines(self) -> list[str]:
        return self._path.read_text("utf-8").splitlines() if self._path.exists() else []
