"""Operations are recognised in requests as botocore writes them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from vss.local.aws_api.api_call import ApiCall, Protocol, read_call
from vss.local.aws_api.permissions import s3_operations
from vss.local.http_message import Origin, Request


def _call(
    service: str, operation: str, signing_name: str | None = None, **parameters: Any
) -> ApiCall:
    """Let boto3 write the request, and read it as the server would."""
    client = boto3.client(
        service,  # type: ignore[call-overload]
        region_name="eu-west-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="x",
        aws_secret_access_key="x",  # noqa: S106 - made up
    )
    sent: list[AWSPreparedRequest] = []

    def keep(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 400, {}, None)

    client.meta.events.register("before-send", keep)
    with suppress(Exception):  # only what was sent is of interest
        getattr(client, operation)(**parameters)
    [request] = sent
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else value
        for name, value in request.headers.items()
    }
    body = request.body or b""
    data = body if isinstance(body, bytes) else str(body).encode()
    target = request.url.removeprefix("http://127.0.0.1:1")
    received = Request(request.method, target, headers, [], data, Origin(), 1)
    return read_call(received, signing_name or client.meta.service_model.signing_name, "eu-west-1")


B, K = "bucket", "a/b c+é.jpg"
S3_CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("list_buckets", {}, "ListAllMyBuckets"),
    ("list_objects_v2", {"Bucket": B}, "ListBucket"),
    ("head_bucket", {"Bucket": B}, "ListBucket"),
    ("list_object_versions", {"Bucket": B}, "ListBucketVersions"),
    ("list_multipart_uploads", {"Bucket": B}, "ListBucketMultipartUploads"),
    ("get_bucket_location", {"Bucket": B}, "GetBucketLocation"),
    ("create_bucket", {"Bucket": B}, "CreateBucket"),
    ("delete_bucket", {"Bucket": B}, "DeleteBucket"),
    ("get_bucket_policy", {"Bucket": B}, "GetBucketPolicy"),
    ("put_bucket_policy", {"Bucket": B, "Policy": "{}"}, "PutBucketPolicy"),
    ("delete_bucket_policy", {"Bucket": B}, "DeleteBucketPolicy"),
    ("get_bucket_encryption", {"Bucket": B}, "GetEncryptionConfiguration"),
    ("delete_bucket_encryption", {"Bucket": B}, "PutEncryptionConfiguration"),
    ("get_public_access_block", {"Bucket": B}, "GetBucketPublicAccessBlock"),
    ("delete_bucket_lifecycle", {"Bucket": B}, "PutLifecycleConfiguration"),
    ("get_bucket_notification_configuration", {"Bucket": B}, "GetBucketNotification"),
    ("get_object", {"Bucket": B, "Key": K}, "GetObject"),
    ("get_object", {"Bucket": B, "Key": K, "VersionId": "1"}, "GetObjectVersion"),
    ("head_object", {"Bucket": B, "Key": K}, "GetObject"),
    ("put_object", {"Bucket": B, "Key": K, "Body": b""}, "PutObject"),
    ("delete_object", {"Bucket": B, "Key": K}, "DeleteObject"),
    ("delete_object", {"Bucket": B, "Key": K, "VersionId": "1"}, "DeleteObjectVersion"),
    ("get_object_tagging", {"Bucket": B, "Key": K}, "GetObjectTagging"),
    ("put_object_acl", {"Bucket": B, "Key": K, "ACL": "private"}, "PutObjectAcl"),
    ("create_multipart_upload", {"Bucket": B, "Key": K}, "PutObject"),
    ("abort_multipart_upload", {"Bucket": B, "Key": K, "UploadId": "1"}, "AbortMultipartUpload"),
    ("list_parts", {"Bucket": B, "Key": K, "UploadId": "1"}, "ListMultipartUploadParts"),
    ("delete_objects", {"Bucket": B, "Delete": {"Objects": [{"Key": "x"}]}}, "DeleteObject"),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), S3_CALLS)
def test_s3_operations(operation: str, parameters: dict[str, Any], expected: str) -> None:
    call = _call("s3", operation, **parameters)
    assert (call.service, call.operation) == ("s3", expected)
    if "Key" in parameters:
        assert s3_operations.place(call.request).arn == f"arn:aws:s3:::{B}/{K}"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "prefix", "name", "protocol"),
    [
        (
            "sqs",
            "receive_message",
            {"QueueUrl": "http://q/1/n"},
            "sqs",
            "ReceiveMessage",
            Protocol.JSON,
        ),
        ("kms", "create_key", {}, "kms", "CreateKey", Protocol.JSON),
        ("sts", "get_caller_identity", {}, "sts", "GetCallerIdentity", Protocol.QUERY),
        ("sns", "publish", {"TopicArn": "arn", "Message": "m"}, "sns", "Publish", Protocol.QUERY),
        ("ec2", "describe_vpcs", {}, "ec2", "DescribeVpcs", Protocol.EC2),
        ("iam", "get_role", {"RoleName": "r"}, "iam", "GetRole", Protocol.QUERY),
        (
            "lambda",
            "get_function",
            {"FunctionName": "f"},
            "lambda",
            "GetFunction",
            Protocol.REST_JSON,
        ),
        ("lambda", "invoke", {"FunctionName": "f"}, "lambda", "Invoke", Protocol.REST_JSON),
        (
            "xray",
            "put_trace_segments",
            {"TraceSegmentDocuments": ["{}"]},
            "xray",
            "PutTraceSegments",
            Protocol.REST_JSON,
        ),
        (
            "scheduler",
            "get_schedule",
            {"Name": "s"},
            "scheduler",
            "GetSchedule",
            Protocol.REST_JSON,
        ),
    ],
)
def test_other_operations(
    service: str,
    operation: str,
    parameters: dict[str, Any],
    prefix: str,
    name: str,
    protocol: Protocol,
) -> None:
    call = _call(service, operation, **parameters)
    assert (call.service, call.operation, call.protocol) == (prefix, name, protocol)


def test_cloudwatch_is_recognised_whatever_it_speaks() -> None:
    call = _call("cloudwatch", "put_dashboard", DashboardName="d", DashboardBody="{}")
    assert (call.service, call.operation) == ("cloudwatch", "PutDashboard")


def test_path_parameters_are_found() -> None:
    call = _call("lambda", "get_alias", FunctionName="f", Name="live")
    assert (call.operation, call.text("FunctionName"), call.text("Name")) == (
        "GetAlias",
        "f",
        "live",
    )
