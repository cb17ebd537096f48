"""Warm keeping by schedule: a ping every few minutes, as often as environments are wanted."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.naming import Naming
from stacks.scheduled_invocation import ScheduledInvocation

PING = {"vss": "warm"}
# Lambda keeps an idle environment for some minutes more than that.
EVERY = "rate(5 minutes)"


class ScheduledPing(ScheduledInvocation):
    """An EventBridge rule that invokes the alias ``instances`` times at once, up to five."""

    def __init__(
        self, scope: Construct, name: str, alias: lambda_.Alias, naming: Naming, instances: int
    ) -> None:
        super().__init__(
            scope,
            name,
            alias=alias,
            rule=(naming.warm_rule, "Keeps environments of the surveillance function warm"),
            every=EVERY,
            event=PING,
            targets=[f"warm-{number}" for number in range(1, instances + 1)],
        )
