"""One page to look at: what comes in, what waits, how long it takes, what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.metrics import Metrics
from stacks.naming import Naming

# Parts of the names of the metrics that business_logic writes.
OUTCOMES = ("Analysed", "Covered", "Rejected", "Failed")


class SurveillanceDashboard(cloudwatch.Dashboard):
    """Queues, function, images by outcome, the state of the alarms."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        metrics: Metrics,
        alarms: Sequence[cloudwatch.IAlarm],
        naming: Naming,
    ) -> None:
        frames, dead = naming.frames_queue, naming.dead_letter_queue
        waiting = "ApproximateNumberOfMessagesVisible"
        super().__init__(
            scope,
            name,
            dashboard_name=naming.stack("surveillance"),
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24)],
                [
                    _graph("Frames", [metrics.ours(f"Frames{outcome}") for outcome in OUTCOMES]),
                    _graph("Waiting", [metrics.queue(q, waiting) for q in (frames, dead)]),
                ],
                [
                    _graph(
                        "Duration (ms)",
                        [metrics.function("Duration", p) for p in ("p50", "p99")],
                    ),
                    _graph("Trouble", [metrics.function(m) for m in ("Errors", "Throttles")]),
                ],
            ],
        )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=metrics, width=12)
