"""The metrics the alarms and the dashboard read, by physical name: no reference to a stack."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.naming import METRIC_NAMESPACE, Naming


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics of one stage."""

    naming: Naming

    def queue(self, queue: str, name: str, minutes: int = 1) -> cloudwatch.Metric:
        """A metric of the queue ``queue``: its largest value."""
        return _metric("AWS/SQS", name, {"QueueName": queue}, "Maximum", minutes)

    def function(
        self, package: str, name: str, statistic: str = "Sum", minutes: int = 5
    ) -> cloudwatch.Metric:
        """A metric of a function."""
        dimensions = {"FunctionName": self.naming.function(package)}
        return _metric("AWS/Lambda", name, dimensions, statistic, minutes)

    def ours(self, name: str, statistic: str = "Sum", minutes: int = 5) -> cloudwatch.Metric:
        """A metric the surveillance function writes into its log (embedded metric format)."""
        return _metric(METRIC_NAMESPACE, name, {"Stage": self.naming.stage}, statistic, minutes)


def _metric(
    namespace: str, name: str, dimensions: dict[str, str], statistic: str, minutes: int
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=cdk.Duration.minutes(minutes),
    )
