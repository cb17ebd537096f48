"""What stands beside ``lambda`` in an AWS function: role, logs, HTTP interface, AWS Batch."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from vss.continuum.fdl.base import (
    Between,
    FdlModel,
    Many,
    Matching,
    not_allowed,
    one_spelling,
    other_spelling,
)
from vss.continuum.fdl.fields import ARN, Arn, Count, Region, ScriptVariables, Word
from vss.continuum.fdl.limits import BATCH_MEMORY_MIB, CLOUDWATCH_RETENTION_DAYS

Subnet = Annotated[str, Matching(r"subnet-[0-9a-f]{1,17}", "an id such as subnet-0a1b2c3d")]
SecurityGroup = Annotated[str, Matching(r"sg-[0-9a-f]{1,17}", "an id such as sg-0a1b2c3d")]
_InstanceType = Annotated[
    str, Matching(r"optimal|[a-z0-9\-]+(?:\.[a-z0-9\-]+)?", "an instance type such as m5.large")
]


class ScriptEnvironment(FdlModel):
    """Variables of the script in its container."""

    model_config = ConfigDict(json_schema_extra=other_spelling(variables="Variables"))

    variables: ScriptVariables = Field(default_factory=dict, alias="Variables")

    @model_validator(mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        return one_spelling(value, "variables", "Variables")


class AwsSection(FdlModel):
    """A service beside Lambda, which SCAR reaches with a profile and in a region of its own."""

    boto_profile: Word = "default"
    region: Region = "us-east-1"


class Iam(AwsSection):
    """``iam``: the role of the function, empty where one is made for it."""

    role: Annotated[str, Matching(rf"|{ARN.pattern}", f"empty, or {ARN.allowed}")] = ""


class ApiGateway(AwsSection):
    """``api_gateway``: a name makes the function callable as ``…/scar/launch``, for 29 s."""

    name: (
        Annotated[str, Matching(r"[A-Za-z0-9_.\-]{1,128}", "letters, digits and _ . -")] | None
    ) = None


class CloudWatch(AwsSection):
    """``cloudwatch``: how long logs are kept."""

    log_retention_policy_in_days: int = 30

    @field_validator("log_retention_policy_in_days")
    @classmethod
    def _cloudwatch_takes_it(cls, days: int) -> int:
        if days not in CLOUDWATCH_RETENTION_DAYS:
            raise not_allowed(f"one of {', '.join(map(str, CLOUDWATCH_RETENTION_DAYS))}")
        return days


class Ecr(AwsSection):
    """``ecr``: whether the image goes with the function."""

    delete_image: bool = True


class ComputeResources(FdlModel):
    """The compute environment of AWS Batch; counts are of virtual CPUs.

    Its network is required in effect, but often left to the defaults that lie under a file.
    """

    security_group_ids: Annotated[Many[SecurityGroup], Field(min_length=1)] = ()
    subnets: Annotated[Many[Subnet], Field(min_length=1)] = ()
    desired_v_cpus: Count = 0
    min_v_cpus: Count = 0
    max_v_cpus: Count = 2
    instance_types: Annotated[Many[_InstanceType], Field(min_length=1)] = ("m3.medium",)
    instance_role: Arn | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.min_v_cpus <= self.desired_v_cpus <= self.max_v_cpus:
            raise not_allowed("min_v_cpus ≤ desired_v_cpus ≤ max_v_cpus")
        return self


class MultiNodeParallel(FdlModel):
    """A job over several nodes."""

    enabled: bool = False
    number_nodes: Annotated[int, Between(1, 1000)] = 10
    main_node_index: Count = 0

    @field_validator("main_node_index")
    @classmethod
    def _is_one_of_them(cls, index: int, info: ValidationInfo) -> int:
        nodes = info.data.get("number_nodes", index + 1)
        if index >= nodes:
            raise not_allowed(f"a whole number below number_nodes, {nodes}")
        return index


class Batch(AwsSection):
    """``batch``: for the execution modes batch and lambda-batch; memory in MiB."""

    vcpus: Annotated[int, Between(1, 256)] = 1
    memory: Annotated[int, Between(BATCH_MEMORY_MIB, 2_000_000, "MiB")] = 1024
    enable_gpu: bool = False
    service_role: Arn | None = None
    environment: ScriptEnvironment = ScriptEnvironment()
    compute_resources: ComputeResources | None = None
    multi_node_parallel: MultiNodeParallel = MultiNodeParallel()
