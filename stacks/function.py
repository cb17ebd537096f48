"""A function that a queue feeds: log group, role, version, alias and event source mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.code import Package
from stacks.compliance import judge_function, judge_function_role
from stacks.function_role import FunctionRole
from stacks.log_groups import EncryptedLogGroup
from stacks.naming import ALIAS, BucketName, Naming, QueueName
from stacks.queue_mapping import feed_from_queue
from stacks.settings import StageSettings

TMP_MB = 512
RUNTIMES = {
    runtime.name: runtime
    for runtime in (
        lambda_.Runtime.PYTHON_3_12,
        lambda_.Runtime.PYTHON_3_13,
        lambda_.Runtime.PYTHON_3_14,
    )
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the functions need of the other stacks."""

    vpc: ec2.IVpc
    function_group: ec2.ISecurityGroup
    data_key: kms.IKey
    gallery_key: kms.IKey
    operations_key: kms.IKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What one function does not share with the others.

    Attributes:
        package: holds its handler.
        description: for people.
        environment: variables that it has besides the common ones.
        statements: what it may do with objects and keys.
        queue: feeds it.
        batch_size: most messages of an invocation.
        window_s: how long a batch may be waited for.
        max_concurrency: of the mapping.
        reserved_concurrency: None leaves it in the account's common pool.
        snap_start: whether Lambda keeps snapshots of its versions.
        provisioned: environments kept warm by Lambda.
    """

    package: Package
    description: str
    environment: Mapping[str, str]
    statements: Sequence[iam.PolicyStatement]
    queue: QueueName
    batch_size: int
    window_s: int
    max_concurrency: int
    reserved_concurrency: int | None = None
    snap_start: bool = False
    provisioned: int | None = None


class QueueFunction(Construct):
    """A function of ``design`` with the runtime, layers, memory and network that all share."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        design: Design,
        code: lambda_.Code,
        layers: Sequence[lambda_.LayerVersion],
        surroundings: Surroundings,
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        super().__init__(scope, name)
        self._design, self._around = design, surroundings
        self._naming, self._settings = naming, settings
        group_name = naming.function_log_group(design.package)
        self.log_group = EncryptedLogGroup(
            self, "Logs", group_name, surroundings.operations_key, settings
        )
        self.role = FunctionRole(
            self,
            "Role",
            package=design.package,
            queue=design.queue,
            statements=design.statements,
            naming=naming,
        )
        self.function = self._function(code, layers)
        judge_function_role(self.role, design.package, naming, settings)
        judge_function(self.function, design.reserved_concurrency)
        self.alias = lambda_.Alias(
            self,
            "Live",
            alias_name=ALIAS,
            version=self.function.current_version,
            description="The version that works",
            provisioned_concurrent_executions=design.provisioned,
        )
        feed_from_queue(
            self,
            queue=design.queue,
            alias=self.alias,
            batch_size=design.batch_size,
            window_s=design.window_s,
            max_concurrency=design.max_concurrency,
            naming=naming,
        )

    def _function(
        self, code: lambda_.Code, layers: Sequence[lambda_.LayerVersion]
    ) -> lambda_.Function:
        design, settings, around = self._design, self._settings, self._around
        function = lambda_.Function(
            self,
            design.package.capitalize(),
            function_name=self._naming.function(design.package),
            description=design.description,
            runtime=RUNTIMES[settings.runtime],
            architecture=lambda_.Architecture.X86_64,
            handler=f"{design.package}.handler.lambda_handler",
            code=code,
            layers=layers,
            role=self._role_as_it_is(),
            memory_size=settings.memory_mb,
            timeout=cdk.Duration.seconds(settings.timeout_s),
            ephemeral_storage_size=cdk.Size.mebibytes(TMP_MB),
            reserved_concurrent_executions=design.reserved_concurrency,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if design.snap_start else None,
            tracing=lambda_.Tracing.ACTIVE,
            environment={**self._common_environment(), **design.environment},
            environment_encryption=around.data_key,
            log_group=self.log_group,
            vpc=around.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[around.function_group],
        )
        # CDK sorts layers by name; later ones win in /opt, so the order is ours to say.
        resource = cast(lambda_.CfnFunction, function.node.default_child)
        resource.layers = [layer.layer_version_arn for layer in layers]
        return function

    def _role_as_it_is(self) -> iam.IRole:
        # To a role of its own CDK would add what it thinks tracing and VPC need.
        return iam.Role.from_role_arn(self, "RoleAsItIs", self.role.role_arn, mutable=False)

    def _common_environment(self) -> dict[str, str]:
        naming, settings = self._naming, self._settings
        environment = {
            "VSS_STAGE": settings.stage,
            "VSS_GALLERY_BUCKET": naming.bucket(BucketName.GALLERY),
            "VSS_BUCKET_OWNER": cdk.Aws.ACCOUNT_ID,
            "VSS_MANIFEST": "/opt/models/manifest.json",
            "VSS_MODEL_SET": settings.model_set,
            "VSS_MODEL_SOURCE": settings.model_source,
            # OpenCV reads it when it is imported; with it a decompression bomb is refused.
            "OPENCV_IO_MAX_IMAGE_PIXELS": str(16 * 1024 * 1024),
            # Code outside of a segment must not fail for want of a trace.
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        }
        if settings.calibrated is not None:
            # Both functions: who enrols asks whether a template would be taken for somebody else's.
            environment["VSS_IDENTIFICATION_THRESHOLD"] = f"{settings.calibrated.score:g}"
            environment["VSS_IDENTIFICATION_NETWORK"] = settings.calibrated.network
        if settings.model_source == "s3":
            environment["VSS_MODELS_BUCKET"] = naming.bucket(BucketName.MODELS)
        return environment
