"""The check for silent cameras: as often as the shortest period asks for, within reason."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.naming import Naming
from stacks.scheduled_invocation import ScheduledInvocation

CHECK = {"vss": "silence"}
# EventBridge's shortest interval is a minute; more than five would make a long wait longer.
MOST_MINUTES = 5


class SilenceCheck(ScheduledInvocation):
    """An EventBridge rule that makes the surveillance function look for silent cameras.

    Args:
        periods: seconds by camera, as the settings give them.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        alias: lambda_.Alias,
        naming: Naming,
        periods: Mapping[str, int],
    ) -> None:
        minutes = min(MOST_MINUTES, max(1, min(filter(None, periods.values())) // 60))
        super().__init__(
            scope,
            name,
            alias=alias,
            rule=(naming.silence_rule, "Looks for cameras that send no frames any more"),
            every=f"rate({minutes} minute{'s' if minutes > 1 else ''})",
            event=CHECK,
            targets=["silence"],
        )
