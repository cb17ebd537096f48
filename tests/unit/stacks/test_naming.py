"""Names that fit AWS's limits in every region, and say which stage they belong to."""

from __future__ import annotations

import re

import aws_cdk as cdk
import pytest

from stacks.code import Package
from stacks.naming import BucketName, Naming, QueueName

NAMING = Naming("dev")
LONGEST = Naming("a" * 12)


def resolved(value: str) -> str:
    written = cdk.Stack().resolve(value)
    text = written if isinstance(written, str) else written["Fn::Sub"]
    for name, filled in (
        ("Partition", "aws"),
        ("AccountId", "123456789012"),
        ("Region", "ap-southeast-1"),
    ):
        text = text.replace(f"${{AWS::{name}}}", filled)
    return text


@pytest.mark.parametrize("purpose", BucketName)
def test_longest_bucket_name_fits(purpose: BucketName) -> None:
    name = resolved(LONGEST.bucket(purpose))
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (NAMING.bucket(BucketName.FRAMES), "vss-dev-frames-123456789012-ap-southeast-1"),
        (
            NAMING.objects_arn(BucketName.RESULTS, "records/*"),
            "arn:aws:s3:::vss-dev-results-123456789012-ap-southeast-1/records/*",
        ),
        (
            NAMING.queue_arn(NAMING.dead_letter_queue(QueueName.FRAMES)),
            "arn:aws:sqs:ap-southeast-1:123456789012:vss-dev-frames-dlq",
        ),
        (NAMING.queue(QueueName.ENROLMENT), "vss-dev-enrolment"),
        (NAMING.dead_letter_queue(QueueName.ENROLMENT), "vss-dev-enrolment-dlq"),
        (
            NAMING.function_arn(Package.SURVEILLANCE),
            "arn:aws:lambda:ap-southeast-1:123456789012:function:vss-dev-surveillance",
        ),
        (NAMING.function_log_group(Package.ENROLMENT), "/aws/lambda/vss-dev-enrolment"),
        (NAMING.topic, "vss-dev-alerts"),
        (NAMING.stack("storage"), "vss-dev-storage"),
    ],
)
def test_names_are_the_agreed_ones(name: str, expected: str) -> None:
    assert resolved(name) == expected
