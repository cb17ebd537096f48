"""Our function in the sandbox of this machine, at each memory's CPU share and memory limit."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack

from deep_learning.errors import ConfigurationError

from vss.local.data_plane.cgroup import MB_PER_VCPU
from vss.local.data_plane.code_package import CodePackage
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.outcome import Outcome
from vss.study.cost_model import billed_ms
from vss.study.laboratory import Laboratory, StartedEnvironment
from vss.study.tuning.payloads import payloads
from vss.study.tuning.power_stats import Invocation
from vss.study.tuning.tuned_function import PowerValueFailed
from vss.study.tuning.tuning_input import TuningInput

_REFUSED = {
    "payload_s3": ("payloadS3", "give payload"),
    "parallel": ("parallelInvocation", "side by side they would share this machine's cores"),
    "optimize": ("autoOptimize", "nothing is deployed; set memory_mb in cdk.json"),
    "pre_processor": ("preProcessorARN", "no other function runs there"),
    "post_processor": ("postProcessorARN", "no other function runs there"),
}


def check_local(wanted: TuningInput) -> None:
    """Refuse what this machine cannot measure.

    Raises:
        ConfigurationError: a field only makes sense for a deployed function, or a power value
            stands for more CPU than there is.
    """
    for attribute, (field, reason) in _REFUSED.items():
        if getattr(wanted, attribute):
            raise ConfigurationError(f"{field} is not possible on this machine: {reason}")
    cores = len(os.sched_getaffinity(0))
    for power in wanted.power_values:
        if power > cores * MB_PER_VCPU:
            raise ConfigurationError(
                f"powerValues holds {power} MB, which is {power / MB_PER_VCPU:.1f} vCPU; this "
                f"machine has {cores} cores: at most {cores * MB_PER_VCPU} MB"
            )


class LocalFunction:
    """The surveillance function of a laboratory.

    Args:
        laboratory: runs it.
        package: its code.
        wanted: what to measure; without a payload each invocation gets the image.
        image: JPEG, put into the bucket anew for each invocation.
    """

    def __init__(
        self, laboratory: Laboratory, package: CodePackage, wanted: TuningInput, image: bytes
    ) -> None:
        self._laboratory = laboratory
        self._package = package
        self._wanted = wanted
        self._image = image
        given = wanted.payload
        self._payloads = [None] * wanted.num if given is None else payloads(given, wanted.num)
        self._environments: dict[int, ExitStack] = {}
        self._started: dict[int, StartedEnvironment] = {}

    @property
    def architecture(self) -> str:
        """``x86_64``: what this machine is."""
        return "x86_64"

    def close(self) -> None:
        """End the environments that are left."""
        for power in list(self._environments):
            self._end(power)

    def invoke(self, power: int, numbers: range) -> list[Invocation]:
        """Invoke it in the power value's environment, or each time anew; see `TunedFunction`."""
        try:
            return [self._invoke(power, number) for number in numbers]
        except DataPlaneError as error:
            self._end(power)
            raise PowerValueFailed(str(error)) from error

    def _invoke(self, power: int, number: int) -> Invocation:
        if power not in self._started:
            stack = self._environments[power] = ExitStack()
            environment = self._laboratory.environment(self._package, power)
            self._started[power] = stack.enter_context(environment)
        payload, started = self._payloads[number], self._started[power]
        # A photograph has a key of its own each time: a frame is recorded once only.
        outcome = started.handle([self._image]) if payload is None else started.invoke(payload)
        if self._wanted.only_cold or number == self._wanted.num - 1:
            self._end(power)
        time.sleep(self._wanted.sleep_ms / 1000)
        return _invocation(outcome)

    def _end(self, power: int) -> None:
        self._started.pop(power, None)
        if (stack := self._environments.pop(power, None)) is not None:
            stack.close()


def _invocation(outcome: Outcome) -> Invocation:
    billed = billed_ms(outcome.duration_ms, outcome.init_ms or 0.0, mode="current")
    return Invocation(outcome.duration_ms, billed, outcome.init_ms)
