"""The keys of the data and of the gallery."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.key_policies import USE, administration, key_properties, use_through, via
from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings


class DataKey(kms.Key):
    """Encrypts frames, results, models, the frames' queues and the functions' environments."""

    def __init__(self, scope: Construct, name: str, naming: Naming, settings: StageSettings):
        statements = [
            administration(),
            use_through("s3", "sqs", "lambda"),
            *_lambda_environment(),
            _notifications(naming, BucketName.FRAMES),
        ]
        if settings.uploader_principals:
            statements.append(_uploads(settings.uploader_principals))
        super().__init__(
            scope,
            name,
            **key_properties(naming, settings, "data", "Frames, results, queues, environments"),
            policy=iam.PolicyDocument(statements=statements),
        )


class GalleryKey(kms.Key):
    """Encrypts what is kept of enrolled persons alone, so that reading it can be granted apart.

    Their queues too: keys of photographs, and so messages, say who a person is.
    """

    def __init__(self, scope: Construct, name: str, naming: Naming, settings: StageSettings):
        super().__init__(
            scope,
            name,
            **key_properties(
                naming, settings, "gallery", "Photographs and templates of enrolled persons, queues"
            ),
            policy=iam.PolicyDocument(
                statements=[
                    administration(),
                    use_through("s3", "sqs"),
                    _notifications(naming, BucketName.GALLERY),
                ]
            ),
        )


def _lambda_environment() -> list[iam.PolicyStatement]:
    # Whoever configures the function encrypts its environment, and makes the grant by which
    # Lambda decrypts it (Lambda developer guide, "Securing environment variables").
    through = {"kms:ViaService": via("lambda")}
    return [
        iam.PolicyStatement(
            sid="EncryptEnvironment",
            principals=[iam.AccountRootPrincipal()],
            actions=["kms:Encrypt"],
            resources=["*"],
            conditions={"StringEquals": through},
        ),
        iam.PolicyStatement(
            sid="GrantEnvironment",
            principals=[iam.AccountRootPrincipal()],
            actions=["kms:CreateGrant"],
            resources=["*"],
            conditions={
                "StringEquals": through,
                "Bool": {"kms:GrantIsForAWSResource": "true"},
            },
        ),
    ]


def _notifications(naming: Naming, bucket: BucketName) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="Notifications",
        principals=[iam.ServicePrincipal("s3.amazonaws.com")],
        actions=list(USE),
        resources=["*"],
        conditions={
            "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            "ArnEquals": {"aws:SourceArn": naming.bucket_arn(bucket)},
        },
    )


def _uploads(principals: Sequence[str]) -> iam.PolicyStatement:
    # Without kms:Decrypt a multipart upload fails: frames are at most 10 MB, put in one part.
    return iam.PolicyStatement(
        sid="Uploads",
        principals=[iam.ArnPrincipal(arn) for arn in principals],
        actions=["kms:GenerateDataKey"],
        resources=["*"],
        conditions={"StringEquals": {"kms:ViaService": via("s3")}},
    )
