"""A function of a workflow: log group, role, code of its kind, alias, queue in front of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.code import WorkflowCode
from stacks.compliance import judge_function, judge_role
from stacks.function import RUNTIMES, TMP_MB
from stacks.function_role import FunctionRole
from stacks.log_groups import EncryptedLogGroup
from stacks.naming import ALIAS, Naming
from stacks.queue_mapping import feed_from_queue
from stacks.settings import StageSettings
from stacks.workflow_description import supervisor_variables
from stacks.workflow_design import CloudFunction, ImageRuntime, OwnNetwork, ProjectRuntime
from stacks.workflow_names import function_purpose
from stacks.workflow_permissions import all_objects, permissions
from stacks.workflow_project import project_variables

SUPERVISOR = "supervisor.handler.lambda_handler"
_ARCHITECTURES = {"x86_64": lambda_.Architecture.X86_64, "arm64": lambda_.Architecture.ARM_64}


@dataclass(frozen=True, slots=True)
class WorkflowSurroundings:
    """What the functions of a workflow share.

    Attributes:
        network: VPC and security group; None where each has a network of its own.
        layers: of this project, in the order in which they are listed; empty where none is used.
    """

    key: kms.IKey
    network: tuple[ec2.IVpc, ec2.ISecurityGroup] | None
    layers: Sequence[lambda_.LayerVersion]
    code: WorkflowCode
    naming: Naming
    settings: StageSettings


class WorkflowFunction(Construct):
    """The resources of ``design``, its queue excepted, which its buckets need before it."""

    def __init__(
        self, scope: Construct, name: str, *, design: CloudFunction, around: WorkflowSurroundings
    ) -> None:
        super().__init__(scope, name)
        self._design, self._around = design, around
        naming, purpose = around.naming, function_purpose(around.naming, design.name)
        self._purpose, group = purpose, naming.function_log_group(purpose)
        self.log_group = EncryptedLogGroup(self, "Logs", group, around.key, around.settings)
        resource = cast(cdk.CfnResource, self.log_group.node.default_child)
        resource.add_property_override("RetentionInDays", design.log_retention_days)
        self.role = FunctionRole(
            self,
            "Role",
            package=purpose,
            queue=purpose,
            statements=permissions(design, around.key.key_arn, naming),
            naming=naming,
        )
        judge_role(self.role, all_objects(design, naming), naming.log_streams_arn(group))
        self.function = self._function()
        self.alias = lambda_.Alias(
            self,
            "Live",
            alias_name=ALIAS,
            version=self.function.current_version,
            description="The version that works",
        )
        feed_from_queue(
            self,
            queue=purpose,
            alias=self.alias,
            # One object has the function's time; several would have to share it.
            batch_size=1,
            window_s=0,
            max_concurrency=around.settings.max_concurrency,
            naming=naming,
        )

    def _function(self) -> lambda_.Function:
        runtime = self._design.runtime
        if isinstance(runtime, ImageRuntime):
            function = self._of_image(runtime)
        elif isinstance(runtime, ProjectRuntime):
            function = self._of_project(runtime)
        else:
            function = self._of_script()
        judge_function(function, None, is_image=isinstance(runtime, ImageRuntime))
        if self._design.network is not None:
            _place(function, self._design.network)
        return function

    def _of_image(self, runtime: ImageRuntime) -> lambda_.Function:
        if runtime.repository.startswith("arn:"):
            repository = ecr.Repository.from_repository_arn(self, "Image", runtime.repository)
        else:
            repository = ecr.Repository.from_repository_name(self, "Image", runtime.repository)
        return lambda_.DockerImageFunction(
            self,
            "Function",
            code=lambda_.DockerImageCode.from_ecr(repository, tag_or_digest=runtime.version),
            architecture=_ARCHITECTURES[runtime.architecture],
            **self._common(self._supervised()),
        )

    def _of_project(self, runtime: ProjectRuntime) -> lambda_.Function:
        around, package = self._around, runtime.package
        own = project_variables(self._design, around.key.key_arn, around.naming, around.settings)
        layers = [layer.layer_version_arn for layer in around.layers]
        return self._of_package(
            f"{package}.handler.lambda_handler", around.code.function(package), own, layers
        )

    def _of_script(self) -> lambda_.Function:
        script = self._design.script
        code = self._around.code.supervised(self._purpose, script)
        return self._of_package(SUPERVISOR, code, self._supervised(), [])

    def _of_package(
        self, handler: str, code: lambda_.Code, variables: dict[str, str], layers: list[str]
    ) -> lambda_.Function:
        function = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIMES[self._around.settings.runtime],
            architecture=lambda_.Architecture.X86_64,
            handler=handler,
            code=code,
            **self._common(variables),
        )
        if listed := [*self._design.layers, *layers]:
            # CDK sorts layers by name; later ones win in /opt, so the order is ours to say.
            cast(lambda_.CfnFunction, function.node.default_child).layers = listed
        return function

    def _supervised(self) -> dict[str, str]:
        return supervisor_variables(cdk.Stack.of(self), self._design, self._around.naming)

    def _common(self, variables: dict[str, str]) -> dict[str, Any]:
        design, around = self._design, self._around
        common = {
            "function_name": around.naming.function(self._purpose),
            "description": design.description or f"Workflow function {design.name}",
            # To a role of its own CDK would add what it thinks tracing and VPC need.
            "role": iam.Role.from_role_arn(self, "RoleAsItIs", self.role.role_arn, mutable=False),
            "memory_size": design.memory_mb,
            "timeout": cdk.Duration.seconds(design.timeout_s),
            "ephemeral_storage_size": cdk.Size.mebibytes(TMP_MB),
            "tracing": lambda_.Tracing.ACTIVE,
            "environment": {
                **design.variables,
                **variables,
                "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            },
            "environment_encryption": around.key,
            "log_group": self.log_group,
        }
        if design.network is None and around.network is not None:
            vpc, group = around.network
            subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            common |= {"vpc": vpc, "vpc_subnets": subnets, "security_groups": [group]}
        return common


def _place(function: lambda_.Function, network: OwnNetwork) -> None:
    properties = lambda_.CfnFunction.VpcConfigProperty(
        subnet_ids=list(network.subnet_ids), security_group_ids=list(network.security_group_ids)
    )
    cast(lambda_.CfnFunction, function.node.default_child).vpc_config = properties
