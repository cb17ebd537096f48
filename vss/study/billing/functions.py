"""AWS Lambda: requests, compute with initialisation, what keeps warm; and the traces of X-Ray."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vss.study.billing.function_load import FunctionLoad
from vss.study.billing.month import Month
from vss.study.billing.usage import Usage
from vss.study.cost_model import gb_s
from vss.study.stage_template import Resource
from vss.study.workload import HOURS_PER_MONTH, SECONDS_PER_MONTH

# Without a decision from upstream Lambda samples one request a second and 5 % of all further ones
# (Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray").
RESERVOIR_PER_S, SAMPLED = Decimal(1), Decimal("0.05")
FREE_STORAGE_MB = 512
_SERVICE = "AWS Lambda"


def function(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield what a function is billed for, its traces included."""
    load = next(load for load in month.loads if load.resource == resource)
    name = load.package
    yield Usage(_SERVICE, f"{name}: requests", "lambda.requests", load.invocations)
    yield from _compute(load)
    started = gb_s(load.cold_starts * load.init_ms, load.memory_mb)
    what = "restores, running" if load.snap_start else "INIT"
    yield Usage(_SERVICE, f"{name}: {what}", f"lambda.compute.{load.architecture}", started)
    yield from _storage(load)
    if "KmsKeyArn" in resource.properties:
        asked = load.cold_starts
        yield Usage("AWS KMS", f"requests by the environment of {name}", "kms.requests", asked)
    if resource.properties.get("TracingConfig", {}).get("Mode") == "Active":
        yield Usage("AWS X-Ray", f"traces of {name}", "xray.traces", _traces(load, month))


def alias(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield what provisioned concurrency costs, used or not."""
    target = month.template.referred(resource, "FunctionName")
    for load in month.loads:
        if load.resource == target and load.provisioned:
            ready = load.provisioned * gb_s(SECONDS_PER_MONTH * 1000, load.memory_mb)
            item = f"{load.package}: provisioned concurrency"
            yield Usage(_SERVICE, item, f"lambda.provisioned.{load.architecture}", ready)


def version(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield what the snapshot of a published version costs."""
    target = month.template.referred(resource, "FunctionName")
    for load in month.loads:
        if load.resource == target and load.snap_start:
            cached = gb_s(SECONDS_PER_MONTH * 1000, load.memory_mb)
            item = f"{load.package}: snapshot"
            yield Usage(_SERVICE, f"{item} cached", "lambda.snapstart.cache", cached)
            restored = load.cold_starts * load.memory_mb / 1024
            yield Usage(_SERVICE, f"{item} restored", "lambda.snapstart.restore", restored)


def _compute(load: FunctionLoad) -> Iterator[Usage]:
    used = gb_s(load.running_ms, load.memory_mb)
    # What runs in provisioned environments has a lower price.
    part = (
        min(Decimal(1), load.provisioned / load.environments) if load.environments else Decimal(0)
    )
    yield Usage(
        _SERVICE,
        f"{load.package}: compute",
        f"lambda.compute.{load.architecture}",
        used * (1 - part),
    )
    if part:
        price = f"lambda.provisioned-compute.{load.architecture}"
        yield Usage(_SERVICE, f"{load.package}: compute, provisioned", price, used * part)


def _storage(load: FunctionLoad) -> Iterator[Usage]:
    size = load.resource.properties.get("EphemeralStorage", {}).get("Size", FREE_STORAGE_MB)
    if size > FREE_STORAGE_MB:
        seconds = (load.running_ms + load.cold_starts * load.init_ms) / 1000
        amount = Decimal(size - FREE_STORAGE_MB) / 1024 * seconds
        yield Usage(_SERVICE, f"{load.package}: /tmp beyond 512 MB", "lambda.storage", amount)


def _traces(load: FunctionLoad, month: Month) -> Decimal:
    """Return the traces of a month; the queue passes no decision on."""
    hours = month.workload.active_hours if load.batches_per_s else HOURS_PER_MONTH
    rate = load.batches / (hours * 3600) if hours else Decimal(0)
    sampled = min(rate, RESERVOIR_PER_S) + SAMPLED * max(rate - RESERVOIR_PER_S, Decimal(0))
    return sampled * hours * 3600 + load.schedules.invocations
