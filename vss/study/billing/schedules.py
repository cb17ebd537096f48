"""Invocations by EventBridge rules with a schedule: pings that keep warm, and checks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from vss.study.billing.usage import UnpricedResourceError
from vss.study.stage_template import Resource, StageTemplate
from vss.study.workload import HOURS_PER_MONTH

# A ping returns at once; any other scheduled event is assumed to take this long.
PING_MS, CHECK_MS = Decimal(2), Decimal(200)
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What schedules make a function do in a month.

    Attributes:
        invocations: their number.
        total_ms: duration of all of them.
        instances: environments that one of the rules wakes at once.
    """

    invocations: Decimal
    total_ms: Decimal
    instances: int


def scheduled(template: StageTemplate, target: Resource) -> Scheduled:
    """Return the invocations of ``target``, a function or its alias, by schedules.

    Raises:
        UnpricedResourceError: a schedule is no rate.
    """
    invocations = total_ms = Decimal(0)
    instances = 0
    for rule in template.of_type("AWS::Events::Rule"):
        inputs = [
            str(to.get("Input"))
            for to in rule.properties.get("Targets", [])
            if to["Arn"] == {"Ref": target.logical_id}
        ]
        if "ScheduleExpression" in rule.properties and inputs:
            runs = HOURS_PER_MONTH * 60 / _minutes(rule)
            invocations += runs * len(inputs)
            total_ms += runs * sum(PING_MS if "warm" in text else CHECK_MS for text in inputs)
            instances = max(instances, len(inputs))
    return Scheduled(invocations, total_ms, instances)


def _minutes(rule: Resource) -> int:
    expression = str(rule.properties["ScheduleExpression"])
    match = _RATE.fullmatch(expression)
    if match is None:
        raise UnpricedResourceError(f"{rule} runs by {expression!r}; the forecast knows rate(…)")
    return int(match[1]) * _MINUTES[match[2]]
