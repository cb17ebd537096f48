"""One page to look at: what comes in, what waits, how long it takes, what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.code import Package
from stacks.metrics import Metrics
from stacks.naming import Naming, QueueName

# Parts of the names of the metrics that business_logic writes.
OUTCOMES = ("Analysed", "Covered", "Rejected", "Failed")


class SurveillanceDashboard(cloudwatch.Dashboard):
    """Queues, functions, images by outcome, the state of the alarms."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        metrics: Metrics,
        alarms: Sequence[cloudwatch.IAlarm],
        naming: Naming,
    ) -> None:
        queues = [
            name(queue) for queue in QueueName for name in (naming.queue, naming.dead_letter_queue)
        ]
        waiting = "ApproximateNumberOfMessagesVisible"
        super().__init__(
            scope,
            name,
            dashboard_name=naming.stack("surveillance"),
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24)],
                [
                    _graph("Frames", [metrics.ours(f"Frames{outcome}") for outcome in OUTCOMES]),
                    _graph("Waiting", [metrics.queue(queue, waiting) for queue in queues]),
                ],
                [
                    _graph(
                        "Duration (ms)", _of_all(metrics, ("Duration", "p50"), ("Duration", "p99"))
                    ),
                    _graph("Trouble", _of_all(metrics, ("Errors", "Sum"), ("Throttles", "Sum"))),
                ],
            ],
        )


def _of_all(metrics: Metrics, *wanted: tuple[str, str]) -> list[cloudwatch.Metric]:
    """Return metrics (name, statistic) of each function."""
    return [
        metrics.function(package, name, statistic)
        for package in Package
        for name, statistic in wanted
    ]


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=metrics, width=12)
