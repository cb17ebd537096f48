"""The surveillance function: what it is told, what it may do, how it is fed."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from stacks.code import Package
from stacks.function import Design, Surroundings
from stacks.naming import BucketName, Naming, QueueName
from stacks.settings import StageSettings, written_periods
from stacks.statements import allow, allow_use, read_networks, tell_missing_from_forbidden


def surveillance(naming: Naming, settings: StageSettings, around: Surroundings) -> Design:
    """Return the design of the function that makes records of frames."""
    warm = settings.warm_keeping
    return Design(
        package=Package.SURVEILLANCE,
        description="Camera image in, record out",
        environment=_environment(naming, settings, around),
        statements=[
            *_objects(naming),
            *read_networks(naming, settings),
            *_keys(around.data_key.key_arn, around.gallery_key.key_arn),
        ],
        queue=QueueName.FRAMES,
        batch_size=settings.batch_size,
        window_s=settings.batch_window_s,
        max_concurrency=settings.max_concurrency,
        reserved_concurrency=settings.reserved_concurrency,
        snap_start=warm == "snapstart",
        provisioned=settings.warm_instances if warm == "provisioned" else None,
    )


def _environment(naming: Naming, settings: StageSettings, around: Surroundings) -> dict[str, str]:
    environment = {
        "VSS_FRAMES_BUCKET": naming.bucket(BucketName.FRAMES),
        "VSS_RESULTS_BUCKET": naming.bucket(BucketName.RESULTS),
        "VSS_RESULTS_KEY_ARN": around.data_key.key_arn,
        "VSS_SCOPE": settings.scope,
        "VSS_ALERTS": ",".join(settings.alerts),
        "VSS_CONFIRMED_FRAMES": str(settings.confirmed_frames),
        "VSS_CONFIRMATION_WINDOW": str(settings.confirmation_window),
        "VSS_ALERT_COOLDOWN_S": str(settings.alert_cooldown_s),
    }
    if settings.silence_periods:
        environment["VSS_CAMERA_SILENT_AFTER"] = written_periods(settings.silence_periods)
    return environment


def _objects(naming: Naming) -> list[iam.PolicyStatement]:
    frames = naming.objects_arn(BucketName.FRAMES, "incoming/*")
    # The index holds all that is compared with: photographs are none of this function's business.
    index = naming.objects_arn(BucketName.GALLERY, "index/*")
    records, alerts, states = (
        naming.objects_arn(BucketName.RESULTS, pattern)
        for pattern in ("records/*", "alerts/*", "state/*")
    )
    return [
        allow("ReadFrames", ("s3:GetObject", "s3:GetObjectVersion"), frames),
        allow("ReadGallery", ("s3:GetObject",), index),
        tell_missing_from_forbidden(naming, BucketName.FRAMES, BucketName.GALLERY),
        # To change it; S3 asks for it also where a write depends on what is there (If-Match).
        allow("ReadStates", ("s3:GetObject",), states),
        allow("WriteResults", ("s3:PutObject",), records, alerts, states),
        _find_records(naming),
    ]


def _find_records(naming: Naming) -> iam.PolicyStatement:
    """Let the function tell which images are done, and which cameras have fallen silent.

    So a crash does not make the neighbours of an image dead letters. It sees names only: it can
    read no record, and list no alert.
    """
    statement = allow("FindRecords", ("s3:ListBucket",), naming.bucket_arn(BucketName.RESULTS))
    statement.add_condition("StringLike", {"s3:prefix": ["records/*"]})
    return statement


def _keys(data_key_arn: str, gallery_key_arn: str) -> list[iam.PolicyStatement]:
    # Decrypt: frames (s3), messages (sqs), the function's own environment (lambda).
    return [
        allow_use("DecryptData", "kms:Decrypt", data_key_arn, "s3", "sqs", "lambda"),
        allow_use("EncryptResults", "kms:GenerateDataKey", data_key_arn, "s3"),
        allow_use("DecryptGallery", "kms:Decrypt", gallery_key_arn, "s3"),
    ]
