"""Templates of a stage `t` with as few resources as a test needs."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from vss.study.billing.coverage import usages
from vss.study.stage_template import Resource, StageTemplate
from vss.study.workload import Workload

STAGE = "t"
# A month has 2,628,000 s: a camera that sends an image each 2,628 s sends 1,000.
THOUSAND = Workload.of(cameras=1, period_s=2628, image_kb=1024, people=0, alert_share=0.1)


def resource(kind: str, logical_id: str, **properties: Any) -> Resource:
    return Resource(f"vss-{STAGE}", logical_id, f"AWS::{kind}", properties)


def template(*resources: Resource) -> StageTemplate:
    return StageTemplate(STAGE, resources)


def named(purpose: str) -> dict[str, str]:
    """A physical name as the stacks write it."""
    return {"Fn::Sub": f"vss-{STAGE}-{purpose}-${{AWS::AccountId}}-${{AWS::Region}}"}


def function(package: str = "surveillance", **properties: Any) -> Resource:
    given = {"Handler": f"{package}.handler.lambda_handler", "MemorySize": 1024}
    return resource("Lambda::Function", f"F-{package}", **{**given, **properties})


def alias(package: str = "surveillance", **properties: Any) -> Resource:
    target = {"Ref": f"F-{package}"}
    return resource("Lambda::Alias", f"A-{package}", FunctionName=target, **properties)


def mapping(package: str = "surveillance", **properties: Any) -> Resource:
    queue = {"surveillance": "frames"}.get(package, package)
    return resource(
        "Lambda::EventSourceMapping",
        f"M-{package}",
        FunctionName={"Ref": f"A-{package}"},
        EventSourceArn={"Fn::Sub": f"arn:${{AWS::Partition}}:sqs:…:vss-{STAGE}-{queue}"},
        **properties,
    )


def reader(package: str = "surveillance", **properties: Any) -> tuple[Resource, ...]:
    """A function with its alias and queue mapping."""
    return function(package, **properties), alias(package), mapping(package)


def quantities(
    stage: StageTemplate, workload: Workload = THOUSAND
) -> Mapping[tuple[str, str], Decimal]:
    """What is used, by item and price; what is not used is left out."""
    sums: Counter[tuple[str, str]] = Counter()
    for one in usages(stage, workload):
        if one.quantity:
            sums[one.item, one.price] += one.quantity
    return dict(sums)
