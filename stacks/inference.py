"""The function with its layers, its role, its alias and the mapping that feeds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.code import CodeProvider, Layer
from stacks.compliance import judge_function, judge_function_role
from stacks.function_role import FunctionRole
from stacks.log_groups import EncryptedLogGroup
from stacks.naming import ALIAS, BucketName, Naming
from stacks.settings import StageSettings
from stacks.warm_keeping import ScheduledPing

HANDLER = "surveillance.handler.lambda_handler"
TMP_MB = 512
_RUNTIMES = {
    runtime.name: runtime
    for runtime in (
        lambda_.Runtime.PYTHON_3_12,
        lambda_.Runtime.PYTHON_3_13,
        lambda_.Runtime.PYTHON_3_14,
    )
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the function needs of the other stacks."""

    vpc: ec2.IVpc
    function_group: ec2.ISecurityGroup
    data_key: kms.IKey
    gallery_key: kms.IKey
    operations_key: kms.IKey


class InferenceStack(cdk.Stack):
    """Layers, function, alias, event source mapping."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        naming: Naming,
        settings: StageSettings,
        code: CodeProvider,
        surroundings: Surroundings,
    ) -> None:
        super().__init__(
            scope,
            name,
            stack_name=name,
            description="VSS: the surveillance function",
            termination_protection=settings.termination_protection,
        )
        self._naming, self._settings, self._around = naming, settings, surroundings
        self._runtime = _RUNTIMES[settings.runtime]
        self.log_group = EncryptedLogGroup(
            self, "Logs", naming.function_log_group, surroundings.operations_key, settings
        )
        self.role = FunctionRole(
            self,
            "Role",
            naming=naming,
            settings=settings,
            data_key_arn=surroundings.data_key.key_arn,
            gallery_key_arn=surroundings.gallery_key.key_arn,
        )
        self.function = self._function(code)
        judge_function_role(self.role, naming, settings)
        judge_function(self.function, settings)
        self.alias = self._alias()
        self._mapping()
        if settings.warm_keeping == "schedule":
            ScheduledPing(self, "Warm", self.alias, naming, settings.warm_instances)
        self._outputs()
        for warning_id, text in code.warnings.items():
            cdk.Annotations.of(self).add_warning_v2(warning_id, text)

    def _function(self, code: CodeProvider) -> lambda_.Function:
        settings, around = self._settings, self._around
        layers = [self._layer(code, layer) for layer in Layer]
        function = lambda_.Function(
            self,
            "Surveillance",
            function_name=self._naming.function,
            description="Camera image in, record out",
            runtime=self._runtime,
            architecture=lambda_.Architecture.X86_64,
            handler=HANDLER,
            code=code.function(),
            layers=layers,
            role=self._role_as_it_is(),
            memory_size=settings.memory_mb,
            timeout=cdk.Duration.seconds(settings.timeout_s),
            ephemeral_storage_size=cdk.Size.mebibytes(TMP_MB),
            reserved_concurrent_executions=settings.reserved_concurrency,
            snap_start=(
                lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS
                if settings.warm_keeping == "snapstart"
                else None
            ),
            tracing=lambda_.Tracing.ACTIVE,
            environment=self._environment(),
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

    def _layer(self, code: CodeProvider, layer: Layer) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            "".join(word.capitalize() for word in layer.split("_")) + "Layer",
            layer_version_name=self._naming.stack(layer.replace("_", "-")),
            description=f"Package {layer}",
            code=code.layer(layer),
            compatible_runtimes=[self._runtime],
            compatible_architectures=[lambda_.Architecture.X86_64],
        )

    def _environment(self) -> dict[str, str]:
        naming, settings = self._naming, self._settings
        environment = {
            "VSS_STAGE": settings.stage,
            "VSS_FRAMES_BUCKET": naming.bucket(BucketName.FRAMES),
            "VSS_RESULTS_BUCKET": naming.bucket(BucketName.RESULTS),
            "VSS_RESULTS_KEY_ARN": self._around.data_key.key_arn,
            "VSS_GALLERY_BUCKET": naming.bucket(BucketName.GALLERY),
            "VSS_BUCKET_OWNER": cdk.Aws.ACCOUNT_ID,
            "VSS_MANIFEST": "/opt/models/manifest.json",
            "VSS_MODEL_SET": settings.model_set,
            "VSS_SCOPE": settings.scope,
            "VSS_MODEL_SOURCE": settings.model_source,
            "VSS_ALERTS": ",".join(settings.alerts),
            # OpenCV reads it when it is imported; with it a decompression bomb is refused.
            "OPENCV_IO_MAX_IMAGE_PIXELS": str(16 * 1024 * 1024),
            # Code outside of a segment must not fail for want of a trace.
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        }
        if settings.model_source == "s3":
            environment["VSS_MODELS_BUCKET"] = naming.bucket(BucketName.MODELS)
        return environment

    def _alias(self) -> lambda_.Alias:
        settings = self._settings
        return lambda_.Alias(
            self,
            "Live",
            alias_name=ALIAS,
            version=self.function.current_version,
            description="The version that analyses",
            provisioned_concurrent_executions=(
                settings.warm_instances if settings.warm_keeping == "provisioned" else None
            ),
        )

    def _mapping(self) -> None:
        # On the alias: SnapStart and provisioned concurrency exist for versions only.
        settings = self._settings
        lambda_.CfnEventSourceMapping(
            self,
            "FramesMapping",
            event_source_arn=self._naming.queue_arn(self._naming.frames_queue),
            function_name=self.alias.function_arn,
            batch_size=settings.batch_size,
            maximum_batching_window_in_seconds=settings.batch_window_s,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=settings.max_concurrency
            ),
        )

    def _outputs(self) -> None:
        for name, value, description in (
            ("SurveillanceFunction", self.function.function_name, "The function that analyses"),
            ("SurveillanceAliasArn", self.alias.function_arn, "What the queue invokes"),
            ("SurveillanceLogGroup", self.log_group.log_group_name, "Its log and its metrics"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)
