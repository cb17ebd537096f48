"""Changes that a forecast tries: one setting, one habit or one part of the templates each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from vss.study.billing.function_load import function_loads
from vss.study.stage_template import Json, Resource, StageTemplate
from vss.study.workload import Workload

_MEMORIES_MB = (704, 1024, 1536, 1769, 2048)
_FULL_BATCH, _WINDOW_S = 10, 20
_LOG_GROUP = "AWS::Logs::LogGroup"
Edit = Callable[[Resource], Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Change:
    """What would be different.

    Attributes:
        name: of what is changed; of several values of one name the best is shown.
        label: for people.
        settings: of the stage, with their new values.
        workload: that is there instead.
        edit: gives the properties that a resource has instead.
    """

    name: str
    label: str
    settings: Mapping[str, Json] = field(default_factory=dict)
    workload: Workload | None = None
    edit: Edit | None = None

    def apply(self, template: StageTemplate) -> StageTemplate:
        """Return the template with the edit made."""
        if self.edit is None:
            return template
        edit = self.edit
        resources = (replace(one, properties=edit(one)) for one in template.resources)
        return replace(template, resources=tuple(resources))


def changes(template: StageTemplate, workload: Workload) -> Iterator[Change]:
    """Yield what may lower the bill of ``template`` under ``workload``.

    Memory is left alone where the duration of an image is given: at another memory it is not known.
    Of a workflow memory and batches are its file's.
    """
    yield from _retention(template)
    if template.workflow is None:
        yield from _of_the_stage(template, workload)
    yield Change(
        "period_s",
        f"an image every {2 * workload.period_s:f} s instead of {workload.period_s:f} s",
        workload=replace(workload, period_s=2 * workload.period_s),
    )
    yield Change(
        "image_kb",
        f"images of {workload.image_kb / 2:f} KiB instead of {workload.image_kb:f} KiB",
        workload=replace(workload, image_kb=workload.image_kb / 2),
    )
    yield Change("tracing", "no X-Ray traces (no setting: the templates' code)", edit=_untraced)


def _of_the_stage(template: StageTemplate, workload: Workload) -> Iterator[Change]:
    yield _setting(f"batches of {_FULL_BATCH}, waited for up to {_WINDOW_S} s", **_batches())
    loads = function_loads(template, workload)
    if workload.duration_ms is None:
        present = {load.memory_mb for load in loads}
        for memory in _MEMORIES_MB:
            if memory not in present:
                yield _setting(f"memory_mb {memory}", memory_mb=memory)
    if any(load.provisioned or load.schedules.instances or load.snap_start for load in loads):
        yield _setting("warm_keeping none", warm_keeping="none")
    yield Change(
        "EventBridge",
        "alerts by a notification of S3 for alerts/ alone instead of EventBridge (no setting: the "
        "templates' code)",
        edit=_without_event_bridge,
    )


def _setting(label: str, **settings: Json) -> Change:
    return Change(", ".join(settings), label, settings)


def _batches() -> dict[str, Json]:
    return {"batch_size": _FULL_BATCH, "batch_window_s": _WINDOW_S}


def _retention(template: StageTemplate) -> Iterator[Change]:
    """Yield a shorter life of frames, records and logs, where they live longer."""
    for purpose, days in (("frames", 1), ("results", 30)):
        for bucket in template.of_type("AWS::S3::Bucket"):
            present = max(_expiries(bucket), default=0)
            if _is_kept_as(template, bucket, purpose) and present > days:
                name = f"{purpose}_retention_days"
                yield _setting(f"{name} {days} instead of {present}", **{name: days})
    retentions = [one.properties["RetentionInDays"] for one in template.of_type(_LOG_GROUP)]
    if max(retentions, default=0) > 7:
        label = f"log_retention_days 7 instead of {max(retentions)}"
        yield _setting(label, log_retention_days=7)


def _is_kept_as(template: StageTemplate, bucket: Resource, purpose: str) -> bool:
    """Tell whether the setting of ``purpose`` is the life of a bucket's objects."""
    if template.workflow is not None:
        # All of its buckets are kept as results are, that of the access logs excepted.
        return purpose == "results" and "LoggingConfiguration" in bucket.properties
    return template.purpose(bucket, "BucketName") == purpose


def _expiries(bucket: Resource) -> list[int]:
    rules = bucket.properties.get("LifecycleConfiguration", {}).get("Rules", [])
    return [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule]


def _untraced(resource: Resource) -> Mapping[str, Json]:
    if resource.type != "AWS::Lambda::Function":
        return resource.properties
    return {**resource.properties, "TracingConfig": {"Mode": "PassThrough"}}


def _without_event_bridge(resource: Resource) -> Mapping[str, Json]:
    notifications = resource.properties.get("NotificationConfiguration", {})
    if resource.type != "AWS::S3::Bucket" or "EventBridgeConfiguration" not in notifications:
        return resource.properties
    kept = {name: one for name, one in notifications.items() if name != "EventBridgeConfiguration"}
    return {**resource.properties, "NotificationConfiguration": kept}
