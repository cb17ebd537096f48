"""The role of a function: what it may do, and not one action more."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.naming import Naming
from stacks.statements import allow

# Lambda makes a function's network interfaces in its name; EC2 has no resource level here.
_NETWORK_INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
_TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")


class FunctionRole(iam.Role):
    """All permissions in one inline policy: the role never exists without its limits.

    Args:
        package: whose role it is.
        queue: feeds the function.
        statements: objects and keys, which each function has of its own.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        package: str,
        queue: str,
        statements: Sequence[iam.PolicyStatement],
        naming: Naming,
    ) -> None:
        common = [
            _take_messages(queue, naming),
            _write_logs(package, naming),
            allow("Traces", _TRACES, "*"),
            allow("NetworkInterfaces", _NETWORK_INTERFACES, "*"),
            _no_network_interfaces_from_code(package, naming),
        ]
        document = iam.PolicyDocument(statements=[*statements, *common])
        super().__init__(
            scope,
            name,
            description=f"What the {package} function may do",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={package.capitalize(): document},
        )


def _take_messages(queue: str, naming: Naming) -> iam.PolicyStatement:
    actions = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
    return allow("TakeMessages", actions, naming.queue_arn(naming.queue(queue)))


def _write_logs(package: str, naming: Naming) -> iam.PolicyStatement:
    streams = naming.log_streams_arn(naming.function_log_group(package))
    return allow("WriteLogs", ("logs:CreateLogStream", "logs:PutLogEvents"), streams)


def _no_network_interfaces_from_code(package: str, naming: Naming) -> iam.PolicyStatement:
    """Keep the interface calls to Lambda itself: the key is set on calls of our code only."""
    return iam.PolicyStatement(
        sid="NoNetworkInterfacesFromCode",
        effect=iam.Effect.DENY,
        actions=list(_NETWORK_INTERFACES),
        resources=["*"],
        conditions={"ArnEquals": {"lambda:SourceFunctionArn": [naming.function_arn(package)]}},
    )
