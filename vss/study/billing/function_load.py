"""How often and how long the functions of a template run for a workload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from deep_learning.errors import ConfigurationError

from stacks.naming import Naming
from stacks.workflow_design import CloudWorkflow
from stacks.workflow_names import function_purpose
from vss.study import durations
from vss.study.billing.schedules import Scheduled, scheduled
from vss.study.billing.usage import UnpricedResourceError
from vss.study.billing.workflow_load import makes_reports, objects_in
from vss.study.cost_model import billed_ms
from vss.study.stage_template import Json, Resource, StageTemplate
from vss.study.workload import HOURS_PER_MONTH, Workload

# Lambda replaces an environment after some hours even where it is busy, and gives an idle one up
# after some minutes. Neither is documented: assumed.
LIFE_H, IDLE_S = Decimal(2), Decimal(600)
SURVEILLANCE, ENROLMENT = "surveillance", "enrolment"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionLoad:
    """A function and its month.

    Attributes:
        package: that holds the handler: ``surveillance`` or ``enrolment``; of a workflow's
            function its purpose, ``wf-<name>``.
        batches: invocations by its queue.
        batch_ms: duration of one of them, warm.
        batches_per_s: while images come.
        schedules: invocations by rules.
        cold_starts: environments started.
        init_ms: billed for each of them.
        environments: that run at the same time, at most.
        provisioned: environments kept ready at a price of their own.
        snap_start: environments are restored from a snapshot.
    """

    package: str
    resource: Resource
    memory_mb: int
    architecture: str
    batches: Decimal
    batch_ms: Decimal
    batches_per_s: Decimal
    schedules: Scheduled
    cold_starts: Decimal
    init_ms: Decimal
    environments: Decimal
    provisioned: int
    snap_start: bool

    @property
    def invocations(self) -> Decimal:
        """All invocations of the month."""
        return self.batches + self.schedules.invocations

    @property
    def running_ms(self) -> Decimal:
        """Billed duration of all invocations, without initialisation."""
        return self.batches * billed_ms(self.batch_ms, mode="current") + self.schedules.total_ms


@dataclass(frozen=True, slots=True)
class _Configuration:
    """What the template says of a function."""

    function: Resource
    package: str
    memory_mb: int
    mapping: Mapping[str, Json]
    schedules: Scheduled
    provisioned: int
    local_scope: bool
    snap_start: bool

    @property
    def batch_size(self) -> Decimal:
        return Decimal(str(self.mapping.get("BatchSize", 10)))

    @property
    def window_s(self) -> Decimal:
        return Decimal(str(self.mapping.get("MaximumBatchingWindowInSeconds", 0)))

    @property
    def max_concurrency(self) -> Decimal:
        return Decimal(str(self.mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1000)))


def function_loads(template: StageTemplate, workload: Workload) -> tuple[FunctionLoad, ...]:
    """Return the load of each function.

    Raises:
        UnpricedResourceError: a function whose use is not known, or a schedule that is no rate.
    """
    functions = template.of_type("AWS::Lambda::Function")
    return tuple(_load(template, _configuration(template, one), workload) for one in functions)


def _configuration(template: StageTemplate, function: Resource) -> _Configuration:
    properties, package = function.properties, _package(template, function)
    alias = _referring(template, "AWS::Lambda::Alias", function) or function
    mapping = _referring(template, "AWS::Lambda::EventSourceMapping", alias)
    if mapping is None:
        raise UnpricedResourceError(f"{alias} has no queue; the forecast knows functions that have")
    ready = alias.properties.get("ProvisionedConcurrencyConfig", {})
    variables = properties.get("Environment", {}).get("Variables", {})
    return _Configuration(
        function=function,
        package=package,
        memory_mb=int(properties.get("MemorySize", 128)),
        mapping=mapping.properties,
        schedules=scheduled(template, alias),
        provisioned=int(ready.get("ProvisionedConcurrentExecutions", 0)),
        local_scope=variables.get("VSS_SCOPE") == "local",
        snap_start="SnapStart" in properties,
    )


def _package(template: StageTemplate, function: Resource) -> str:
    if template.workflow is not None:
        return template.purpose(function, "FunctionName")
    package = str(function.properties.get("Handler", "")).partition(".")[0]
    if package not in (SURVEILLANCE, ENROLMENT):
        raise UnpricedResourceError(
            f"{function} runs {package!r}; the forecast knows how often {SURVEILLANCE} and "
            f"{ENROLMENT} run, and the functions of a workflow"
        )
    return package


def _referring(template: StageTemplate, kind: str, target: Resource) -> Resource | None:
    for one in template.of_type(kind):
        if template.referred(one, "FunctionName") == target:
            return one
    return None


def _load(template: StageTemplate, made: _Configuration, workload: Workload) -> FunctionLoad:
    if template.workflow is not None:
        batches, rate, duration = _of_workflow(template.workflow, template.stage, made, workload)
    elif made.package == SURVEILLANCE:
        images = _images_per_batch(made, workload)
        batches, rate = workload.images / images, workload.images_per_second / images
        duration = _batch_ms(images, made, workload)
    else:
        batches, rate = workload.enrolments, Decimal(0)
        duration = durations.enrolment_ms(made.memory_mb)
    environments = _environments(made, batches, rate * duration / 1000)
    return FunctionLoad(
        package=made.package,
        resource=made.function,
        memory_mb=made.memory_mb,
        architecture=str(made.function.properties.get("Architectures", ["x86_64"])[0]),
        batches=batches,
        batch_ms=duration,
        batches_per_s=rate,
        schedules=made.schedules,
        cold_starts=_cold_starts(made, workload, batches, rate, environments),
        init_ms=_init_ms(made, workload),
        environments=environments,
        provisioned=made.provisioned,
        snap_start=made.snap_start,
    )


def _of_workflow(
    workflow: CloudWorkflow, stage: str, made: _Configuration, workload: Workload
) -> tuple[Decimal, Decimal, Decimal]:
    """Return the runs of a workflow's function, how many a second, and how long one takes."""
    naming = Naming(stage)
    runs = objects_in(workflow, workload.images, naming)[made.package]
    seconds = workload.active_hours * 3600
    duration = workload.duration_ms
    if duration is None:
        functions = {function_purpose(naming, one.name): one for one in workflow.functions}
        if not makes_reports(functions[made.package]):
            raise ConfigurationError(
                f"how long function {functions[made.package].name} runs for an object is not "
                "known; give it with --duration-ms"
            )
        duration = durations.masks_ms(made.memory_mb)
    return runs, runs / seconds if seconds else Decimal(0), duration


def _images_per_batch(made: _Configuration, workload: Workload) -> Decimal:
    """Return the images that share an invocation: one, and those that come within the window."""
    wanted = workload.images_per_invocation
    if wanted is None:
        wanted = 1 + workload.images_per_second * made.window_s
    return min(wanted, made.batch_size)


def _batch_ms(images: Decimal, made: _Configuration, workload: Workload) -> Decimal:
    if workload.duration_ms is not None:
        return images * workload.duration_ms
    return durations.batch_ms(images, made.memory_mb, local_scope=made.local_scope)


def _init_ms(made: _Configuration, workload: Workload) -> Decimal:
    if workload.init_ms is not None:
        return workload.init_ms
    if made.snap_start:
        return durations.restore_ms(made.memory_mb)
    return durations.init_ms(made.memory_mb, local_scope=made.local_scope)


def _environments(made: _Configuration, batches: Decimal, mean: Decimal) -> Decimal:
    """Return how many run at once: ``mean`` by Little's law, and one more since images bunch."""
    if not batches:
        return Decimal(0)
    return min(mean.to_integral_value(ROUND_CEILING) + 1, made.max_concurrency)


def _cold_starts(
    made: _Configuration, workload: Workload, batches: Decimal, rate: Decimal, needed: Decimal
) -> Decimal:
    if made.package != ENROLMENT and workload.cold_starts is not None:
        return workload.cold_starts
    beyond = max(needed - made.provisioned, Decimal(0))
    if made.schedules.instances:
        # What a schedule wakes lives on through the night.
        return max(beyond, Decimal(made.schedules.instances)) * HOURS_PER_MONTH / LIFE_H
    if not beyond or rate * IDLE_S < 1:
        return batches if beyond else Decimal(0)
    return min(batches, beyond * workload.active_hours / LIFE_H)
