from decimal import Decimal
from typing import Any

import pytest

from tests.unit.vss.study.billing.stage_templates import (
    named,
    quantities,
    reader,
    resource,
    template,
)
from vss.study.billing.usage import UnpricedResourceError
from vss.study.stage_template import Resource
from vss.study.workload import Workload

D = Decimal
DAYS = D(730) / 24
GIB = 2**30


def bucket(purpose: str, days: int | None = 7, **properties: Any) -> Resource:
    rule = {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}
    if days is not None:
        rule["ExpirationInDays"] = days
    rules = {"Rules": [rule]}
    return resource(
        "S3::Bucket",
        purpose,
        **{"BucketName": named(purpose), "LifecycleConfiguration": rules, **properties},
    )


def encrypted(with_bucket_key: bool) -> dict[str, Any]:
    rule = {
        "BucketKeyEnabled": with_bucket_key,
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
    }
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]}}


def test_frames_are_put_and_read_once_and_kept_until_they_expire() -> None:
    used = quantities(template(bucket("frames")))
    # 7 days, 1 as an old version, 1 until midnight; 1 MiB each
    assert used == {
        ("frames/incoming/ PUT", "s3.put"): 1000,
        ("frames GET", "s3.get"): 1000,
        ("frames/incoming/ Standard storage, 9 days", "s3.standard"): 1000 * 9 / DAYS / 1024,
    }


def test_records_and_alerts_are_put() -> None:
    used = quantities(template(bucket("results", 90)))
    # an alert for one image of ten
    assert used["results/records/ PUT", "s3.put"] == 1000
    assert used["results/alerts/ PUT", "s3.put"] == 100
    stored = used["results/records/ Standard storage, 92 days", "s3.standard"]
    assert stored == 1000 * 92 / DAYS * 2900 / GIB


def test_the_memory_of_alerts_is_read_for_each_image() -> None:
    role = resource("IAM::Role", "R", Policies=[{"Resource": "arn:…:vss-t-results-1/state/*"}])
    used = quantities(template(bucket("results", 90), role))
    assert used["results GET", "s3.get"] == 1000
    assert used["results/state/ PUT", "s3.put"] == 100


def test_the_gallery_keeps_what_is_enrolled() -> None:
    people = Workload.of(cameras=0, people=12, photographs=2, image_kb=512)
    used = quantities(template(bucket("gallery", None), *reader("enrolment")), people)
    # 2 photographs put a month; each: photograph and index read; 24 kept
    assert used["gallery/photos/ PUT", "s3.put"] == 2
    assert used["gallery/templates/ PUT", "s3.put"] == 2
    assert used["gallery GET", "s3.get"] == 4
    assert used["gallery/photos/ Standard storage, kept", "s3.standard"] == 24 * 512 * 1024 / D(GIB)
    assert used["gallery/index/ Standard storage, kept", "s3.standard"] == 24 * 1100 / D(GIB)


def test_each_batch_and_each_start_asks_for_the_index() -> None:
    workload = Workload.of(cameras=1, period_s=2628, people=0, cold_starts=5)
    used = quantities(template(bucket("gallery", None), *reader()), workload)
    assert used["gallery GET", "s3.get"] == 1005


def test_networks_in_a_bucket_are_read_at_each_start() -> None:
    workload = Workload.of(cameras=1, period_s=2628, cold_starts=5)
    used = quantities(template(bucket("models", None), *reader()), workload)
    assert used["models GET", "s3.get"] == 40
    assert used["models/ Standard storage, kept", "s3.standard"] == 7_600_000 / D(GIB)


def test_access_logs_have_a_line_for_each_request_of_a_logged_bucket() -> None:
    logged = bucket("frames", LoggingConfiguration={"DestinationBucketName": "x"})
    used = quantities(template(logged, bucket("results"), bucket("access-logs", 30)))
    # 1,000 PUT and 1,000 GET of 700 bytes, for 30 + 1 + 1 days
    assert used["access-logs/ Standard storage, 32 days", "s3.standard"] == (
        2000 * 32 / DAYS * 700 / GIB
    )


@pytest.mark.parametrize(
    ("with_key", "item", "requests"),
    [
        (True, "requests by frames with a bucket key", 20),
        (False, "requests by frames without a bucket key", 2000),
    ],
)
def test_a_bucket_key_saves_requests_to_kms(with_key: bool, item: str, requests: int) -> None:
    used = quantities(template(bucket("frames", **encrypted(with_key))))
    assert used[item, "kms.requests"] == requests


def test_with_event_bridge_each_object_gives_three_events_or_one() -> None:
    on = {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}}
    item = "events of all objects of results", "events.opt-in"
    assert quantities(template(bucket("results", 90, **on)))[item] == 3 * 1100
    people = Workload.of(cameras=0, people=12, photographs=1)
    kept = quantities(template(bucket("gallery", None, **on)), people)
    # photograph, template, report, index
    assert kept["events of all objects of gallery", "events.opt-in"] == 4


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (bucket("videos"), "is for 'videos'; the forecast knows the use of frames, results"),
        (bucket("frames", None), "keeps incoming/ for ever"),
    ],
)
def test_buckets_of_unknown_use_are_refused(made: Resource, words: str) -> None:
    with pytest.raises(UnpricedResourceError, match=words):
        quantities(template(made))


def test_other_storage_classes_are_refused() -> None:
    rule = {"Status": "Enabled", "Transitions": [{"StorageClass": "GLACIER"}]}
    made = bucket("frames", LifecycleConfiguration={"Rules": [rule]})
    with pytest.raises(UnpricedResourceError, match="Transitions; the forecast knows Standard"):
        quantities(template(made))


def test_rules_that_are_off_or_for_other_prefixes_do_not_count() -> None:
    rules = [
        {"Status": "Disabled", "ExpirationInDays": 1},
        {"Status": "Enabled", "ExpirationInDays": 2, "Prefix": "elsewhere/"},
        {"Status": "Enabled", "ExpirationInDays": 5, "Prefix": "incoming/"},
    ]
    used = quantities(template(bucket("frames", LifecycleConfiguration={"Rules": rules})))
    assert ("frames/incoming/ Standard storage, 6 days", "s3.standard") in used
