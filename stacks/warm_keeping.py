"""Warm keeping by schedule: a ping every few minutes, as often as environments are wanted."""

from __future__ import annotations

import json

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.naming import Naming

PING = {"vss": "warm"}
# Lambda keeps an idle environment for some minutes more than that.
EVERY = "rate(5 minutes)"


class ScheduledPing(Construct):
    """An EventBridge rule that invokes the alias ``instances`` times at once, up to five."""

    def __init__(
        self, scope: Construct, name: str, alias: lambda_.Alias, naming: Naming, instances: int
    ) -> None:
        super().__init__(scope, name)
        rule = events.CfnRule(
            self,
            "Rule",
            name=naming.warm_rule,
            description="Keeps environments of the surveillance function warm",
            schedule_expression=EVERY,
            state="ENABLED",
            targets=[
                events.CfnRule.TargetProperty(
                    id=f"warm-{number}",
                    arn=alias.function_arn,
                    input=json.dumps(PING),
                    # A ping that comes late warms nothing.
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=60, maximum_retry_attempts=0
                    ),
                )
                for number in range(1, instances + 1)
            ],
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=alias.function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
