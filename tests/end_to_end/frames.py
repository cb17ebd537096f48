"""Frames for the deployed app, and what became of them."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vss.cloud.deployment import Deployment
from vss.cloud.records import RecordReader, await_records

Frame = tuple[str, str]
LIMIT_S = 60.0


def jpeg(seed: int, height: int = 96, width: int = 128) -> bytes:
    """A small picture of its own for each seed; smooth enough to be no covered camera's."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 8, 3), np.uint8)
    image = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
    return cv2.imencode(".jpg", image)[1].tobytes()


def drop(deployment: Deployment, key: str, body: bytes) -> Frame:
    """Put one object, as a camera does."""
    response = deployment.s3.put_object(
        Bucket=deployment.outputs["FramesBucket"], Key=key, Body=body
    )
    return key, response["VersionId"]


def records_of(
    deployment: Deployment, frames: Sequence[Frame], limit_s: float = LIMIT_S
) -> dict[Frame, dict[str, Any]]:
    """Wait for the records of ``frames``."""
    since = datetime.now(UTC) - timedelta(hours=1)
    return await_records(RecordReader(deployment, None, since), frames, limit_s, lambda _: None)


def event_of(
    deployment: Deployment, frame: Frame, when: str, bucket_output: str = "FramesBucket"
) -> str:
    """The message S3 sends for ``frame``, or for another image of the bucket of a stack output."""
    from urllib.parse import quote_plus

    key, version = frame
    bucket = {"name": deployment.outputs[bucket_output]}
    stored = {"key": quote_plus(key, safe="/"), "versionId": version, "size": 10, "eTag": "e"}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": when,
        "s3": {"bucket": bucket, "object": stored},
    }
    return json.dumps({"Records": [record]})


def eventually(holds: Callable[[], bool], limit_s: float = LIMIT_S) -> bool:
    """Tell whether ``holds`` becomes true in time."""
    deadline = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def invocations(folder: Path) -> list[dict[str, Any]]:
    """What the data plane noted of each invocation."""
    return [json.loads(line) for line in (folder / "invocations.jsonl").read_text().splitlines()]
