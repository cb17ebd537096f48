"""The four ways to keep environments warm, or not to."""

from __future__ import annotations

import json

import pytest

from tests.infrastructure.synthesis import Templates, text


def schedules(templates: Templates) -> list[dict]:
    rules = [rule.properties for rule in templates.resources("AWS::Events::Rule")]
    return [rule for rule in rules if "ScheduleExpression" in rule]


def has_provisioned(templates: Templates) -> bool:
    return "ProvisionedConcurrencyConfig" in templates.alias().properties


@pytest.mark.parametrize(
    ("way", "snapstart", "provisioned", "scheduled"),
    [
        ("none", False, False, False),
        ("snapstart", True, False, False),
        ("provisioned", False, True, False),
        ("schedule", False, False, True),
    ],
)
def test_each_way_brings_its_own_and_nothing_else(
    synthesised, way: str, snapstart: bool, provisioned: bool, scheduled: bool
) -> None:
    templates = synthesised(warm_keeping=way)
    assert ("SnapStart" in templates.function()) is snapstart
    assert has_provisioned(templates) is provisioned
    assert bool(schedules(templates)) is scheduled
    assert bool(templates.resources("AWS::Lambda::Permission")) is scheduled
    # Nobody waits for an enrolment as for an alert.
    assert "SnapStart" not in templates.function("enrolment")
    assert "ProvisionedConcurrencyConfig" not in templates.alias("enrolment").properties


def test_provisioned_concurrency_is_on_the_alias_the_queue_invokes(synthesised) -> None:
    templates = synthesised(warm_keeping="provisioned", warm_instances=4)
    alias = templates.alias()
    assert alias.properties["ProvisionedConcurrencyConfig"] == {
        "ProvisionedConcurrentExecutions": 4
    }
    assert templates.mapping()["FunctionName"] == {"Ref": alias.logical_id}


def test_schedule_pings_the_alias_once_for_each_instance(synthesised) -> None:
    templates = synthesised(warm_keeping="schedule", warm_instances=3)
    (rule,) = schedules(templates)
    alias = templates.alias().logical_id
    assert rule["State"] == "ENABLED"
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert [text(target["Arn"]) for target in rule["Targets"]] == [f"<{alias}>"] * 3
    assert len({target["Id"] for target in rule["Targets"]}) == 3
    assert all(json.loads(target["Input"]) == {"vss": "warm"} for target in rule["Targets"])


def test_only_the_rule_may_ping(synthesised) -> None:
    templates = synthesised(warm_keeping="schedule")
    permission = templates.one("AWS::Lambda::Permission").properties
    assert permission["Action"] == "lambda:InvokeFunction"
    assert permission["Principal"] == "events.amazonaws.com"
    assert text(permission["SourceArn"]).startswith("<WarmRule")
    alias = templates.alias().logical_id
    assert text(permission["FunctionName"]) == f"<{alias}>"
