"""The ``aws`` half of an FDL file: functions for AWS Lambda and AWS Batch, as SCAR reads them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from vss.continuum.fdl.aws_services import (
    ApiGateway,
    Batch,
    CloudWatch,
    Ecr,
    Iam,
    ScriptEnvironment,
    SecurityGroup,
    Subnet,
)
from vss.continuum.fdl.base import (
    Between,
    FdlModel,
    Many,
    Matching,
    not_allowed,
    one_spelling,
    other_spelling,
)
from vss.continuum.fdl.fields import (
    Arn,
    Count,
    Image,
    LambdaVariables,
    LogLevel,
    Region,
    ScriptPath,
    Word,
)
from vss.continuum.fdl.limits import (
    LAMBDA_ENVIRONMENT_BYTES,
    LAMBDA_LAYERS,
    LAMBDA_MEMORY_MB,
    LAMBDA_RESERVED_VARIABLES,
    LAMBDA_TIMEOUT_S,
)
from vss.continuum.fdl.storage import StoragePath

ExecutionMode = Literal["lambda", "lambda-batch", "batch"]
_FunctionName = Annotated[
    str, Matching(r"[A-Za-z0-9_\-]{1,64}", "1 to 64 letters, digits, hyphens and underscores")
]
_LayerArn = Annotated[
    str,
    Matching(
        r"arn:aws[a-z\-]*:lambda:[a-z0-9\-]+:[0-9]{12}:layer:[A-Za-z0-9_\-]{1,64}:[0-9]+",
        "the ARN of a layer version",
    ),
]
_MountPath = Annotated[str, Matching(r"/mnt/[A-Za-z0-9_.\-]+", "a folder directly below /mnt")]


class LambdaEnvironment(FdlModel):
    """Variables of the Lambda function, not of the script in its container."""

    model_config = ConfigDict(json_schema_extra=other_spelling(variables="Variables"))

    variables: LambdaVariables = Field(default_factory=dict, alias="Variables")

    @model_validator(mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        return one_spelling(value, "variables", "Variables")

    @model_validator(mode="after")
    def _lambda_takes_them(self) -> Self:
        reserved = LAMBDA_RESERVED_VARIABLES & self.variables.keys()
        if reserved:
            raise not_allowed(f"names that Lambda does not set itself, not {min(reserved)}")
        size = sum(len((name + text).encode()) for name, text in self.variables.items())
        if size > LAMBDA_ENVIRONMENT_BYTES:
            raise not_allowed(f"{LAMBDA_ENVIRONMENT_BYTES} bytes of variables in all")
        return self


class Container(FdlModel):
    """The container that the script runs in.

    Attributes:
        timeout_threshold: seconds kept back of the function's time, to upload what was made.
    """

    image: Image
    image_file: ScriptPath | None = None
    create_image: bool = True
    alpine: bool = False
    timeout_threshold: Annotated[int, Between(0, LAMBDA_TIMEOUT_S[1], "s")] = 10
    environment: ScriptEnvironment = ScriptEnvironment()


class Supervisor(FdlModel):
    """Which faas-supervisor SCAR would add."""

    version: Word = "latest"


class Deployment(FdlModel):
    """How SCAR would upload the package."""

    bucket: Word | None = None
    max_payload_size: Count = 52_428_800
    max_s3_payload_size: Count = 262_144_000


class Vpc(FdlModel):
    """The network of the function."""

    subnet_ids: Many[Subnet] = Field((), alias="SubnetIds")
    security_group_ids: Many[SecurityGroup] = Field((), alias="SecurityGroupIds")


class FileSystem(FdlModel):
    """An EFS access point mounted into the function."""

    arn: Arn = Field(alias="Arn")
    local_mount_path: _MountPath = Field(alias="LocalMountPath")


class LambdaSettings(FdlModel):
    """``lambda``: the function itself.

    Attributes:
        memory: MB.
        timeout: s.
        init_script: runs for each event, as ``run_script``; relative to the FDL file.
        input: its events; only s3 triggers it.
    """

    name: _FunctionName
    memory: Annotated[int, Between(*LAMBDA_MEMORY_MB, "MB")] = 512
    timeout: Annotated[int, Between(*LAMBDA_TIMEOUT_S, "s")] = 300
    execution_mode: ExecutionMode = "lambda"
    log_level: LogLevel = "INFO"
    runtime: Annotated[str, Matching(r"python3\.[0-9]{1,2}|image", "python3.<minor> or image")] = (
        "python3.7"
    )
    architectures: Annotated[
        Many[Literal["x86_64", "arm64"]], Field(min_length=1, max_length=1)
    ] = ("x86_64",)
    layers: Annotated[Many[_LayerArn], Field(max_length=LAMBDA_LAYERS)] = ()
    init_script: ScriptPath | None = None
    run_script: ScriptPath | None = None
    environment: LambdaEnvironment = LambdaEnvironment()
    container: Container | None = None
    input: Many[StoragePath] = ()
    output: Many[StoragePath] = ()
    supervisor: Supervisor = Supervisor()
    deployment: Deployment = Deployment()
    vpc: Vpc | None = None
    file_system: Many[FileSystem] = ()
    region: Region = "us-east-1"
    boto_profile: Word = "default"
    description: Annotated[str, Field(max_length=256)] = ""
    asynchronous: bool = False
    preheat: bool = False
    extra_payload: ScriptPath | None = None

    @property
    def script(self) -> str | None:
        """The script that runs for each event, relative to the FDL file."""
        return self.init_script or self.run_script

    @model_validator(mode="after")
    def _time_is_left_for_the_script(self) -> Self:
        if self.container and self.container.timeout_threshold >= self.timeout:
            raise not_allowed("a timeout longer than container.timeout_threshold")
        return self


class AwsFunction(FdlModel):
    """One item of ``functions.aws``: a function and the services around it."""

    lambda_: LambdaSettings = Field(alias="lambda")
    iam: Iam = Iam()
    api_gateway: ApiGateway = ApiGateway()
    cloudwatch: CloudWatch = CloudWatch()
    batch: Batch | None = None
    ecr: Ecr = Ecr()

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.lambda_.name
