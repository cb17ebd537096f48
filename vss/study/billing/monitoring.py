"""Amazon CloudWatch: logs, the metrics in them, alarms, the dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vss.study.billing.function_load import SURVEILLANCE, FunctionLoad
from vss.study.billing.month import Month
from vss.study.billing.queues import REUSE_S
from vss.study.billing.usage import UnpricedResourceError, Usage
from vss.study.stage_template import Resource
from vss.study.workload import DAYS_PER_MONTH, HOURS_PER_MONTH

# Bytes in the log, 26 of CloudWatch's for each line included: metrics and one line for an image or
# a photograph (measured); START, END and REPORT with the trace (assumed);
# both lines of a start (measured).
IMAGE, INVOCATION, START = Decimal(750), Decimal(600), Decimal(400)
# Stored logs are compressed; assumed, as AWS's own pricing examples are said to do.
COMPRESSED = Decimal("0.15")
# A flow record of the default format; each direction of three connections to S3 is one.
FLOW_RECORD, FLOWS = Decimal(130), 2 * 3
# The metrics that business_logic writes into its log lines, of one stage.
METRICS = (
    *("FramesAnalysed", "FramesCovered", "FramesRejected", "FramesFailed"),
    *("FacesIdentified", "FacesUnknown", "AnalysisTime", "InitTime"),
)
_SERVICE, _GB = "Amazon CloudWatch", Decimal(2**30)
_LEAST_PERIOD_S = 60


def log_group(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield ingestion and storage of a log group, and the metrics in its lines.

    Raises:
        UnpricedResourceError: it is not known what is written there.
    """
    for load in month.loads:
        if _logs_to(load.resource, resource):
            content = _function_bytes(load, month)
            yield from _log(load.package, content, load.invocations, resource, month)
            if load.package == SURVEILLANCE:
                yield _metrics(month)
            return
    for flow_log in month.template.of_type("AWS::EC2::FlowLog"):
        if month.template.referred(flow_log, "LogGroupName") == resource:
            records = _flow_records(flow_log, month)
            yield from _log("flow logs", records * FLOW_RECORD, records, resource, month)
            return
    raise UnpricedResourceError(f"{resource}: the forecast does not know what is logged there")


def alarm(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield the metrics of an alarm.

    Raises:
        UnpricedResourceError: an alarm of high resolution.
    """
    metrics = resource.properties.get("Metrics", [resource.properties])
    periods = [one.get("MetricStat", one).get("Period", _LEAST_PERIOD_S) for one in metrics]
    if min(periods) < _LEAST_PERIOD_S:
        raise UnpricedResourceError(f"{resource} looks more often than each minute; no price known")
    yield Usage(_SERVICE, "alarms", "cloudwatch.alarms", Decimal(len(metrics)))


def dashboard(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield the month of a dashboard."""
    yield Usage(_SERVICE, "dashboard", "cloudwatch.dashboards", Decimal(1))


def _logs_to(function: Resource, group: Resource) -> bool:
    target = function.properties.get("LoggingConfig", {}).get("LogGroup")
    return function.stack == group.stack and target == {"Ref": group.logical_id}


def _log(
    name: str, content: Decimal, writes: Decimal, group: Resource, month: Month
) -> Iterator[Usage]:
    yield Usage(_SERVICE, f"log of {name}: ingestion", "logs.ingestion", content / _GB)
    days = group.properties.get("RetentionInDays")
    if days is None:
        raise UnpricedResourceError(f"{group} keeps logs for ever; the forecast needs a retention")
    stored = content * COMPRESSED * Decimal(str(days)) / DAYS_PER_MONTH / _GB
    yield Usage(_SERVICE, f"log of {name}: storage, {days} days", "logs.storage", stored)
    if "KmsKeyId" in group.properties:
        # As a queue: the guide tells nothing. Assumed.
        asked = min(month.workload.active_hours * 3600 / REUSE_S, writes)
        yield Usage("AWS KMS", f"requests by the log of {name}", "kms.requests", asked)


def _function_bytes(load: FunctionLoad, month: Month) -> Decimal:
    images = month.workload.images if load.package == SURVEILLANCE else load.batches
    return images * IMAGE + load.invocations * INVOCATION + load.cold_starts * START


def _flow_records(flow_log: Resource, month: Month) -> Decimal:
    seconds: int = flow_log.properties["MaxAggregationInterval"]
    intervals = month.workload.active_hours * 3600 / seconds
    environments = sum((load.environments for load in month.loads), Decimal(0))
    return intervals * environments * FLOWS


def _metrics(month: Month) -> Usage:
    """Return the metrics, billed for each hour in which they are written."""
    hours = min(month.workload.active_hours, month.workload.images)
    amount = len(METRICS) * hours / HOURS_PER_MONTH
    return Usage(_SERVICE, f"{len(METRICS)} metrics in log lines", "cloudwatch.metrics", amount)
