"""What the surveillance function runs on in tests: buckets of moto's server, events, settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import boto3
import cv2
import numpy as np

from model_assets.training.scenes import ordinary_scene

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

OWNER = "123456789012"
REGION = "eu-west-1"
FRAMES, RESULTS, GALLERY, MODELS = (
    f"vss-test-{kind}-{OWNER}-{REGION}" for kind in ("frames", "results", "gallery", "models")
)
KEY_ARN = f"arn:aws:kms:{REGION}:{OWNER}:key/0b1c2d3e-0000-4000-8000-000000000000"
TIME = "2026-11-22T10:11:12.123Z"
AWS_VARIABLES = {
    "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
    "AWS_SECRET_ACCESS_KEY": "secretsecretsecretsecretsecretsecretsecr",
    "AWS_SESSION_TOKEN": "tokentokentoken",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}

Json = dict[str, Any]


def clear_frame(seed: int = 0) -> bytes:
    """Return a JPEG of a scene that the camera sees clearly."""
    scene = ordinary_scene(np.random.default_rng(seed), 360, 640)
    return cv2.imencode(".jpg", scene)[1].tobytes()


def covered_frame() -> bytes:
    """Return a JPEG of a covered camera."""
    return cv2.imencode(".jpg", np.zeros((360, 640, 3), np.uint8))[1].tobytes()


def function_variables(manifest: Path, **changes: str | None) -> dict[str, str]:
    """Return the function's environment variables; a change to None leaves one out."""
    variables: dict[str, str | None] = {
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "VSS_STAGE": "test",
        "VSS_FRAMES_BUCKET": FRAMES,
        "VSS_RESULTS_BUCKET": RESULTS,
        "VSS_RESULTS_KEY_ARN": KEY_ARN,
        "VSS_GALLERY_BUCKET": GALLERY,
        "VSS_BUCKET_OWNER": OWNER,
        "VSS_MANIFEST": str(manifest),
        "VSS_MODEL_SET": "demo",
        "VSS_SCOPE": "global",
        "VSS_MODEL_SOURCE": "layer",
        # Every frame by itself, so that a test is free to begin with any.
        "VSS_ALERTS": "camera_covered,unknown_person",
        "VSS_CONFIRMED_FRAMES": "1",
        "VSS_CONFIRMATION_WINDOW": "1",
        "VSS_ALERT_COOLDOWN_S": "0",
    }
    return {name: value for name, value in (variables | changes).items() if value is not None}


def s3_event(key: str, body: bytes = b"", version_id: str | None = None, **changes: Any) -> Json:
    """Return the event of an object as S3 writes it into the queue; ``changes`` replace values."""
    values = {"bucket": FRAMES, "size": len(body), "etag": "0" * 32, "time": TIME} | changes
    stored: Json = {
        "key": quote_plus(key, safe="/"),
        "size": values["size"],
        "eTag": values["etag"],
        "sequencer": values.get("sequencer", "0055AED6DCD90281E5"),
    }
    if version_id is not None:
        stored["versionId"] = version_id
    record = {
        "eventVersion": "2.6",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": values["time"],
        "eventName": values.get("name", "ObjectCreated:Put"),
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": values["bucket"], "arn": f"arn:aws:s3:::{values['bucket']}"},
            "object": stored,
        },
    }
    return {"Records": [record]}


def batch(*bodies: Json | str, count: int = 1) -> Json:
    """Return the batch of messages m0, m1 … that Lambda calls the function with."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "handle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(count)},
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies)
        ]
    }


def returned(response: Mapping[str, Any]) -> list[str]:
    """Return the ids of a partial batch response, sorted."""
    return sorted(item["itemIdentifier"] for item in response["batchItemFailures"])


@dataclass
class Context:
    """Lambda's context of an invocation that ends ``seconds`` from now."""

    seconds: float = 30.0
    aws_request_id: str = "request-1"
    _start: float = field(default_factory=monotonic)

    def get_remaining_time_in_millis(self) -> int:
        return int((self.seconds - (monotonic() - self._start)) * 1000)


@dataclass(frozen=True)
class LocalStage:
    """Four buckets, the frames versioned."""

    client: S3Client

    @classmethod
    def make(cls, endpoint: str) -> LocalStage:
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106
        )
        for bucket in (FRAMES, RESULTS, GALLERY, MODELS):
            client.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        client.put_bucket_versioning(Bucket=FRAMES, VersioningConfiguration={"Status": "Enabled"})
        return cls(client)

    def put_frame(self, key: str, body: bytes, **changes: Any) -> Json:
        """Store an image, return its event."""
        stored = self.client.put_object(Bucket=FRAMES, Key=key, Body=body)
        etag = stored["ETag"].strip('"')
        return s3_event(key, body, stored["VersionId"], **{"etag": etag, **changes})

    def put_gallery(self, content: bytes) -> None:
        self.client.put_object(Bucket=GALLERY, Key="index/gallery", Body=content)

    def put_record(self, key: str) -> None:
        """Put a record of no content; its name tells camera and time."""
        self.client.put_object(Bucket=RESULTS, Key=key, Body=b"{}")

    def keys(self, prefix: str) -> list[str]:
        listing = self.client.list_objects_v2(Bucket=RESULTS, Prefix=prefix)
        return [item["Key"] for item in listing.get("Contents", [])]

    def content(self, key: str) -> bytes:
        return self.client.get_object(Bucket=RESULTS, Key=key)["Body"].read()

    def documents(self, prefix: str) -> list[Json]:
        return [json.loads(self.content(key)) for key in self.keys(prefix)]

    def records(self) -> list[Json]:
        """Return the records by the frame's key."""
        return sorted(self.documents("records/"), key=lambda record: record["frame"]["key"])
