"""The key of what is written about the system, not by it: logs, alerts and alarms."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.code import Package
from stacks.key_policies import USE, administration, key_properties, logs
from stacks.naming import Naming
from stacks.settings import StageSettings


class OperationsKey(kms.Key):
    """Encrypts the log groups and the topic of alerts.

    Apart from the data key, so that reading logs never implies reading frames. It lives with
    the network because the flow logs are the first that need it.
    """

    def __init__(self, scope: Construct, name: str, naming: Naming, settings: StageSettings):
        groups = (naming.flow_log_group, *map(naming.function_log_group, Package))
        super().__init__(
            scope,
            name,
            **key_properties(naming, settings, "operations", "Log groups and the alerts topic"),
            policy=iam.PolicyDocument(
                statements=[administration(), logs(naming, groups), _alarms(naming), _alerts()]
            ),
        )


def _alarms(naming: Naming) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="Alarms",
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions=list(USE),
        resources=["*"],
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )


def _alerts() -> iam.PolicyStatement:
    # No condition: "Adding the aws:SourceAccount and aws:SourceArn to a KMS policy is not
    # supported for EventBridge-to-encrypted topics" (SNS developer guide, "Key management").
    return iam.PolicyStatement(
        sid="Alerts",
        principals=[iam.ServicePrincipal("events.amazonaws.com")],
        actions=list(USE),
        resources=["*"],
    )
