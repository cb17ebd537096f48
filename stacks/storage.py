"""What outlives a deployment: keys, buckets and queues, with the policies that guard them."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.bucket_policies import allow_uploads, deny_reads_from_elsewhere
from stacks.naming import BucketName, Naming, QueueName
from stacks.settings import StageSettings
from stacks.storage_buckets import (
    INCOMING,
    PHOTOGRAPHS,
    AccessLogsBucket,
    DataBucket,
    notify_event_bridge,
    notify_queues,
)
from stacks.storage_keys import DataKey, GalleryKey, ReceiptKey
from stacks.storage_queues import QueuePair


class StorageStack(cdk.Stack):
    """Keys, buckets, queues, and the notifications that join a bucket and its queue."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        naming: Naming,
        settings: StageSettings,
        s3_endpoint_id: str,
    ) -> None:
        super().__init__(
            scope,
            name,
            stack_name=name,
            description="VSS: keys, buckets and queues",
            termination_protection=settings.termination_protection,
        )
        self._naming, self._settings, self._s3_endpoint_id = naming, settings, s3_endpoint_id
        self.data_key = DataKey(self, "DataKey", naming, settings)
        self.gallery_key = GalleryKey(self, "GalleryKey", naming, settings)
        self.receipt_key = ReceiptKey(self, "ReceiptKey", naming, settings)
        self.access_logs = AccessLogsBucket(self, "AccessLogs", naming, settings)
        self.frames_queues = self._queues(
            "Queues", QueueName.FRAMES, BucketName.FRAMES, self.data_key, settings.batch_window_s
        )
        self.enrolment_queues = self._queues(
            "EnrolmentQueues", QueueName.ENROLMENT, BucketName.GALLERY, self.gallery_key, 0
        )
        self.frames = self._frames()
        self.results = self._bucket(
            "Results", BucketName.RESULTS, self.data_key, settings.results_retention_days
        )
        notify_event_bridge(self.results)
        self.gallery = self._gallery()
        self.models = (
            self._bucket("Models", BucketName.MODELS, self.data_key, None)
            if settings.model_source == "s3"
            else None
        )
        self._outputs()

    def _queues(
        self, name: str, purpose: QueueName, bucket: BucketName, key: kms.Key, window_s: int
    ) -> QueuePair:
        return QueuePair(
            self,
            name,
            purpose=purpose,
            buckets=[bucket],
            visibility_timeout_s=self._settings.visibility_timeout_s(window_s),
            key=key,
            naming=self._naming,
            settings=self._settings,
        )

    def _frames(self) -> s3.Bucket:
        settings = self._settings
        frames = self._bucket(
            "Frames", BucketName.FRAMES, self.data_key, settings.frames_retention_days
        )
        deny_reads_from_elsewhere(frames, self._s3_endpoint_id, settings.operator_principals)
        allow_uploads(frames, INCOMING, settings.uploader_principals)
        notify_queues(frames, {INCOMING: self.frames_queues.queue})
        return frames

    def _gallery(self) -> s3.Bucket:
        operators = self._settings.operator_principals
        gallery = self._bucket("Gallery", BucketName.GALLERY, self.gallery_key, None)
        deny_reads_from_elsewhere(gallery, self._s3_endpoint_id, operators)
        notify_queues(gallery, {PHOTOGRAPHS: self.enrolment_queues.queue})
        return gallery

    def _bucket(
        self, name: str, purpose: BucketName, key: kms.Key, keep_days: int | None
    ) -> DataBucket:
        return DataBucket(
            self,
            name,
            purpose=purpose,
            key=key,
            access_logs=self.access_logs,
            keep_days=keep_days,
            naming=self._naming,
            settings=self._settings,
        )

    def _outputs(self) -> None:
        frames, photographs = self.frames_queues, self.enrolment_queues
        outputs = {
            "FramesBucket": (
                self.frames.bucket_name,
                "Cameras put images under incoming/<camera>/",
            ),
            "ResultsBucket": (self.results.bucket_name, "Records and alerts, one object each"),
            "GalleryBucket": (
                self.gallery.bucket_name,
                "Photographs and templates of the people to recognise",
            ),
            "AccessLogsBucket": (self.access_logs.bucket_name, "Who touched which object"),
            "FramesQueueUrl": (frames.queue.queue_url, "Frames waiting to be analysed"),
            "DeadLetterQueueUrl": (
                frames.dead_letters.queue_url,
                "Frames given up after five receives",
            ),
            "EnrolmentQueueUrl": (
                photographs.queue.queue_url,
                "Photographs waiting to be enrolled",
            ),
            "EnrolmentDeadLetterQueueUrl": (
                photographs.dead_letters.queue_url,
                "Photographs given up after five receives",
            ),
            "DataKeyArn": (self.data_key.key_arn, "Key of frames, results and their queues"),
            "GalleryKeyArn": (self.gallery_key.key_arn, "Key of the gallery and its queues"),
            "ReceiptKeyArn": (self.receipt_key.key_arn, "Key that signs receipts of erasures"),
        }
        if self.models is not None:
            outputs["ModelsBucket"] = (self.models.bucket_name, "Networks fetched at start-up")
        for name, (value, description) in outputs.items():
            cdk.CfnOutput(self, name, value=value, description=description)
