"""The network: isolated subnets in two zones, from which nothing but our buckets can be reached.

No NAT and no interface endpoint: the functions need S3 alone, and queue polling, logs, traces
and encryption are done by the services outside of the VPC.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.compliance import judge_flow_log_role
from stacks.log_groups import EncryptedLogGroup
from stacks.naming import BucketName, Naming
from stacks.operations_key import OperationsKey
from stacks.settings import StageSettings

CIDR = "10.20.0.0/24"
SUBNET_MASK = 26


class NetworkStack(cdk.Stack):
    """VPC, S3 gateway endpoint, the functions' security group, flow logs."""

    def __init__(
        self, scope: Construct, name: str, *, naming: Naming, settings: StageSettings
    ) -> None:
        super().__init__(
            scope,
            name,
            stack_name=name,
            description="VSS: isolated network with a private way to our buckets",
            termination_protection=settings.termination_protection,
        )
        self.operations_key = OperationsKey(self, "OperationsKey", naming, settings)
        self.vpc = self._vpc()
        self.endpoint = self._s3_endpoint(naming, settings)
        self.function_group = self._function_group()
        _FlowLogs(self, "FlowLogs", self.vpc, self.operations_key, naming, settings)
        cdk.CfnOutput(
            self, "VpcId", value=self.vpc.vpc_id, description="Network the functions run in"
        )
        cdk.CfnOutput(
            self,
            "S3EndpointId",
            value=self.endpoint.vpc_endpoint_id,
            description="Gateway endpoint through which frames and gallery are read",
        )

    def _vpc(self) -> ec2.Vpc:
        # Without account and region CDK takes the first two zones by Fn::GetAZs: no look-up.
        return ec2.Vpc(
            self,
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

    def _s3_endpoint(self, naming: Naming, settings: StageSettings) -> ec2.GatewayVpcEndpoint:
        endpoint = self.vpc.add_gateway_endpoint(
            "S3Endpoint", service=ec2.GatewayVpcEndpointAwsService.S3
        )
        for statement in _ways_through(naming, settings):
            endpoint.add_to_policy(statement)
        return endpoint

    def _function_group(self) -> ec2.SecurityGroup:
        # Of both functions, which need the same. Another description would be another group, and
        # a stack that imports the one of old would keep this one from being deployed.
        group = ec2.SecurityGroup(
            self,
            "FunctionGroup",
            vpc=self.vpc,
            description="The surveillance function: nothing in, HTTPS out",
            allow_all_outbound=False,
        )
        # The prefix list of S3 has another id in each region, to be had by a look-up only,
        # and synthesis makes none. The route tables know no way but the one to that list
        # (there is no internet gateway, no NAT, no peering), so this reaches S3 alone.
        group.add_egress_rule(
            ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "HTTPS; the only route leads to S3"
        )
        return group


class _FlowLogs(Construct):
    """Accepted and rejected flows of the VPC, in an encrypted log group."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        vpc: ec2.Vpc,
        key: kms.Key,
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        super().__init__(scope, name)
        group = EncryptedLogGroup(self, "LogGroup", naming.flow_log_group, key, settings)
        role = iam.Role(
            self,
            "Role",
            description="Writes the flow logs of the VPC",
            assumed_by=iam.ServicePrincipal(
                "vpc-flow-logs.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            ),
            inline_policies={"WriteFlowLogs": _write_flow_logs(naming)},
        )
        judge_flow_log_role(role, naming)
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


def _write_flow_logs(naming: Naming) -> iam.PolicyDocument:
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                resources=[naming.log_streams_arn(naming.flow_log_group)],
            )
        ]
    )


def _ways_through(naming: Naming, settings: StageSettings) -> list[iam.PolicyStatement]:
    """Return what the endpoint lets through: what some function may do, as its role says."""
    frames, gallery, results = BucketName.FRAMES, BucketName.GALLERY, BucketName.RESULTS
    readable = [(frames, "incoming/*"), (gallery, "index/*"), (gallery, "photos/*")]
    if settings.model_source == "s3":
        readable.append((BucketName.MODELS, "*"))
    writable = [(results, "records/*"), (results, "alerts/*")]
    writable += [(gallery, pattern) for pattern in ("index/*", "templates/*", "reports/*")]
    objects = [
        ("Read", ["s3:GetObject", "s3:GetObjectVersion"], readable),
        ("Write", ["s3:PutObject"], writable),
    ]
    listable = [naming.bucket_arn(bucket) for bucket in (frames, gallery)]
    find_records = _from_our_account("FindRecords", ["s3:ListBucket"], [naming.bucket_arn(results)])
    find_records.add_condition("StringLike", {"s3:prefix": ["records/*"]})
    return [
        *(
            _from_our_account(sid, actions, [naming.objects_arn(*place) for place in places])
            for sid, actions, places in objects
        ),
        _from_our_account("List", ["s3:ListBucket"], listable),
        find_records,
    ]


def _from_our_account(sid: str, actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    # A gateway endpoint's policy takes no other principal than *; the condition narrows it.
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.StarPrincipal()],
        actions=actions,
        resources=resources,
        conditions={"StringEquals": {"aws:PrincipalAccount": cdk.Aws.ACCOUNT_ID}},
    )
