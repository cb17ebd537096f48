import io
import json
from contextlib import redirect_stdout
from decimal import Decimal
from typing import Any

import pytest
from business_logic.log import Log
from business_logic.metrics import Metrics

from tests.unit.vss.study.billing.stage_templates import (
    THOUSAND,
    alias,
    function,
    mapping,
    quantities,
    reader,
    resource,
    template,
)
from vss.study.billing import monitoring
from vss.study.billing.usage import UnpricedResourceError
from vss.study.stage_template import Resource
from vss.study.workload import Workload

D = Decimal
GIB = 2**30
DAYS = D(730) / 24
LOGGED = {"LoggingConfig": {"LogGroup": {"Ref": "G"}}}


def group(days: int | None = 30, **properties: Any) -> Resource:
    retention = {} if days is None else {"RetentionInDays": days}
    return resource("Logs::LogGroup", "G", **retention, **properties)


def log_lines(write: Any) -> list[dict[str, Any]]:
    out = io.StringIO()
    with redirect_stdout(out):
        write()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_logs_are_paid_for_when_written_and_while_kept() -> None:
    workload = Workload.of(cameras=1, period_s=2628, cold_starts=10, alert_share=0)
    used = quantities(template(*reader(**LOGGED), group(60)), workload)
    content = 1000 * D(750) + 1000 * D(600) + 10 * D(400)
    assert used["log of surveillance: ingestion", "logs.ingestion"] == content / GIB
    stored = used["log of surveillance: storage, 60 days", "logs.storage"]
    assert stored == content * D("0.15") * 60 / DAYS / GIB


def test_photographs_are_logged_too() -> None:
    people = Workload.of(cameras=0, people=12, photographs=3)
    used = quantities(template(*reader("enrolment", **LOGGED), group()), people)
    content = 3 * D(750) + 3 * D(600) + 3 * D(400)
    assert used["log of enrolment: ingestion", "logs.ingestion"] == content / GIB
    assert not any("metrics" in item for item, _ in used)


@pytest.mark.parametrize(
    ("cameras", "period_s", "hours_per_day", "metrics"),
    [
        (1, 10, 24, "8"),
        # half the hours of a month
        (1, 10, 12, "4"),
        # one image each 7,300 s: 360 hours of 730
        (1, 7300, 24, str(8 * D(360) / 730)),
    ],
)
def test_metrics_are_paid_for_in_the_hours_they_are_written(
    cameras: int, period_s: int, hours_per_day: int, metrics: str
) -> None:
    workload = Workload.of(cameras=cameras, period_s=period_s, hours_per_day=hours_per_day)
    used = quantities(template(*reader(**LOGGED), group()), workload)
    assert used["8 metrics in log lines", "cloudwatch.metrics"] == D(metrics)


def test_an_encrypted_log_asks_kms_every_five_minutes_at_most() -> None:
    stage = template(*reader(**LOGGED), group(KmsKeyId="key"))
    item = "requests by the log of surveillance", "kms.requests"
    assert quantities(stage, THOUSAND)[item] == 1000
    assert quantities(stage, Workload.of(cameras=1, period_s=1))[item] == 8760
    assert item not in quantities(stage, THOUSAND.idle)


def test_flow_logs_have_records_for_each_environment() -> None:
    flow_log = resource("EC2::FlowLog", "L", LogGroupName={"Ref": "G"}, MaxAggregationInterval=600)
    workload = Workload.of(cameras=1, period_s=10, duration_ms=100)
    used = quantities(template(*reader(), flow_log, group()), workload)
    # 4,380 intervals of 10 minutes, 2 environments, 6 records of 130 bytes
    content = 4380 * 2 * 6 * D(130)
    assert used["log of flow logs: ingestion", "logs.ingestion"] == content / GIB


def test_alarms_and_dashboards_are_counted() -> None:
    alarms = [resource("CloudWatch::Alarm", f"A{n}", Period=60) for n in range(3)]
    metrics = [{"MetricStat": {"Period": 300}}, {"Expression": "m1"}]
    composed = resource("CloudWatch::Alarm", "A3", Metrics=metrics)
    dashboard = resource("CloudWatch::Dashboard", "D")
    used = quantities(template(dashboard, *alarms, composed))
    assert used == {("dashboard", "cloudwatch.dashboards"): 1, ("alarms", "cloudwatch.alarms"): 5}


@pytest.mark.parametrize(
    ("resources", "words"),
    [
        ((group(),), "does not know what is logged there"),
        ((*reader(**LOGGED), group(None)), "keeps logs for ever"),
        ((resource("CloudWatch::Alarm", "A", Period=10),), "more often than each minute"),
    ],
)
def test_what_is_not_known_is_refused(resources: tuple[Resource, ...], words: str) -> None:
    with pytest.raises(UnpricedResourceError, match=words):
        quantities(template(*resources))


def test_the_metrics_are_those_that_business_logic_writes() -> None:
    metrics = Metrics("t")
    face = {"face": {"status": "unknown"}}

    def write() -> None:
        for status in ("analysed", "covered", "rejected"):
            frame = {"camera_id": "door"}
            record = {"status": status, "persons": [face], "frame": frame, "reason": None}
            metrics.frame_recorded(record, 24.4)
        metrics.frame_failed()
        metrics.initialised(1008)

    definitions = [line["_aws"]["CloudWatchMetrics"][0] for line in log_lines(write)]
    written = {metric["Name"] for one in definitions for metric in one["Metrics"]}
    assert written == set(monitoring.METRICS)
    assert {str(one["Dimensions"]) for one in definitions} == {"[['Stage']]"}


def test_an_image_writes_about_as_much_as_assumed() -> None:
    def write() -> None:
        frame = {"camera_id": "entrance"}
        persons = [{"face": {"status": "unknown"}}]
        record = {"status": "analysed", "persons": persons, "frame": frame, "reason": None}
        Metrics("dev").frame_recorded(record, 24.4)
        Log("8f507cfc-1234-4697-b07a-ac58fc914c95").info(
            "frame recorded",
            key="incoming/entrance/2026/11/22/08-15-30.jpg",
            status="analysed",
            reason=None,
            record="records/entrance/2026/11/22/081530123-0123456789abcdef0123.json",
            written=True,
        )

    lines = [json.dumps(line, separators=(",", ":")) for line in log_lines(write)]
    assert sum(len(line) + 26 for line in lines) == pytest.approx(float(monitoring.IMAGE), rel=0.1)


def test_a_group_of_another_stack_is_not_a_functions() -> None:
    far = Resource("vss-other", "G", "AWS::Logs::LogGroup", {"RetentionInDays": 1})
    with pytest.raises(UnpricedResourceError, match="does not know what is logged there"):
        quantities(template(function(**LOGGED), alias(), mapping(), far))
