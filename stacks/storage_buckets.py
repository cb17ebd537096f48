"""The buckets: private, versioned, encrypted under our keys, TLS only, with an end of life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.bucket_policies import deny_other_encryption
from stacks.compliance import judge_access_logs
from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings

INCOMING = "incoming/"
PHOTOGRAPHS = "photos/"
ONE_DAY = cdk.Duration.days(1)


class AccessLogsBucket(s3.Bucket):
    """Receives the access logs of the others.

    SSE-S3, since S3 delivers server access logs into no bucket with a KMS default.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        naming: Naming,
        settings: StageSettings,
        purpose: str = BucketName.ACCESS_LOGS,
    ) -> None:
        super().__init__(
            scope,
            name,
            bucket_name=naming.bucket(purpose),
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[_forget(settings.log_retention_days)],
            removal_policy=settings.on_removal,
        )
        judge_access_logs(self)


class DataBucket(s3.Bucket):
    """A bucket of frames, results, people or networks under ``key``.

    Args:
        keep_days: age at which objects are deleted, None keeps them.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        purpose: str,
        key: kms.IKey,
        access_logs: s3.IBucket,
        keep_days: int | None,
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        super().__init__(
            scope,
            name,
            bucket_name=naming.bucket(purpose),
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[_forget(keep_days)],
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{purpose}/",
            removal_policy=settings.on_removal,
        )
        deny_other_encryption(self, key.key_arn)


def notify_queues(bucket: s3.Bucket, queues: Mapping[str, sqs.Queue]) -> None:
    """Send every object created under a prefix to its queue, by the bucket's own property.

    The prefix that is empty stands for the whole bucket.

    CDK's ``add_event_notification`` would bring a custom resource with a Lambda of its own. No
    filter on the suffix: a file of the wrong kind must end as a record, not silently nowhere.
    The bucket comes after the queue's policy: S3 sends a test message when it is made.
    """
    resource = cast(s3.CfnBucket, bucket.node.default_child)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        queue_configurations=[
            s3.CfnBucket.QueueConfigurationProperty(
                event="s3:ObjectCreated:*",
                queue=queue.queue_arn,
                filter=_below(prefix) if prefix else None,
            )
            for prefix, queue in queues.items()
        ]
    )
    for queue in queues.values():
        resource.node.add_dependency(queue.node.find_child("Policy"))


def notify_event_bridge(bucket: s3.Bucket) -> None:
    """Tell EventBridge of the bucket's objects; the construct's own way is a custom resource."""
    resource = cast(s3.CfnBucket, bucket.node.default_child)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
            event_bridge_enabled=True
        )
    )


def _below(prefix: str) -> s3.CfnBucket.NotificationFilterProperty:
    rule = s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)
    return s3.CfnBucket.NotificationFilterProperty(
        s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[rule])
    )


def _forget(keep_days: int | None) -> s3.LifecycleRule:
    """Delete objects after ``keep_days``, and one day later for good: buckets are versioned."""
    return s3.LifecycleRule(
        id="forget",
        expiration=None if keep_days is None else cdk.Duration.days(keep_days),
        noncurrent_version_expiration=ONE_DAY,
        abort_incomplete_multipart_upload_after=ONE_DAY,
    )
