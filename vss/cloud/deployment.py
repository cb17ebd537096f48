"""A deployment to talk to: its stage, its resources by name, a session with its AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.errors import ConfigurationError, SurveillanceError

from vss.local.state import LocalState

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_lambda.type_defs import FunctionConfigurationResponseTypeDef
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_xray import XRayClient

# What CDK exports from stack to stack is nothing for people.
_BETWEEN_STACKS = "ExportsOutput"
_MODEL_SET = "VSS_MODEL_SET"
STACKS = ("network", "storage", "inference", "monitoring")


class DeploymentError(SurveillanceError):
    """The deployment does not exist or cannot be reached."""


class Where(StrEnum):
    """Which AWS is meant."""

    AUTO = "auto"
    LOCAL = "local"
    AWS = "aws"


@dataclass(frozen=True)
class Deployment:
    """One stage of the application.

    Attributes:
        stage: its name.
        is_local: whether it runs in the emulated AWS of this machine.
        session: credentials and region.
        endpoint: base address of the local AWS; None for the real one.
        outputs: the outputs of its stacks by key, for instance ``FramesBucket``.
    """

    stage: str
    is_local: bool
    session: boto3.Session
    endpoint: str | None
    outputs: Mapping[str, str]

    @property
    def name(self) -> str:
        """How the deployment is shown to people."""
        place = "local AWS (emulated)" if self.is_local else f"AWS {self.session.region_name}"
        return f"stage {self.stage} on {place}"

    def output(self, key: str) -> str:
        """Return a stack output.

        Raises:
            DeploymentError: no stack of the stage has it.
        """
        if key not in self.outputs:
            raise DeploymentError(
                f"{self.name} has no output {key!r}; it has {', '.join(sorted(self.outputs))}"
            )
        return self.outputs[key]

    @property
    def account(self) -> str:
        """The account that it is in, by the gallery key's ARN."""
        return self.output("GalleryKeyArn").split(":")[4]

    @property
    def model_set(self) -> str:
        """The set of networks that the function loads, as its own environment says.

        Raises:
            DeploymentError: the environment cannot be read or names none.
        """
        if _MODEL_SET not in self.environment:
            function = self.output("SurveillanceAliasArn")
            raise DeploymentError(
                f"function {function}: {_MODEL_SET} cannot be read: there is no such variable"
            )
        return self.environment[_MODEL_SET]

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The environment variables of the surveillance function.

        Raises:
            DeploymentError: they cannot be read.
        """
        function = self.output("SurveillanceAliasArn")
        environment = self._function(function).get("Environment", {})
        if "Error" in environment:
            # Lambda gives the whole function but its variables to who may not use their key.
            reason = environment["Error"].get("Message")
            raise DeploymentError(f"function {function}: its variables cannot be read: {reason}")
        return environment.get("Variables", {})

    @cached_property
    def invocation_limit_s(self) -> int:
        """How long an invocation of one of the functions may last.

        Raises:
            DeploymentError: a function cannot be read.
        """
        functions = map(self.output, ("SurveillanceAliasArn", "EnrolmentAliasArn"))
        return max(self._function(function)["Timeout"] for function in functions)

    def _function(self, arn: str) -> FunctionConfigurationResponseTypeDef:
        try:
            return self.awslambda.get_function_configuration(FunctionName=arn)
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(f"function {arn} cannot be read: {error}") from error

    @cached_property
    def awslambda(self) -> LambdaClient:
        """A client for Lambda."""
        return self.session.client("lambda", endpoint_url=self.endpoint, config=_client_config())

    @cached_property
    def kms(self) -> KMSClient:
        """A client for KMS."""
        return self.session.client("kms", endpoint_url=self.endpoint, config=_client_config())

    @cached_property
    def s3(self) -> S3Client:
        """A client for S3."""
        return self.session.client("s3", endpoint_url=self.endpoint, config=_client_config())

    @cached_property
    def sqs(self) -> SQSClient:
        """A client for SQS."""
        return self.session.client("sqs", endpoint_url=self.endpoint, config=_client_config())

    @cached_property
    def xray(self) -> XRayClient:
        """A client for X-Ray."""
        return self.session.client("xray", endpoint_url=self.endpoint, config=_client_config())


def connect(stage: str | None, where: Where, profile: str | None) -> Deployment:
    """Find a deployment: the local one where one runs and AWS is not asked for.

    Raises:
        ConfigurationError: the local AWS is wanted and does not run, or no region is set.
        DeploymentError: the stage is not deployed, or AWS refuses the credentials.
    """
    state = None if where is Where.AWS or profile else LocalState.read()
    if where is Where.LOCAL and state is None:
        raise ConfigurationError("the local AWS does not run; `vss local up` starts it")
    if state is not None:
        return connect_local(state, stage)
    session = boto3.Session(profile_name=profile)
    if session.region_name is None:
        raise ConfigurationError(
            "no AWS region is set (AWS_REGION or the profile), and no local AWS runs; "
            "`vss local up` starts one"
        )
    return _connect(stage or "dev", session, None)


def connect_local(state: LocalState, stage: str | None = None) -> Deployment:
    """Return the deployment in the local AWS."""
    return _connect(stage or state.stage or "dev", state.session(), state.endpoint)


def _connect(stage: str, session: boto3.Session, endpoint: str | None) -> Deployment:
    client = session.client("cloudformation", endpoint_url=endpoint, config=_client_config())
    outputs: dict[str, str] = {}
    for stack in STACKS:
        name = f"vss-{stage}-{stack}"
        try:
            described = client.describe_stacks(StackName=name)["Stacks"][0]
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(f"stack {name} cannot be read: {error}") from error
        outputs |= {
            item["OutputKey"]: item["OutputValue"]
            for item in described.get("Outputs", [])
            if not item["OutputKey"].startswith(_BETWEEN_STACKS)
        }
    return Deployment(stage, endpoint is not None, session, endpoint, outputs)


def _client_config() -> Config:
    return Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "max_attempts": 4},
        max_pool_connections=32,
    )
