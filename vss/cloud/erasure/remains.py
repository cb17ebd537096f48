"""What an erasure leaves, and until when: read from the deployment, not assumed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.record import Json
from business_logic.s3_access import error_code

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.object_versions import bucket_errors
from vss.cloud.redrive import ENROLMENT


def what_remains(deployment: Deployment, finished: datetime) -> list[Json]:
    """Return what the deployment keeps that may tell of the person, each with its last day.

    A last day is None where nothing in the deployment ends it.

    Raises:
        DeploymentError: a bucket or a queue cannot be asked how long it keeps things.
    """
    day = finished.date()
    frames, results, logs = (
        deployment.output(f"{name}Bucket") for name in ("Frames", "Results", "AccessLogs")
    )
    return [
        _item(
            "camera images; they name nobody, and may show the person",
            f"s3://{frames}/incoming/",
            _end(deployment, frames, day),
        ),
        _item(
            "records without name and scores: posture and place of the face in an image",
            f"s3://{results}/records/",
            _end(deployment, results, day),
        ),
        _item(
            "server access logs: keys of what was put and deleted, and so the person's id",
            f"s3://{logs}/gallery/",
            _end(deployment, logs, day),
        ),
        _item(
            "messages that a function worked on at that time; it finds no photograph any more",
            f"{deployment.output(ENROLMENT.queue)} and its dead letters",
            day + timedelta(seconds=_retention_s(deployment)),
        ),
        _item(
            "CloudTrail, where the account records calls of S3 and SQS: keys and so the id",
            "the account's trails",
            None,
        ),
        _item(
            "copies that people made: exports, backups (the deployment makes none), receipts",
            "with who made them",
            None,
        ),
    ]


def _item(what: str, where: str, until: date | None) -> Json:
    return {"what": what, "where": where, "until": None if until is None else until.isoformat()}


def _end(deployment: Deployment, bucket: str, day: date) -> date | None:
    """Return when the youngest object of a bucket is deleted for good; None where none ever is."""
    with bucket_errors(bucket, "asked how long it keeps things"):
        try:
            rules = deployment.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        except ClientError as error:
            if error_code(error) == "NoSuchLifecycleConfiguration":
                return None
            raise
    for rule in rules:
        kept = rule.get("Expiration", {}).get("Days")
        if kept is not None and not rule.get("Prefix") and not rule.get("Filter", {}).get("Prefix"):
            as_old_version = rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays", 0)
            # S3 deletes at the midnight after.
            return day + timedelta(days=kept + as_old_version + 1)
    return None


def _retention_s(deployment: Deployment) -> int:
    queue = deployment.output(ENROLMENT.dead_letters)
    try:
        answer = deployment.sqs.get_queue_attributes(
            QueueUrl=queue, AttributeNames=["MessageRetentionPeriod"]
        )
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(
            f"queue {queue} cannot be asked how long it keeps messages: {error}"
        ) from error
    return int(answer["Attributes"]["MessageRetentionPeriod"])
