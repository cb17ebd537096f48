"""Alarms, alerts as messages, the dashboard; and that the metrics they read are written."""

from __future__ import annotations

import json
import re

import pytest
from business_logic.metrics import Metrics

from stacks.settings import ALERT_KINDS
from tests.infrastructure.synthesis import FUNCTIONS, Templates, text


def alarms(templates: Templates) -> dict[tuple[str, str], dict]:
    """The alarms by metric and what it is of."""
    found = [alarm.properties for alarm in templates.resources("AWS::CloudWatch::Alarm")]
    return {(alarm["MetricName"], alarm["Dimensions"][0]["Value"]): alarm for alarm in found}


@pytest.mark.parametrize(
    ("metric", "namespace", "dimension", "value", "threshold"),
    [
        ("ApproximateNumberOfMessagesVisible", "AWS/SQS", "QueueName", "vss-dev-frames-dlq", 1),
        ("ApproximateNumberOfMessagesVisible", "AWS/SQS", "QueueName", "vss-dev-enrolment-dlq", 1),
        ("ApproximateAgeOfOldestMessage", "AWS/SQS", "QueueName", "vss-dev-frames", 360),
        ("Errors", "AWS/Lambda", "FunctionName", "vss-dev-surveillance", 1),
        ("Errors", "AWS/Lambda", "FunctionName", "vss-dev-enrolment", 1),
        ("Throttles", "AWS/Lambda", "FunctionName", "vss-dev-surveillance", 1),
        ("FramesRejected", "VSS", "Stage", "dev", 10),
    ],
)
def test_alarm_watches(
    dev: Templates, metric: str, namespace: str, dimension: str, value: str, threshold: int
) -> None:
    alarm = alarms(dev)[metric, value]
    assert alarm["Namespace"] == namespace
    assert alarm["Dimensions"] == [{"Name": dimension, "Value": value}]
    assert alarm["Threshold"] == threshold
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["EvaluationPeriods"] == 1
    # A queue at rest and a function that never runs report nothing.
    assert alarm["TreatMissingData"] == "notBreaching"


def test_every_alarm_tells_the_topic_and_explains_itself(templates: Templates) -> None:
    topic = templates.one("AWS::SNS::Topic").logical_id
    found = alarms(templates)
    assert len(found) == 7
    for alarm in found.values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert alarm["AlarmDescription"]
        # The topic's policy lets alarms of this name publish, no others.
        assert alarm["AlarmName"].startswith(f"vss-{templates.stage}-alarm-")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("camera_covered", "a camera is covered"),
        ("unknown_person", "an unknown person was seen"),
        ("known_person", "a known person was seen"),
        ("camera_silent", "a camera sends no frames any more"),
    ],
)
def test_alert_objects_become_readable_messages(synthesised, kind: str, words: str) -> None:
    templates = synthesised(alerts=list(ALERT_KINDS), camera_silent_after=900)
    name = f"vss-dev-alert-{kind.replace('_', '-')}"
    rule = templates.one("AWS::Events::Rule", Name=name).properties
    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.s3"]
    assert pattern["detail-type"] == ["Object Created"]
    (bucket,) = pattern["detail"]["bucket"]["name"]
    assert bucket == templates.bucket("results").properties["BucketName"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": f"alerts/{kind}/"}]
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": templates.one("AWS::SNS::Topic").logical_id}
    # EventBridge fails to publish to an encrypted topic in the name of a role.
    assert "RoleArn" not in target
    transformer = target["InputTransformer"]
    message = json.loads(transformer["InputTemplate"])
    assert set(re.findall("<(.*?)>", message)) == set(transformer["InputPathsMap"])
    assert transformer["InputPathsMap"]["key"] == "$.detail.object.key"
    assert message.startswith(f"VSS dev: {words}. To be judged by a person.")
    assert message.endswith(" s3://<bucket>/<key>")


def test_every_kind_that_is_raised_has_its_message_and_no_other(
    templates: Templates, synthesised
) -> None:
    def kinds(found: Templates) -> list[str]:
        rules = [rule.properties for rule in found.resources("AWS::Events::Rule")]
        return [
            prefix["prefix"]
            for rule in rules
            if "EventPattern" in rule
            for prefix in rule["EventPattern"]["detail"]["object"]["key"]
        ]

    assert kinds(templates) == ["alerts/camera_covered/", "alerts/unknown_person/"]
    assert kinds(synthesised(alerts=[])) == []
    assert kinds(synthesised(alerts=[], camera_silent_after={"door": 60})) == [
        "alerts/camera_silent/"
    ]


def test_nobody_is_subscribed_without_an_address(templates: Templates) -> None:
    assert templates.resources("AWS::SNS::Subscription") == []


def test_flow_logs_take_all_traffic_of_the_network(templates: Templates) -> None:
    flow = templates.one("AWS::EC2::FlowLog").properties
    assert flow["TrafficType"] == "ALL"
    assert flow["ResourceType"] == "VPC"
    assert text(flow["ResourceId"]).startswith("<Vpc")
    group = templates.one("AWS::Logs::LogGroup", LogGroupName="flow-logs")
    assert flow["LogGroupName"] == {"Ref": group.logical_id}


def dashboard(templates: Templates) -> dict:
    body = text(templates.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"])
    return json.loads(body)


def test_dashboard_shows_alarms_queues_functions_and_images(templates: Templates) -> None:
    widgets = {w["properties"]["title"]: w["properties"] for w in dashboard(templates)["widgets"]}
    assert set(widgets) == {"Alarms", "Frames", "Waiting", "Duration (ms)", "Trouble"}
    assert len(widgets["Alarms"]["alarms"]) == 7


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Waiting", ["frames", "frames-dlq", "enrolment", "enrolment-dlq"]),
        ("Duration (ms)", list(FUNCTIONS)),
        ("Trouble", list(FUNCTIONS)),
    ],
)
def test_dashboard_shows_every_queue_and_function(
    templates: Templates, title: str, names: list[str]
) -> None:
    (widget,) = [
        widget["properties"]
        for widget in dashboard(templates)["widgets"]
        if widget["properties"]["title"] == title
    ]
    shown = {metric[3] for metric in widget["metrics"]}
    assert shown == {f"vss-{templates.stage}-{name}" for name in names}


def test_metrics_read_are_metrics_written(
    templates: Templates, capsys: pytest.CaptureFixture[str]
) -> None:
    written = Metrics(templates.stage)
    for status in ("analysed", "covered", "rejected"):
        frame = {"camera_id": "gate"}
        record = {"status": status, "frame": frame, "reason": None, "persons": []}
        written.frame_recorded(record, 1.0)
    written.frame_failed()
    known = set()
    for line in capsys.readouterr().out.splitlines():
        content = json.loads(line)
        assert content["Stage"] == templates.stage
        for definition in content["_aws"]["CloudWatchMetrics"]:
            assert definition["Dimensions"] == [["Stage"]]
            known |= {(definition["Namespace"], metric["Name"]) for metric in definition["Metrics"]}
    read = {
        (metric[0], metric[1])
        for widget in dashboard(templates)["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if metric[0] == "VSS"
    } | {
        ("VSS", name)
        for (name, _), alarm in alarms(templates).items()
        if alarm["Namespace"] == "VSS"
    }
    assert len(read) == 4
    assert read <= known
