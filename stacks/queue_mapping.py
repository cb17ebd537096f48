"""The event source mapping by which a queue feeds a function."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.naming import Naming


def feed_from_queue(
    scope: Construct,
    *,
    queue: str,
    alias: lambda_.Alias,
    batch_size: int,
    window_s: int,
    max_concurrency: int,
    naming: Naming,
) -> None:
    """Let the queue of that purpose feed ``alias``, with partial responses.

    It is the alias that is fed: SnapStart and provisioned concurrency exist for versions only.
    """
    lambda_.CfnEventSourceMapping(
        scope,
        f"{queue.capitalize()}Mapping",
        event_source_arn=naming.queue_arn(naming.queue(queue)),
        function_name=alias.function_arn,
        batch_size=batch_size,
        maximum_batching_window_in_seconds=window_s,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(
            maximum_concurrency=max_concurrency
        ),
    )
