"""The check for silent cameras: there where one is watched, often enough, by its rule alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infrastructure.synthesis import Templates, text


def checks(templates: Templates) -> list[Any]:
    rules = [rule.properties for rule in templates.resources("AWS::Events::Rule")]
    return [rule for rule in rules if rule["Name"] == f"vss-{templates.stage}-silence"]


@pytest.mark.parametrize(
    ("periods", "every"),
    [
        (900, "rate(5 minutes)"),
        (299, "rate(4 minutes)"),
        (59, "rate(1 minute)"),
        ({"*": 900, "entrance": 60, "yard": 0}, "rate(1 minute)"),
        ({"door": 604_800}, "rate(5 minutes)"),
    ],
)
def test_the_shortest_period_tells_how_often(synthesised, periods: object, every: str) -> None:
    (rule,) = checks(synthesised(camera_silent_after=periods))
    assert (rule["ScheduleExpression"], rule["State"]) == (every, "ENABLED")


@pytest.mark.parametrize("periods", [None, {"yard": 0}, {"*": 0, "door": 0}])
def test_where_no_camera_is_watched_nothing_is_scheduled(synthesised, periods: object) -> None:
    templates = synthesised(camera_silent_after=periods)
    assert checks(templates) == []
    assert templates.resources("AWS::Lambda::Permission") == []
    assert "VSS_CAMERA_SILENT_AFTER" not in templates.environment()


def test_by_default_no_camera_is_watched(templates: Templates) -> None:
    assert checks(templates) == []


def test_the_rule_asks_the_live_alias_and_it_alone_may(synthesised) -> None:
    templates = synthesised(camera_silent_after=900)
    (target,) = checks(templates)[0]["Targets"]
    alias = templates.alias().logical_id
    assert text(target["Arn"]) == f"<{alias}>"
    assert json.loads(target["Input"]) == {"vss": "silence"}
    permission = templates.one("AWS::Lambda::Permission").properties
    assert permission["Action"] == "lambda:InvokeFunction"
    assert permission["Principal"] == "events.amazonaws.com"
    assert text(permission["SourceArn"]).startswith("<SilenceRule")
    assert text(permission["FunctionName"]) == f"<{alias}>"


def test_warm_keeping_and_the_check_have_a_rule_each(synthesised) -> None:
    templates = synthesised(camera_silent_after=900, warm_keeping="schedule", warm_instances=2)
    assert len(checks(templates)) == 1
    found = {
        text(permission.properties["SourceArn"])
        for permission in templates.resources("AWS::Lambda::Permission")
    }
    assert {name[: name.index("Rule")] for name in found} == {"<Silence", "<Warm"}
