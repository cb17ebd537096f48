"""The enrolment function: what it is told, what it may do, how it is fed."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from stacks.code import Package
from stacks.function import Design, Surroundings
from stacks.naming import BucketName, Naming, QueueName
from stacks.settings import StageSettings
from stacks.statements import allow, allow_use, read_networks, tell_missing_from_forbidden

# People are enrolled seldom, and all enrolments change one index: the more run at a time, the
# more often one overtakes another and that one begins again. Fewer than two AWS does not accept.
MAX_CONCURRENCY = 2


def enrolment(naming: Naming, settings: StageSettings, around: Surroundings) -> Design:
    """Return the design of the function that makes templates of photographs."""
    return Design(
        package=Package.ENROLMENT,
        description="Photograph in, template or refusal out",
        environment={"VSS_GALLERY_KEY_ARN": around.gallery_key.key_arn},
        statements=[
            *_objects(naming),
            *read_networks(naming, settings),
            *_keys(settings, around.data_key.key_arn, around.gallery_key.key_arn),
        ],
        queue=QueueName.ENROLMENT,
        batch_size=1,
        window_s=0,
        max_concurrency=MAX_CONCURRENCY,
    )


def _objects(naming: Naming) -> list[iam.PolicyStatement]:
    photographs, index, templates, reports = (
        naming.objects_arn(BucketName.GALLERY, pattern)
        for pattern in ("photos/*", "index/*", "templates/*", "reports/*")
    )
    return [
        allow("ReadPhotographs", ("s3:GetObject", "s3:GetObjectVersion"), photographs),
        # To change it; S3 asks for it also where a write depends on what is there (If-Match).
        allow("ReadGallery", ("s3:GetObject",), index),
        tell_missing_from_forbidden(naming, BucketName.GALLERY),
        allow("WriteGallery", ("s3:PutObject",), index, templates, reports),
    ]


def _keys(
    settings: StageSettings, data_key_arn: str, gallery_key_arn: str
) -> list[iam.PolicyStatement]:
    # The data key is that of the function's own environment, and of networks that lie in a bucket.
    through = ("s3", "lambda") if settings.model_source == "s3" else ("lambda",)
    return [
        allow_use("DecryptData", "kms:Decrypt", data_key_arn, *through),
        allow_use("DecryptGallery", "kms:Decrypt", gallery_key_arn, "s3", "sqs"),
        allow_use("EncryptGallery", "kms:GenerateDataKey", gallery_key_arn, "s3"),
    ]
