"""The network: isolated subnets in two zones, from which nothing but our buckets can be reached.

No NAT and no interface endpoint: the functions need S3 alone, and queue polling, logs, traces
and encryption are done by the services outside of the VPC.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.isolated_network import (
    FlowLogs,
    from_our_account,
    https_only_group,
    isolated_vpc,
    s3_endpoint,
)
from stacks.naming import BucketName, Naming
from stacks.operations_key import OperationsKey
from stacks.settings import StageSettings


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
        self.vpc = isolated_vpc(self)
        self.endpoint = s3_endpoint(self.vpc, _ways_through(naming, settings))
        # Of both functions, which need the same. Another description would be another group, and
        # a stack that imports the one of old would keep this one from being deployed.
        self.function_group = https_only_group(
            self, self.vpc, "The surveillance function: nothing in, HTTPS out"
        )
        group = naming.flow_log_group
        FlowLogs(self, "FlowLogs", self.vpc, self.operations_key, group, naming, settings)
        cdk.CfnOutput(
            self, "VpcId", value=self.vpc.vpc_id, description="Network the functions run in"
        )
        cdk.CfnOutput(
            self,
            "S3EndpointId",
            value=self.endpoint.vpc_endpoint_id,
            description="Gateway endpoint through which frames and gallery are read",
        )


def _ways_through(naming: Naming, settings: StageSettings) -> list[iam.PolicyStatement]:
    """Return what the endpoint lets through: what some function may do, as its role says."""
    frames, gallery, results = BucketName.FRAMES, BucketName.GALLERY, BucketName.RESULTS
    readable = [(frames, "incoming/*"), (gallery, "index/*"), (gallery, "photos/*")]
    readable.append((results, "state/*"))
    if settings.model_source == "s3":
        readable.append((BucketName.MODELS, "*"))
    writable = [(results, pattern) for pattern in ("records/*", "alerts/*", "state/*")]
    writable += [(gallery, pattern) for pattern in ("index/*", "templates/*", "reports/*")]
    objects = [
        ("Read", ["s3:GetObject", "s3:GetObjectVersion"], readable),
        ("Write", ["s3:PutObject"], writable),
    ]
    listable = [naming.bucket_arn(bucket) for bucket in (frames, gallery)]
    find_records = from_our_account("FindRecords", ["s3:ListBucket"], [naming.bucket_arn(results)])
    find_records.add_condition("StringLike", {"s3:prefix": ["records/*"]})
    return [
        *(
            from_our_account(sid, actions, [naming.objects_arn(*place) for place in places])
            for sid, actions, places in objects
        ),
        from_our_account("List", ["s3:ListBucket"], listable),
        find_records,
    ]
