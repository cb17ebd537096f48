"""Frames in the bucket, and the event that a batch of them brings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vss.local.data_plane.sqs_event import sqs_event
from vss.local.data_plane.sqs_queue import Message
from vss.local.state import REGION

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class FrameFolder:
    """Where the frames of a function come.

    Attributes:
        bucket: name in AWS.
        path: of the folder, without a slash at its end.
        tagging: of each object, as in ``anonymised=true``; empty: none.
    """

    bucket: str
    path: str
    tagging: str = ""


class FrameBatches:
    """Puts frames, each under a key of its own, and makes the events of their batches.

    Args:
        s3: puts them.
        folder: where.
        queue_arn: of the folder's queue, which is not used.
    """

    def __init__(self, s3: S3Client, folder: FrameFolder, queue_arn: str) -> None:
        self._s3 = s3
        self._folder = folder
        self._queue_arn = queue_arn
        self._count = 0

    def put(self, images: Sequence[bytes]) -> bytes:
        """Put images, JPEG; return the event of a batch of them, JSON text."""
        return sqs_event([self._message(image) for image in images], self._queue_arn)

    def _message(self, image: bytes) -> Message:
        self._count += 1
        bucket, key = self._folder.bucket, f"{self._folder.path}/laboratory/{self._count:06}.jpg"
        tags: Any = {"Tagging": self._folder.tagging} if self._folder.tagging else {}
        put = self._s3.put_object(Bucket=bucket, Key=key, Body=image, **tags)
        stored = {
            "key": key,
            "size": len(image),
            "eTag": put["ETag"].strip('"'),
            "versionId": put["VersionId"],
            "sequencer": "00",
        }
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": "2026-01-01T00:00:00.000Z",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": bucket}, "object": stored},
        }
        body = json.dumps({"Records": [record]})
        return {
            "MessageId": key,
            "ReceiptHandle": key,
            "Body": body,
            "Attributes": {"ApproximateReceiveCount": "1"},
            "MD5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        }
