"""What Lambda and EventBridge are configured to do, read from the deployed resources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.resources import Resource, Resources
from vss.local.state import REGION

# Without a maximum, Lambda starts with five concurrent batches and adds more by the minute; one
# machine has no use for the thousand it may reach.
DEFAULT_CONCURRENCY = 5
_UNIT_S = {"minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")


@dataclass(frozen=True, slots=True)
class S3Object:
    """Where the code of a function or layer lies."""

    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class VpcEndpoint:
    """A service that a VPC reaches through an endpoint of its own.

    Attributes:
        id: such as ``vpce-0a1b``.
        vpc_id: the VPC it serves.
        service: last part of the service's name: ``s3``.
    """

    id: str
    vpc_id: str
    service: str


@dataclass(frozen=True, slots=True)
class FunctionConfiguration:
    """A function, as the template configures it.

    Attributes:
        version: published version that is invoked, or ``$LATEST``.
        invoked_arn: with the qualifier it is invoked by.
        layers: in the order in which Lambda unpacks them: later ones overwrite earlier ones.
        traced: whether X-Ray is active.
        reserved_concurrency: None where the function shares the account's.
        vpc_endpoints: None where the function is in no VPC and reaches everything.
    """

    name: str
    version: str
    arn: str
    invoked_arn: str
    handler: str
    runtime: str
    role_arn: str
    memory_mb: int
    timeout_s: int
    storage_mb: int
    environment: Mapping[str, str]
    code: S3Object
    layers: tuple[S3Object, ...]
    traced: bool
    reserved_concurrency: int | None
    log_group: str
    log_format: str
    vpc_endpoints: tuple[VpcEndpoint, ...] | None


@dataclass(frozen=True, slots=True)
class EventSourceMapping:
    """A queue whose messages a function gets.

    Attributes:
        function: name or ARN, perhaps with a qualifier, as the template gives it.
        partial_responses: ``ReportBatchItemFailures``.
    """

    queue_arn: str
    function: str
    batch_size: int
    window_s: int
    max_concurrency: int
    partial_responses: bool


@dataclass(frozen=True, slots=True)
class ScheduledTarget:
    """A function that a rule invokes at fixed intervals.

    Attributes:
        event: the JSON text the function gets.
    """

    rule: str
    function: str
    interval_s: int
    event: str


def read_mappings(resources: Resources) -> list[EventSourceMapping]:
    """Return the enabled event source mappings.

    Raises:
        DataPlaneError: a mapping asks for what is not supported here.
    """
    found = resources.of_type("AWS::Lambda::EventSourceMapping")
    return [_mapping(resource) for resource in found if _is_true(resource, "Enabled")]


def _mapping(resource: Resource) -> EventSourceMapping:
    properties = resource.properties
    if properties.get("FilterCriteria"):
        raise DataPlaneError(f"{resource}: FilterCriteria is not supported locally")
    queue = str(resource.required("EventSourceArn"))
    if ":sqs:" not in queue or queue.endswith(".fifo"):
        raise DataPlaneError(f"{resource}: {queue} is no standard SQS queue, the only source here")
    scaling = properties.get("ScalingConfig") or {}
    return EventSourceMapping(
        queue_arn=queue,
        function=str(resource.required("FunctionName")),
        batch_size=int(properties.get("BatchSize", 10)),
        window_s=int(properties.get("MaximumBatchingWindowInSeconds", 0)),
        max_concurrency=int(scaling.get("MaximumConcurrency", DEFAULT_CONCURRENCY)),
        partial_responses="ReportBatchItemFailures"
        in (properties.get("FunctionResponseTypes") or []),
    )


def read_schedules(resources: Resources) -> list[ScheduledTarget]:
    """Return the functions that enabled rules invoke on a schedule.

    Raises:
        DataPlaneError: the schedule is a cron expression, which is not supported here.
    """
    found: list[ScheduledTarget] = []
    for rule in resources.of_type("AWS::Events::Rule"):
        expression = rule.properties.get("ScheduleExpression")
        if not expression or rule.properties.get("State", "ENABLED") != "ENABLED":
            continue
        rate = _RATE.fullmatch(expression)
        if rate is None:
            raise DataPlaneError(
                f"{rule}: schedule {expression!r}, want rate(<number> minutes|hours|days)"
            )
        interval_s = int(rate[1]) * _UNIT_S[rate[2]]
        for target in rule.properties.get("Targets") or []:
            if ":function:" in target["Arn"]:
                event = target.get("Input", "{}")
                found.append(ScheduledTarget(rule.physical_id, target["Arn"], interval_s, event))
    return found


def read_function(resources: Resources, reference: str) -> FunctionConfiguration:
    """Return the function that ``reference`` (a name or ARN, perhaps qualified) stands for.

    Raises:
        DataPlaneError: it is not deployed, or asks for what is not supported here.
    """
    name, qualifier = _name_and_qualifier(reference)
    resource = resources.get("AWS::Lambda::Function", name)
    version = _version(resources, name, qualifier)
    properties = resource.properties
    runtime = str(properties.get("Runtime", ""))
    if not runtime.startswith("python"):
        raise DataPlaneError(f"{resource}: runtime {runtime!r}, only python runs locally")
    role = str(resource.required("Role"))
    arn = _function_arn(reference, role, name)
    logging = properties.get("LoggingConfig") or {}
    reserved = properties.get("ReservedConcurrentExecutions")
    return FunctionConfiguration(
        name=name,
        version=version,
        arn=arn,
        invoked_arn=f"{arn}:{qualifier}" if qualifier else arn,
        handler=str(resource.required("Handler")),
        runtime=runtime,
        role_arn=role,
        memory_mb=int(properties.get("MemorySize", 128)),
        timeout_s=int(properties.get("Timeout", 3)),
        storage_mb=int((properties.get("EphemeralStorage") or {}).get("Size", 512)),
        environment={
            key: str(value)
            for key, value in ((properties.get("Environment") or {}).get("Variables") or {}).items()
        },
        code=_s3_object(resource, "Code"),
        layers=tuple(
            _s3_object(resources.get("AWS::Lambda::LayerVersion", layer), "Content")
            for layer in properties.get("Layers") or []
        ),
        traced=(properties.get("TracingConfig") or {}).get("Mode") == "Active",
        reserved_concurrency=None if reserved is None else int(reserved),
        log_group=str(logging.get("LogGroup", f"/aws/lambda/{name}")),
        log_format=str(logging.get("LogFormat", "Text")),
        vpc_endpoints=_endpoints(resources, properties),
    )


def _name_and_qualifier(reference: str) -> tuple[str, str | None]:
    parts = (reference.split(":function:", 1)[-1]).split(":")
    return parts[0], parts[1] if len(parts) > 1 else None


def _function_arn(reference: str, role_arn: str, name: str) -> str:
    if reference.startswith("arn:"):
        return reference.split(":function:")[0] + f":function:{name}"
    return f"arn:aws:lambda:{REGION}:{role_arn.split(':')[4]}:function:{name}"


def _version(resources: Resources, name: str, qualifier: str | None) -> str:
    if qualifier is None or qualifier == "$LATEST" or qualifier.isdigit():
        return qualifier or "$LATEST"
    for alias in resources.of_type("AWS::Lambda::Alias"):
        of_function = _name_and_qualifier(str(alias.required("FunctionName")))[0]
        if alias.required("Name") == qualifier and of_function == name:
            return str(alias.required("FunctionVersion"))
    raise DataPlaneError(f"function {name} has no alias {qualifier!r}")


def _s3_object(resource: Resource, name: str) -> S3Object:
    code = resource.required(name)
    if "S3Bucket" not in code or "S3Key" not in code:
        raise DataPlaneError(f"{resource}: {name} must lie in S3, has {sorted(code)}")
    return S3Object(str(code["S3Bucket"]), str(code["S3Key"]))


def _endpoints(
    resources: Resources, properties: Mapping[str, Any]
) -> tuple[VpcEndpoint, ...] | None:
    subnets = (properties.get("VpcConfig") or {}).get("SubnetIds") or []
    if not subnets:
        return None
    vpc_id = resources.get("AWS::EC2::Subnet", subnets[0]).required("VpcId")
    return tuple(
        VpcEndpoint(
            endpoint.physical_id, vpc_id, str(endpoint.required("ServiceName")).split(".", 3)[-1]
        )
        for endpoint in resources.of_type("AWS::EC2::VPCEndpoint")
        if endpoint.required("VpcId") == vpc_id
    )


def _is_true(resource: Resource, name: str) -> bool:
    return str(resource.properties.get(name, True)).lower() == "true"
