"""Parts of a network without a way out but to S3 buckets: VPC, endpoint, security group, flow logs.

No NAT and no interface endpoint: functions in it need S3 alone, and queue polling, logs, traces
and encryption are done by the services outside of the VPC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.compliance import judge_flow_log_role
from stacks.log_groups import EncryptedLogGroup
from stacks.naming import Naming
from stacks.settings import StageSettings

CIDR = "10.20.0.0/24"
SUBNET_MASK = 26


def isolated_vpc(scope: Construct) -> ec2.Vpc:
    """Return a VPC of isolated subnets in two zones."""
    # Without account and region CDK takes the first two zones by Fn::GetAZs: no look-up.
    return ec2.Vpc(
        scope,
        "Vpc",
        ip_addresses=ec2.IpAddresses.cidr(CIDR),
        max_azs=2,
        nat_gateways=0,
        # Closing the default group takes a custom resource, a Lambda of its own. Nothing
        # is ever put into that group, and nothing leaves isolated subnets in any group.
        restrict_default_security_group=False,
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="isolated",
                subnet_type=ec2.SubnetType.PRIVATE_ISOLATED,
                cidr_mask=SUBNET_MASK,
            )
        ],
    )


def s3_endpoint(vpc: ec2.Vpc, ways: Iterable[iam.PolicyStatement]) -> ec2.GatewayVpcEndpoint:
    """Return the S3 endpoint of ``vpc``, which lets ``ways`` through and nothing else."""
    endpoint = vpc.add_gateway_endpoint("S3Endpoint", service=ec2.GatewayVpcEndpointAwsService.S3)
    for statement in ways:
        endpoint.add_to_policy(statement)
    return endpoint


def https_only_group(scope: Construct, vpc: ec2.Vpc, description: str) -> ec2.SecurityGroup:
    """Return a security group for functions: nothing in, HTTPS out."""
    group = ec2.SecurityGroup(
        scope, "FunctionGroup", vpc=vpc, description=description, allow_all_outbound=False
    )
    # The prefix list of S3 has another id in each region, to be had by a look-up only,
    # and synthesis makes none. The route tables know no way but the one to that list
    # (there is no internet gateway, no NAT, no peering), so this reaches S3 alone.
    group.add_egress_rule(
        ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "HTTPS; the only route leads to S3"
    )
    return group


def from_our_account(
    sid: str, actions: Sequence[str], resources: Sequence[str]
) -> iam.PolicyStatement:
    """Return a statement of an endpoint's policy: our account's principals, these resources."""
    # A gateway endpoint's policy takes no other principal than *; the condition narrows it.
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.StarPrincipal()],
        actions=list(actions),
        resources=list(resources),
        conditions={"StringEquals": {"aws:PrincipalAccount": cdk.Aws.ACCOUNT_ID}},
    )


class FlowLogs(Construct):
    """Accepted and rejected flows of a VPC, in an encrypted log group."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        vpc: ec2.Vpc,
        key: kms.Key,
        group_name: str,
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        super().__init__(scope, name)
        group = EncryptedLogGroup(self, "LogGroup", group_name, key, settings)
        streams = naming.log_streams_arn(group_name)
        role = iam.Role(
            self,
            "Role",
            description="Writes the flow logs of the VPC",
            assumed_by=iam.ServicePrincipal(
                "vpc-flow-logs.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            ),
            inline_policies={"WriteFlowLogs": _write_flow_logs(streams)},
        )
        judge_flow_log_role(role, streams)
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
            max_aggregation_interval=600,
        )


def _write_flow_logs(streams: str) -> iam.PolicyDocument:
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                resources=[streams],
            )
        ]
    )
