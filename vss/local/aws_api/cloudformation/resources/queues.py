"""SQS queues and their policies."""

from __future__ import annotations

import json

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    PutType,
    ResourceType,
    tag_map,
)

_DEFAULTS = {
    "DelaySeconds": "0",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "false",
    "VisibilityTimeout": "30",
}


class Queue(ResourceType):
    """``AWS::SQS::Queue`` (standard queues)."""

    name = "AWS::SQS::Queue"
    properties = frozenset({"QueueName", "Tags", *_DEFAULTS})
    replacing = frozenset({"QueueName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the queue."""
        name = str(properties.get("QueueName") or place.new_name(80))
        url = place.api("sqs").create_queue(
            QueueName=name, Attributes=_attributes(properties), tags=tag_map(properties)
        )["QueueUrl"]
        return _created(place, url)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change the attributes; those no longer given fall back to their defaults."""
        gone = {name: _DEFAULTS[name] for name in before if name in _DEFAULTS}
        sqs = place.api("sqs")
        sqs.set_queue_attributes(
            QueueUrl=physical_id, Attributes={**gone, **_attributes(properties)}
        )
        if tag_map(properties):
            sqs.tag_queue(QueueUrl=physical_id, Tags=tag_map(properties))
        return _created(place, physical_id)

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the queue with its messages."""
        del properties
        place.api("sqs").delete_queue(QueueUrl=physical_id)


def _attributes(properties: Properties) -> dict[str, str]:
    return {
        name: json.dumps(value)
        if isinstance(value, dict)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
        for name, value in properties.items()
        if name in _DEFAULTS
    }


def _created(place: Place, url: str) -> Created:
    name = url.rpartition("/")[2]
    return Created(url, {"Arn": place.arn("sqs", name), "QueueName": name, "QueueUrl": url})


class QueuePolicy(PutType):
    """``AWS::SQS::QueuePolicy``."""

    name = "AWS::SQS::QueuePolicy"
    properties = frozenset({"Queues", "PolicyDocument"})
    replacing = frozenset({"Queues"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the policy on its queues."""
        for url in properties["Queues"]:
            place.api("sqs").set_queue_attributes(
                QueueUrl=url, Attributes={"Policy": json.dumps(properties["PolicyDocument"])}
            )
        return Created(f"{place.stack}-{place.logical_id}", {"Id": place.logical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Take the policy off its queues."""
        del physical_id
        for url in properties["Queues"]:
            place.api("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
