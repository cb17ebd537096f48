"""S3 and what follows from it: events, versions, conditional writes, alerts through EventBridge."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import unquote_plus

import pytest
from botocore.exceptions import ClientError

from tests.integration.aws_api.surveillance_account import (
    FRAMES,
    GALLERY,
    QUEUE_ARN,
    RESULTS,
    Account,
)


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def test_configuration_sends_the_test_event_first(account: Account) -> None:
    bodies = account.take(account.queue)
    assert [(body["Event"], body["Bucket"]) for body in bodies] == [("s3:TestEvent", FRAMES)]


@pytest.mark.parametrize(
    "name",
    [
        "plain.jpg",
        "a b/c+d%20.jpg",
        "Zürich/é/😀.png",
        "with'quote&amp;.jpg",
        "x" * (1024 - len("incoming/cam/")),
    ],
)
def test_an_upload_is_told_as_s3_tells_it(account: Account, name: str) -> None:
    key = f"incoming/cam/{name}"
    put = account.server.client("s3").put_object(Bucket=FRAMES, Key=key, Body=b"12345")
    [body] = account.take(account.queue)
    [record] = body["Records"]
    told = record["s3"]["object"]
    assert unquote_plus(told["key"]) == key
    assert told["key"].startswith("incoming/cam/")
    assert re.fullmatch(r"[\w./%+'-]+", told["key"], re.ASCII)
    assert told["versionId"] == put["VersionId"]
    assert told["eTag"] == put["ETag"].strip('"')
    assert told["size"] == 5
    assert record["eventVersion"].startswith("2.")
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["awsRegion"] == "eu-west-1"
    assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{FRAMES}"
    moment = datetime.fromisoformat(record["eventTime"])
    assert abs(datetime.now(UTC) - moment) < timedelta(seconds=30)


def test_sequencers_grow(account: Account) -> None:
    s3 = account.server.client("s3")
    for number in range(3):
        s3.put_object(Bucket=FRAMES, Key="incoming/cam/same", Body=bytes(number))
    bodies = account.take(account.queue)
    sequencers = [body["Records"][0]["s3"]["object"]["sequencer"] for body in bodies]
    assert sequencers == sorted(set(sequencers))
    assert len({len(sequencer) for sequencer in sequencers}) == 1


def test_other_prefixes_and_deletions_send_nothing(account: Account) -> None:
    s3 = account.server.client("s3")
    s3.put_object(Bucket=FRAMES, Key="elsewhere/1.jpg", Body=b"1")
    s3.delete_object(Bucket=FRAMES, Key="incoming/cam/same")
    assert account.take(account.queue) == []


def test_a_multipart_upload_is_told_once(account: Account) -> None:
    s3 = account.server.client("s3")
    upload = s3.create_multipart_upload(Bucket=FRAMES, Key="incoming/cam/big")["UploadId"]
    where = {"Bucket": FRAMES, "Key": "incoming/cam/big", "UploadId": upload}
    part = s3.upload_part(**where, PartNumber=1, Body=b"x" * 100)["ETag"]
    s3.complete_multipart_upload(
        **where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]}
    )
    [body] = account.take(account.queue)
    assert body["Records"][0]["eventName"] == "ObjectCreated:CompleteMultipartUpload"


def test_an_older_version_is_read_after_deletion(account: Account) -> None:
    s3 = account.server.client("s3")
    first = s3.put_object(Bucket=FRAMES, Key="incoming/cam/v", Body=b"first")["VersionId"]
    s3.put_object(Bucket=FRAMES, Key="incoming/cam/v", Body=b"second")
    s3.delete_object(Bucket=FRAMES, Key="incoming/cam/v")
    inside = account.function_client("s3", account.inside())
    found = inside.get_object(Bucket=FRAMES, Key="incoming/cam/v", VersionId=first)
    assert found["Body"].read() == b"first"
    with pytest.raises(ClientError) as missing:
        inside.get_object(Bucket=FRAMES, Key="incoming/cam/v")
    assert missing.value.response["Error"]["Code"] == "NoSuchKey"
    account.take(account.queue)


def test_absence_is_told_only_to_those_who_may_list(account: Account) -> None:
    inside = account.function_client("s3", account.inside())
    with pytest.raises(ClientError) as listed:
        inside.get_object(Bucket=FRAMES, Key="incoming/none")
    with pytest.raises(ClientError) as unlisted:
        inside.get_object(Bucket=GALLERY, Key="index/none")
    assert (_status(listed.value), _status(unlisted.value)) == (404, 403)


def test_another_owner_is_refused(account: Account) -> None:
    s3 = account.server.client("s3")
    s3.put_object(Bucket=RESULTS, Key="owned", Body=b"", ExpectedBucketOwner="123456789012")
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=RESULTS, Key="owned", ExpectedBucketOwner="999999999999")
    assert _status(refused.value) == 403


def test_a_record_is_written_once(account: Account) -> None:
    inside = account.function_client("s3", account.inside())
    inside.put_object(Bucket=RESULTS, Key="records/once", Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError) as refused:
        inside.put_object(Bucket=RESULTS, Key="records/once", Body=b"2", IfNoneMatch="*")
    assert _status(refused.value) == 412


def test_of_racing_writers_exactly_one_wins(account: Account) -> None:
    writers, rounds = 8, 25
    barrier = Barrier(writers)
    clients = [account.server.client("s3") for _ in range(writers)]

    def write(number: int) -> list[bool]:
        won = []
        for round_ in range(rounds):
            barrier.wait()
            try:
                clients[number].put_object(
                    Bucket=RESULTS,
                    Key=f"records/race/{round_}",
                    Body=bytes(number),
                    IfNoneMatch="*",
                )
                won.append(True)
            except ClientError as error:
                if _status(error) != 412:
                    raise
                won.append(False)
        return won

    with ThreadPoolExecutor(writers) as pool:
        outcomes = list(pool.map(write, range(writers)))
    assert [sum(winners) for winners in zip(*outcomes, strict=True)] == [1] * rounds


def test_a_checksum_is_checked_and_given_back(account: Account) -> None:
    s3 = account.server.client("s3")
    s3.put_object(Bucket=RESULTS, Key="sum", Body=b"abc", ChecksumAlgorithm="SHA256")
    found = s3.head_object(Bucket=RESULTS, Key="sum", ChecksumMode="ENABLED")
    assert found["ChecksumSHA256"] == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


def test_metadata_names_with_underscores_are_kept(account: Account) -> None:
    s3 = account.server.client("s3")
    s3.put_object(Bucket=RESULTS, Key="meta", Body=b"", Metadata={"camera_id": "cam"})
    assert s3.head_object(Bucket=RESULTS, Key="meta")["Metadata"] == {"camera_id": "cam"}


def test_an_alert_object_becomes_a_message(account: Account) -> None:
    inside = account.function_client("s3", account.inside())
    inside.put_object(Bucket=RESULTS, Key="records/no-alert.json", Body=b"{}")
    inside.put_object(Bucket=RESULTS, Key="alerts/camera_covered/cam/1.json", Body=b"{}")
    [envelope] = account.take(account.outputs["Inbox"])
    assert envelope["Type"] == "Notification"
    assert envelope["Message"] == f"Alert: s3://{RESULTS}/alerts/camera_covered/cam/1.json"


def test_what_cannot_be_delivered_is_listed(account: Account) -> None:
    server = account.server
    sqs, s3 = server.client("sqs"), server.client("s3")
    policy = sqs.get_queue_attributes(QueueUrl=account.queue, AttributeNames=["Policy"])
    before = len(server.local("GET", "undelivered"))
    closed = json.dumps({"Version": "2012-10-17", "Statement": []})
    sqs.set_queue_attributes(QueueUrl=account.queue, Attributes={"Policy": closed})
    try:
        s3.put_object(Bucket=FRAMES, Key="incoming/cam/lost", Body=b"1")
    finally:
        sqs.set_queue_attributes(QueueUrl=account.queue, Attributes=policy["Attributes"])
    assert account.take(account.queue) == []
    lost = server.local("GET", "undelivered")[before:]
    assert [(one["service"], one["to"]) for one in lost] == [("s3.amazonaws.com", QUEUE_ARN)]


def test_a_bucket_is_not_configured_to_send_where_it_may_not(account: Account) -> None:
    configuration: dict[str, Any] = {
        "QueueConfigurations": [{"QueueArn": QUEUE_ARN, "Events": ["s3:ObjectCreated:*"]}]
    }
    s3 = account.server.client("s3")
    with pytest.raises(ClientError, match=r"Unable to validate"):
        s3.put_bucket_notification_configuration(
            Bucket=GALLERY, NotificationConfiguration=configuration
        )
    found = s3.get_bucket_notification_configuration(Bucket=GALLERY)
    assert "QueueConfigurations" not in found
