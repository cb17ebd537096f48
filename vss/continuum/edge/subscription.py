"""Lets a store push its events: a topic with an HTTP address, and the buckets' notifications.

As Ceph's RADOS gateway offers it: topics by the API of Amazon SNS at the same endpoint. MinIO has
its webhooks configured on the server instead; stores that do neither are looked at only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from supervisor.description import Provider, StoragePlace
from supervisor.object_store import ObjectStore
from supervisor.storage_failures import storage_failure

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import NotificationConfigurationTypeDef


def subscribe(
    store: ObjectStore,
    provider: Provider,
    keys: tuple[str, str],
    place: StoragePlace,
    name: str,
    address: str,
) -> None:
    """Let a store push the events of a place; what else the bucket notifies of stays.

    Args:
        store: that the place lies in.
        provider: of the store, with its endpoint.
        keys: access key and secret key.
        place: bucket and folder.
        name: of topic and notification; one that exists is changed.
        address: that the events are pushed to.

    Raises:
        StorageFailed: the store does not offer it, was not reached, or refused.
    """
    try:
        arn = _topic(provider, keys, name, address)
        _notify(store, place, name, arn)
    except (BotoCoreError, ClientError) as error:
        raise storage_failure(f"subscribing to {place.bucket}/{place.folder}", error) from error


def unsubscribe(store: ObjectStore, place: StoragePlace, name: str) -> None:
    """Take the notification of that name from a bucket.

    Raises:
        StorageFailed: the store was not reached, or refused.
    """

    def without(configuration: dict[str, Any]) -> None:
        configuration["TopicConfigurations"] = _others(configuration, name)

    try:
        _change(store, place.bucket, without)
    except (BotoCoreError, ClientError) as error:
        raise storage_failure(f"unsubscribing from {place.bucket}", error) from error


def _topic(provider: Provider, keys: tuple[str, str], name: str, address: str) -> str:
    client = boto3.session.Session().client(
        "sns",
        endpoint_url=provider.endpoint,
        region_name=provider.region or "us-east-1",
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        verify=provider.verify,
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )
    attributes = {"push-endpoint": address, "persistent": "true"}
    arn: str = client.create_topic(Name=name, Attributes=attributes)["TopicArn"]
    return arn


def _notify(store: ObjectStore, place: StoragePlace, name: str, arn: str) -> None:
    entry: dict[str, Any] = {"Id": name, "TopicArn": arn, "Events": ["s3:ObjectCreated:*"]}
    if place.folder:
        rule = {"Name": "prefix", "Value": f"{place.folder}/"}
        entry["Filter"] = {"Key": {"FilterRules": [rule]}}

    def with_ours(configuration: dict[str, Any]) -> None:
        configuration["TopicConfigurations"] = [*_others(configuration, name), entry]

    _change(store, place.bucket, with_ours)


def _others(configuration: dict[str, Any], name: str) -> list[Any]:
    return [e for e in configuration.get("TopicConfigurations", []) if e.get("Id") != name]


def _change(store: ObjectStore, bucket: str, change: Callable[[dict[str, Any]], None]) -> None:
    found: dict[str, Any] = dict(store.client.get_bucket_notification_configuration(Bucket=bucket))
    found.pop("ResponseMetadata", None)
    change(found)
    configuration: NotificationConfigurationTypeDef = found  # type: ignore[assignment]
    store.client.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=configuration
    )
