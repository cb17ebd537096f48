"""What a deployment may have of a person: left there for tests, and looked for everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from business_logic.gallery_index import (
    GalleryIndex,
    Template,
    format_index,
    photograph_digest,
)
from business_logic.gallery_store import INDEX_KEY

from vss.cloud.deployment import Deployment
from vss.cloud.emptying import BUCKET_OUTPUTS
from vss.cloud.redrive import QUEUE_PAIRS

NETWORK = "a" * 96
Json = dict[str, Any]


def photograph(person_id: str, number: int) -> bytes:
    """Return something that stands for a photograph."""
    return f"photograph {number} of a face, {person_id[::-1]}".encode()


def message(person_id: str, number: int) -> str:
    """Return the message of S3 about a photograph."""
    stored = {"key": f"photos/{person_id}/{number}.jpg", "versionId": "v"}
    event = {"eventName": "ObjectCreated:Put", "s3": {"object": stored}}
    return json.dumps({"Records": [event]})


def record(camera: str, name: str, *person_ids: str | None) -> Json:
    """Return what matters of a record; a face without a person is unknown."""
    return {
        "format": "vss.record/1",
        "frame": {"camera_id": camera, "key": f"incoming/{camera}/{name}.jpg", "event_time": "t"},
        "persons": [{"score": 0.9, "face": face(person_id)} for person_id in person_ids],
    }


def face(person_id: str | None) -> Json:
    """Return a face that was identified, or is unknown."""
    if person_id is None:
        return {"status": "unknown", "person_id": None, "score": None, "margin": None}
    return {"status": "identified", "person_id": person_id, "score": 0.8, "margin": 0.4}


def leave_in_gallery(deployment: Deployment, person_id: str, photographs: int = 2) -> None:
    """Enrol a person as the function would: photographs, templates, reports, index."""
    for number in range(photographs):
        content = photograph(person_id, number)
        _put(deployment, "GalleryBucket", f"photos/{person_id}/{number}.jpg", content)
        document = json.dumps({"photograph": f"photos/{person_id}/{number}.jpg"}).encode()
        for kind in ("templates", "reports"):
            _put(deployment, "GalleryBucket", f"{kind}/{person_id}/{number}.jpg.json", document)
        index = with_template(read_index(deployment), person_id, content)
        _put(deployment, "GalleryBucket", INDEX_KEY, format_index(index))


def with_template(index: GalleryIndex, person_id: str, content: bytes) -> GalleryIndex:
    """Return the next index, with a template that stands for the photograph."""
    digest = photograph_digest(content)
    vector = np.random.default_rng(digest % 2**32).normal(size=256).astype(np.float32)
    template = Template(digest, date(2030, 1, 1), vector / np.linalg.norm(vector))
    return index.with_template(person_id, template)


def read_index(deployment: Deployment) -> GalleryIndex:
    """Return the index as it is; an empty one where there is none."""
    from business_logic.gallery_index import parse_index

    bucket = deployment.outputs["GalleryBucket"]
    listed = deployment.s3.list_objects_v2(Bucket=bucket, Prefix=INDEX_KEY)
    if not listed["KeyCount"]:
        return GalleryIndex.empty(NETWORK)
    return parse_index(
        deployment.s3.get_object(Bucket=bucket, Key=INDEX_KEY)["Body"].read(), NETWORK
    )


def leave_messages(deployment: Deployment, person_id: str) -> None:
    """Leave a message about each of two photographs: one waits, one is a dead letter."""
    for number, output in enumerate(("EnrolmentQueueUrl", "EnrolmentDeadLetterQueueUrl")):
        deployment.sqs.send_message(
            QueueUrl=deployment.outputs[output], MessageBody=message(person_id, number)
        )


def leave_record(deployment: Deployment, camera: str, name: str, *person_ids: str | None) -> str:
    """Leave a record and, where it names somebody, its alert; return the record's key."""
    path = f"{camera}/2026/11/22/{name}.json"
    key = f"records/{path}"
    content = json.dumps(record(camera, name, *person_ids)).encode()
    _put(deployment, "ResultsBucket", key, content)
    if any(person_ids):
        named = [person_id for person_id in person_ids if person_id is not None]
        place = {"camera_id": camera, "record": {"key": key}}
        alert = {"kind": "known_person", "person_ids": named, **place}
        _put(deployment, "ResultsBucket", f"alerts/known_person/{path}", json.dumps(alert).encode())
    return key


def leave_document(deployment: Deployment, key: str, document: Json) -> None:
    """Leave a JSON object in the results bucket."""
    _put(deployment, "ResultsBucket", key, json.dumps(document).encode())


def _put(deployment: Deployment, output: str, key: str, content: bytes) -> None:
    deployment.s3.put_object(Bucket=deployment.outputs[output], Key=key, Body=content)


def places_of(deployment: Deployment, texts: Sequence[str | bytes]) -> list[str]:
    """Return where one of ``texts`` occurs: keys, contents and messages, all versions of all."""
    wanted = [text if isinstance(text, bytes) else text.encode() for text in texts]

    def tells(content: bytes) -> bool:
        return any(text in content for text in wanted)

    return sorted(name for name, content in _everything(deployment) if tells(content))


def _everything(deployment: Deployment) -> Iterator[tuple[str, bytes]]:
    """Yield all that is stored: each place with its key and its content."""
    for output in BUCKET_OUTPUTS:
        if output not in deployment.outputs:
            continue
        bucket = deployment.outputs[output]
        pages = deployment.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
        for page in pages:
            for item in page.get("DeleteMarkers", []):
                yield f"{output} {item['Key']} (deleted)", item["Key"].encode()
            for item in page.get("Versions", []):
                found = deployment.s3.get_object(
                    Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"]
                )
                metadata = json.dumps(found["Metadata"]).encode()
                content = found["Body"].read()
                yield f"{output} {item['Key']}", item["Key"].encode() + metadata + content
    for pair in QUEUE_PAIRS:
        for output in (pair.queue, pair.dead_letters):
            yield from ((output, body.encode()) for body in peek(deployment, output))


def peek(deployment: Deployment, output: str) -> list[str]:
    """Return the bodies of the messages that wait in a queue, and leave them there."""
    queue, bodies, held = deployment.outputs[output], [], []
    while received := deployment.sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=30
    ).get("Messages"):
        held += [item["ReceiptHandle"] for item in received]
        bodies += [item["Body"] for item in received]
    for handle in held:
        deployment.sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0
        )
    return sorted(bodies)
