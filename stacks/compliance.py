"""Rule packs run over the stacks at synthesis, and the findings that are acknowledged.

An acknowledgement stands on the resource, names one finding exactly and gives its reason. A test
proves that each still meets a finding: one that no longer does has to go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import aws_cdk as cdk
import cdk_nag
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from stacks.code import Package
from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings

PACK = "AwsSolutions"
_OWN_PREFIX = "S3 has no other way to name the objects of a prefix; the bucket and prefix are ours"
_PREFIXES: Mapping[Package, Mapping[BucketName, tuple[str, ...]]] = {
    Package.SURVEILLANCE: {
        BucketName.FRAMES: ("incoming/*",),
        BucketName.GALLERY: ("index/*",),
        BucketName.RESULTS: ("records/*", "alerts/*", "state/*"),
    },
    Package.ENROLMENT: {BucketName.GALLERY: ("photos/*", "index/*", "templates/*", "reports/*")},
}
_OWN_STREAMS = "Log streams are named by the service; the log group is this one alone"


def add_rule_packs(app: cdk.App) -> None:
    """Let synthesis fail on any finding of AwsSolutions that is not acknowledged."""
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app, verbose=True))


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge a finding of AwsSolutions; ``rule`` may carry its ``[Resource::…]``."""
    finding = cdk.Acknowledgment(id=f"{PACK}::{PACK}-{rule}", reason=reason)
    cdk.Validations.of(construct).acknowledge(finding)


def skip_checkov(construct: IConstruct, checks: Mapping[str, str]) -> None:
    """Skip checkov's ``checks`` (id: reason) on the resource, in the template's metadata."""
    skips = [{"id": check, "comment": reason} for check, reason in checks.items()]
    resource = cast(cdk.CfnResource, construct.node.default_child)
    resource.add_metadata("checkov", {"skip": skips})


def judge_function_role(
    role: iam.Role, package: Package, naming: Naming, settings: StageSettings
) -> None:
    """Explain every ``*`` in the permissions of a function."""
    prefixes = dict(_PREFIXES[package])
    if settings.model_source == "s3":
        prefixes[BucketName.MODELS] = ("*",)
    objects = [
        naming.objects_arn(bucket, pattern)
        for bucket, patterns in prefixes.items()
        for pattern in patterns
    ]
    judge_role(role, objects, naming.log_streams_arn(naming.function_log_group(package)))


def judge_role(role: iam.Role, objects: Sequence[str], log_streams: str) -> None:
    """Explain every ``*`` in the permissions of a function, given the ARNs of objects and logs."""
    for arn in objects:
        _wildcard(role, arn, _OWN_PREFIX)
    _wildcard(role, log_streams, _OWN_STREAMS)
    _wildcard(
        role,
        "*",
        "X-Ray's Put calls and the network-interface calls Lambda makes for a function in a VPC "
        "have no resource level; the latter are denied to the function's own code",
    )
    skip_checkov(
        role,
        {
            "CKV_AWS_111": "The writes on * are X-Ray's and the network interfaces': "
            "no resource level, and the latter are denied to the function's own code"
        },
    )


def judge_flow_log_role(role: iam.Role, log_streams: str) -> None:
    """Explain the ``*`` in the permissions of the flow logs."""
    _wildcard(role, log_streams, _OWN_STREAMS)


def judge_function(
    function: lambda_.Function, reserved_concurrency: int | None, *, is_image: bool = False
) -> None:
    """Explain the runtime, and where the dead letters and the limit of concurrency are."""
    if not is_image:
        acknowledge(
            function,
            "L1",
            "The layers' binaries are proven on python3.13, maintained until 2029-06",
        )
    skips = {"CKV_AWS_116": "The source is a queue: its dead-letter queue takes what fails"}
    if reserved_concurrency is None:
        skips["CKV_AWS_115"] = (
            "The event source mapping's maximum concurrency is the limit; a reservation would "
            "take from a pool that is 10 in a new account"
        )
    skip_checkov(function, skips)


def judge_access_logs(bucket: s3.Bucket) -> None:
    """Explain why the bucket of the access logs keeps none about itself."""
    skip_checkov(bucket, {"CKV_AWS_18": "It receives the access logs: its own would feed itself"})


def _wildcard(role: iam.Role, arn: str, reason: str) -> None:
    # The rule writes ${AWS::Region} as <AWS::Region>.
    resolved = cdk.Stack.of(role).resolve(arn)
    text = resolved if isinstance(resolved, str) else resolved["Fn::Sub"]
    finding = text.replace("${", "<").replace("}", ">")
    acknowledge(role, f"IAM5[Resource::{finding}]", reason)
