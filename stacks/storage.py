"""What outlives a deployment: keys, buckets and queues, with the policies that guard them."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.bucket_policies import allow_uploads, deny_reads_from_elsewhere
from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings
from stacks.storage_buckets import (
    INCOMING,
    AccessLogsBucket,
    DataBucket,
    notify_event_bridge,
    notify_queue,
)
from stacks.storage_keys import DataKey, GalleryKey
from stacks.storage_queues import FrameQueues


class StorageStack(cdk.Stack):
    """Keys, buckets, queues, and the notification that joins frames bucket and queue."""

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
        self._naming, self._settings = naming, settings
        self.data_key = DataKey(self, "DataKey", naming, settings)
        self.gallery_key = GalleryKey(self, "GalleryKey", naming, settings)
        self.access_logs = AccessLogsBucket(self, "AccessLogs", naming, settings)
        self.queues = FrameQueues(
            self, "Queues", key=self.data_key, naming=naming, settings=settings
        )
        self.frames = self._frames(s3_endpoint_id)
        self.results = self._bucket(
            "Results", BucketName.RESULTS, self.data_key, settings.results_retention_days
        )
        notify_event_bridge(self.results)
        self.gallery = self._bucket("Gallery", BucketName.GALLERY, self.gallery_key, None)
        deny_reads_from_elsewhere(self.gallery, s3_endpoint_id, settings.operator_principals)
        self.models = (
            self._bucket("Models", BucketName.MODELS, self.data_key, None)
            if settings.model_source == "s3"
            else None
        )
        self._outputs()

    def _frames(self, s3_endpoint_id: str) -> s3.Bucket:
        settings, queue = self._settings, self.queues.frames
        frames = self._bucket(
            "Frames", BucketName.FRAMES, self.data_key, settings.frames_retention_days
        )
        deny_reads_from_elsewhere(frames, s3_endpoint_id, settings.operator_principals)
        allow_uploads(frames, INCOMING, settings.uploader_principals)
        notify_queue(frames, queue.queue_arn, after=queue.node.find_child("Policy"))
        return frames

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
        frames, dead = self.queues.frames.queue_url, self.queues.dead_letters.queue_url
        outputs = {
            "FramesBucket": (
                self.frames.bucket_name,
                "Cameras put images under incoming/<camera>/",
            ),
            "ResultsBucket": (self.results.bucket_name, "Records and alerts, one object each"),
            "GalleryBucket": (self.gallery.bucket_name, "Templates of the persons to recognise"),
            "AccessLogsBucket": (self.access_logs.bucket_name, "Who touched which object"),
            "FramesQueueUrl": (frames, "Frames waiting to be analysed"),
            "DeadLetterQueueUrl": (dead, "Frames given up after five receives"),
            "DataKeyArn": (self.data_key.key_arn, "Key of frames, results and queues"),
            "GalleryKeyArn": (self.gallery_key.key_arn, "Key of the gallery"),
        }
        if self.models is not None:
            outputs["ModelsBucket"] = (self.models.bucket_name, "Networks fetched at start-up")
        for name, (value, description) in outputs.items():
            cdk.CfnOutput(self, name, value=value, description=description)
