"""A rule that invokes a function by schedule, and its leave to do so."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct


class ScheduledInvocation(Construct):
    """An EventBridge rule whose targets are one alias.

    Args:
        alias: what is invoked.
        rule: the rule's name, and what it is for.
        every: how often, as EventBridge writes it.
        event: what the function is given.
        targets: ids of the targets, one for each invocation.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        alias: lambda_.Alias,
        rule: tuple[str, str],
        every: str,
        event: Mapping[str, str],
        targets: list[str],
    ) -> None:
        super().__init__(scope, name)
        schedule = events.CfnRule(
            self,
            "Rule",
            name=rule[0],
            description=rule[1],
            schedule_expression=every,
            state="ENABLED",
            targets=[
                events.CfnRule.TargetProperty(
                    id=target,
                    arn=alias.function_arn,
                    input=json.dumps(event),
                    # One that comes late is of no use: the next one is on its way.
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=60, maximum_retry_attempts=0
                    ),
                )
                for target in targets
            ],
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=alias.function_arn,
            principal="events.amazonaws.com",
            source_arn=schedule.attr_arn,
        )
