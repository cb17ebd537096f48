"""The role of the surveillance function: what it may do, and not one action more."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.key_policies import via
from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings

# Lambda makes the function's network interfaces in its name; EC2 has no resource level here.
_NETWORK_INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
_TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")


class FunctionRole(iam.Role):
    """All permissions in one inline policy: the role never exists without its limits."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        naming: Naming,
        settings: StageSettings,
        data_key_arn: str,
        gallery_key_arn: str,
    ) -> None:
        statements = [
            *_objects(naming, settings),
            *_keys(data_key_arn, gallery_key_arn),
            _queue(naming),
            _logs(naming),
            _allow("Traces", _TRACES, "*"),
            _allow("NetworkInterfaces", _NETWORK_INTERFACES, "*"),
            _no_network_interfaces_from_code(naming),
        ]
        super().__init__(
            scope,
            name,
            description="What the surveillance function may do",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Surveillance": iam.PolicyDocument(statements=statements)},
        )


def _objects(naming: Naming, settings: StageSettings) -> list[iam.PolicyStatement]:
    frames = naming.objects_arn(BucketName.FRAMES, "incoming/*")
    gallery = naming.objects_arn(BucketName.GALLERY, "index/*")
    results = [
        naming.objects_arn(BucketName.RESULTS, pattern) for pattern in ("records/*", "alerts/*")
    ]
    # Who may not list a bucket is told 403 of a missing object, and a frame gone before its
    # analysis could not be told from a permission that is missing.
    listable = [naming.bucket_arn(name) for name in (BucketName.FRAMES, BucketName.GALLERY)]
    statements = [
        _allow("ReadFrames", ("s3:GetObject", "s3:GetObjectVersion"), frames),
        _allow("ReadGallery", ("s3:GetObject",), gallery),
        _allow("TellMissingFromForbidden", ("s3:ListBucket",), *listable),
        _allow("WriteResults", ("s3:PutObject",), *results),
        _find_records(naming),
    ]
    if settings.model_source == "s3":
        networks = naming.objects_arn(BucketName.MODELS, "*")
        statements.append(_allow("ReadNetworks", ("s3:GetObject",), networks))
    return statements


def _find_records(naming: Naming) -> iam.PolicyStatement:
    """Let the function tell which images are done, so that a crash does not make them dead letters.

    It asks for one key at a time and sees names only: it can read no record, and list no alert.
    """
    statement = _allow("FindRecords", ("s3:ListBucket",), naming.bucket_arn(BucketName.RESULTS))
    statement.add_condition("StringLike", {"s3:prefix": ["records/*"]})
    return statement


def _keys(data_key_arn: str, gallery_key_arn: str) -> list[iam.PolicyStatement]:
    # Decrypt: frames (s3), messages (sqs), the function's own environment (lambda).
    return [
        _through(
            _allow("DecryptData", ("kms:Decrypt",), data_key_arn),
            via("s3"),
            via("sqs"),
            via("lambda"),
        ),
        _through(_allow("EncryptResults", ("kms:GenerateDataKey",), data_key_arn), via("s3")),
        _through(_allow("DecryptGallery", ("kms:Decrypt",), gallery_key_arn), via("s3")),
    ]


def _queue(naming: Naming) -> iam.PolicyStatement:
    actions = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
    return _allow("TakeFrames", actions, naming.queue_arn(naming.frames_queue))


def _logs(naming: Naming) -> iam.PolicyStatement:
    streams = naming.log_streams_arn(naming.function_log_group)
    return _allow("WriteLogs", ("logs:CreateLogStream", "logs:PutLogEvents"), streams)


def _no_network_interfaces_from_code(naming: Naming) -> iam.PolicyStatement:
    """Keep the interface calls to Lambda itself: the key is set on calls of our code only."""
    return iam.PolicyStatement(
        sid="NoNetworkInterfacesFromCode",
        effect=iam.Effect.DENY,
        actions=list(_NETWORK_INTERFACES),
        resources=["*"],
        conditions={"ArnEquals": {"lambda:SourceFunctionArn": [naming.function_arn]}},
    )


def _allow(sid: str, actions: tuple[str, ...], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources))


def _through(statement: iam.PolicyStatement, *services: str) -> iam.PolicyStatement:
    statement.add_condition("StringEquals", {"kms:ViaService": list(services)})
    return statement
