"""Lets a store push its events: a topic with an HTTP address, and the buckets' notifications.

As Ceph's RADOS gateway offers it: topics by the API of Amazon SNS at the same endpoint. MinIO has
its webhooks configured on the server instead; stores that do neither are looked at only.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session
from botocore.parsers import ResponseParserError
from supervisor.description import Provider, StoragePlace
from supervisor.errors import StorageFailed
from supervisor.object_store import ObjectStore
from supervisor.storage_failures import error_code, storage_failure

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import NotificationConfigurationTypeDef

_TOPICS, _REGION = "TopicConfigurations", "us-east-1"


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
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        raise storage_failure(f"subscribing to {place.bucket}/{place.folder}", error) from error


def unsubscribe(
    store: ObjectStore, provider: Provider, keys: tuple[str, str], place: StoragePlace, name: str
) -> None:
    """Take the notification of that name from a bucket; what else the bucket notifies of stays.

    Arguments as those of `subscribe`.

    Raises:
        StorageFailed: the store was not reached, or refused.
    """
    try:
        rest = _configuration(store, place.bucket)
        rest[_TOPICS] = _others(rest, name)
        try:
            _put(store, place.bucket, rest)
        except ClientError as error:
            # Ceph 16 takes no empty list …
            if error_code(error) != "MalformedXML":
                raise
        if _has(_configuration(store, place.bucket), name):
            # … and adds what it is sent to what is there.
            _delete(provider, keys, place.bucket, name)
    except (BotoCoreError, ClientError) as error:
        raise storage_failure(f"unsubscribing from {place.bucket}", error) from error


def _delete(provider: Provider, keys: tuple[str, str], bucket: str, name: str) -> None:
    """Delete one notification: a call of Ceph's own, "Delete Notification" of its S3 manual."""
    request = AWSRequest("DELETE", f"{provider.endpoint}/{bucket}", params={"notification": name})
    region = provider.region or _REGION
    S3SigV4Auth(Credentials(*keys), "s3", region).add_auth(request)
    verify: Any = provider.verify  # or a file of authorities, which botocore's types do not know
    answer = URLLib3Session(verify=verify).send(request.prepare())
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise StorageFailed(
            f"unsubscribing from {bucket}: DELETE ?notification={name} gave {answer.status_code}",
            passing=answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR,
        )


def _topic(provider: Provider, keys: tuple[str, str], name: str, address: str) -> str:
    client = boto3.session.Session().client(
        "sns",
        endpoint_url=provider.endpoint,
        region_name=provider.region or _REGION,
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
    configuration = _configuration(store, place.bucket)
    configuration[_TOPICS] = [*_others(configuration, name), entry]
    _put(store, place.bucket, configuration)


def _has(configuration: dict[str, Any], name: str) -> bool:
    return any(entry.get("Id") == name for entry in configuration.get(_TOPICS, []))


def _others(configuration: dict[str, Any], name: str) -> list[Any]:
    return [entry for entry in configuration.get(_TOPICS, []) if entry.get("Id") != name]


def _configuration(store: ObjectStore, bucket: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(store.client.get_bucket_notification_configuration(Bucket=bucket))
    found.pop("ResponseMetadata", None)
    return found


def _put(store: ObjectStore, bucket: str, changed: dict[str, Any]) -> None:
    configuration: NotificationConfigurationTypeDef = changed  # type: ignore[assignment]
    store.client.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=configuration
    )
