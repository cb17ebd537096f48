"""Event messages of S3, after the S3 user guide (*Event message structure*)."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from vss.local.aws_api.accounts import ACCOUNT

Json = dict[str, Any]
EVENT_VERSION = "2.6"
_counter = itertools.count(int(time.time() * 1e6))
_lock = threading.Lock()


def _sequencer() -> str:
    """Return a number in hexadecimal that only grows, so that events of a key can be ordered."""
    with _lock:
        return f"{next(_counter):018X}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _object(key: Any) -> Json:
    described: Json = {
        # S3 encodes the key but leaves its slashes.
        "key": quote_plus(key.name, safe="/"),
        "size": key.size,
        "eTag": key.etag.replace('"', ""),
        "sequencer": _sequencer(),
    }
    if key.version_id not in (None, "null"):
        described["versionId"] = str(key.version_id)
    return described


def record(event_name: str, bucket: Any, key: Any, configuration_id: str) -> Json:
    """Return the message of one event (``s3:ObjectCreated:Put`` …) for a queue or topic."""
    described = _object(key)
    if event_name.startswith("s3:ObjectRemoved"):
        described = {name: described[name] for name in described if name not in ("size", "eTag")}
    return {
        "Records": [
            {
                "eventVersion": EVENT_VERSION,
                "eventSource": "aws:s3",
                "awsRegion": bucket.region_name,
                "eventTime": _now(),
                "eventName": event_name.removeprefix("s3:"),
                "userIdentity": {"principalId": f"AWS:{ACCOUNT}"},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {
                    "x-amz-request-id": uuid.uuid4().hex[:16].upper(),
                    "x-amz-id-2": uuid.uuid4().hex,
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": configuration_id,
                    "bucket": {
                        "name": bucket.name,
                        "ownerIdentity": {"principalId": ACCOUNT},
                        "arn": bucket.arn,
                    },
                    "object": described,
                },
            }
        ]
    }


def configuration_event(bucket: str) -> Json:
    """Return the message S3 sends when notifications are configured."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": _now(),
        "Bucket": bucket,
        "RequestId": uuid.uuid4().hex[:16].upper(),
        "HostId": uuid.uuid4().hex,
    }


_DETAIL_TYPES = {"ObjectCreated": "Object Created", "ObjectRemoved": "Object Deleted"}
_REASONS = {
    "Put": "PutObject",
    "Post": "POST Object",
    "Copy": "CopyObject",
    "CompleteMultipartUpload": "CompleteMultipartUpload",
    "Delete": "DeleteObject",
    "DeleteMarkerCreated": "DeleteObject",
}


def bridge_event(event_name: str, bucket: Any, key: Any) -> Json | None:
    """Return the EventBridge event, None for kinds of event this system has no use for."""
    _, kind, reason = [*event_name.split(":"), "", ""][:3]
    if kind not in _DETAIL_TYPES:
        return None
    # EventBridge gets the key as it is, not encoded.
    described = {**_object(key), "key": key.name}
    names = {"eTag": "etag", "versionId": "version-id"}
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": _DETAIL_TYPES[kind],
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": {names.get(name, name): value for name, value in described.items()},
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": ACCOUNT,
            "source-ip-address": "127.0.0.1",
            "reason": _REASONS.get(reason, reason),
        },
    }
