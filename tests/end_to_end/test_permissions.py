"""What the function may do with its own credentials, and all that it may not."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.end_to_end.as_function import FRAME, INDEX, AsFunction, is_allowed

RECORD, ALERT = "records/iam/a.json", "alerts/camera_covered/iam/a"


class Case(NamedTuple):
    """A call, the way it takes (attribute of AsFunction), and whether it must be allowed."""

    allowed: bool
    what: str
    way: str
    service: str
    operation: str
    arguments: dict[str, Any]


def s3(allowed: bool, what: str, operation: str, way: str = "inside", **arguments: Any) -> Case:
    return Case(allowed, what, way, "s3", operation, arguments)


def api(allowed: bool, what: str, service: str, operation: str, **arguments: Any) -> Case:
    return Case(allowed, what, "elsewhere", service, operation, arguments)


CASES = [
    s3(True, "read a frame", "get_object", Bucket="frames", Key=FRAME),
    s3(True, "read a version", "get_object", Bucket="frames", Key=FRAME, VersionId="{version}"),
    s3(True, "look at a frame", "head_object", Bucket="frames", Key=FRAME),
    s3(True, "miss a frame (404)", "get_object", Bucket="frames", Key="incoming/iam/none.jpg"),
    s3(False, "read a frame from elsewhere", "get_object", "elsewhere", Bucket="frames", Key=FRAME),
    s3(False, "read a frame through another endpoint", "get_object", "other_endpoint", Bucket="frames", Key=FRAME),
    s3(False, "read a frame without TLS", "get_object", "plain_http", Bucket="frames", Key=FRAME),
    s3(False, "read outside incoming/", "get_object", Bucket="frames", Key="private/a.jpg"),
    s3(False, "write a frame", "put_object", Bucket="frames", Key=FRAME, Body=b"x"),
    s3(False, "delete a frame", "delete_object", Bucket="frames", Key=FRAME),
    s3(False, "delete a version", "delete_object", Bucket="frames", Key=FRAME, VersionId="{version}"),
    s3(False, "read a frame's tags", "get_object_tagging", Bucket="frames", Key=FRAME),
    s3(False, "share a frame", "put_object_acl", Bucket="frames", Key=FRAME, ACL="public-read"),
    s3(False, "list versions", "list_object_versions", Bucket="frames"),
    s3(False, "read the frames' policy", "get_bucket_policy", Bucket="frames"),
    s3(False, "replace the frames' policy", "put_bucket_policy", Bucket="frames", Policy="{}"),
    s3(False, "stop the notifications", "put_bucket_notification_configuration", Bucket="frames", NotificationConfiguration={}),
    s3(True, "write a record", "put_object", Bucket="results", Key=RECORD, Body=b"{}"),
    s3(True, "write a record once", "put_object", Bucket="results", Key="records/iam/b", Body=b"{}", IfNoneMatch="*"),
    s3(True, "write a record with our key", "put_object", Bucket="results", Key=RECORD, Body=b"{}", ServerSideEncryption="aws:kms", SSEKMSKeyId="{data_key}"),
    s3(True, "write an alert", "put_object", Bucket="results", Key=ALERT, Body=b"{}"),
    s3(False, "write elsewhere in results", "put_object", Bucket="results", Key="x/a.json", Body=b"{}"),
    s3(False, "write a record unencrypted", "put_object", Bucket="results", Key=RECORD, Body=b"{}", ServerSideEncryption="AES256"),
    s3(False, "write a record with another key", "put_object", Bucket="results", Key=RECORD, Body=b"{}", ServerSideEncryption="aws:kms", SSEKMSKeyId="{other_key}"),
    s3(False, "write a record with the gallery's key", "put_object", Bucket="results", Key=RECORD, Body=b"{}", ServerSideEncryption="aws:kms", SSEKMSKeyId="{gallery_key}"),
    s3(False, "write a record without TLS", "put_object", "plain_http", Bucket="results", Key=RECORD, Body=b"{}"),
    s3(False, "read a record", "get_object", Bucket="results", Key=RECORD),
    s3(False, "delete a record", "delete_object", Bucket="results", Key=RECORD),
    s3(False, "list the records", "list_objects_v2", Bucket="results"),
    s3(True, "find a record by its name", "list_objects_v2", Bucket="results", Prefix="records/iam/"),
    s3(False, "find an alert by its name", "list_objects_v2", Bucket="results", Prefix="alerts/"),
    s3(False, "find a record without TLS", "list_objects_v2", "plain_http", Bucket="results", Prefix="records/iam/"),
    s3(True, "read the gallery's index", "get_object", Bucket="gallery", Key=INDEX),
    s3(False, "read the index from elsewhere", "get_object", "elsewhere", Bucket="gallery", Key=INDEX),
    s3(False, "read the index without TLS", "get_object", "plain_http", Bucket="gallery", Key=INDEX),
    s3(False, "read a reference photograph", "get_object", Bucket="gallery", Key="photos/p/1.jpg"),
    s3(False, "write the gallery's index", "put_object", Bucket="gallery", Key=INDEX, Body=b"{}"),
    s3(False, "delete the gallery's index", "delete_object", Bucket="gallery", Key=INDEX),
    s3(False, "read the access logs", "list_objects_v2", Bucket="logs"),
    s3(False, "write into the access logs", "put_object", Bucket="logs", Key="x", Body=b""),
    s3(False, "read another bucket", "get_object", Bucket="{foreign}", Key="a"),
    s3(False, "write into another bucket", "put_object", Bucket="{foreign}", Key="a", Body=b""),
    s3(False, "make a bucket", "create_bucket", Bucket="made-by-the-function", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}),
    s3(False, "list all buckets", "list_buckets"),
    api(True, "receive frames messages", "sqs", "receive_message", QueueUrl="{queue}", VisibilityTimeout=1),
    api(True, "look at the frames queue", "sqs", "get_queue_attributes", QueueUrl="{queue}", AttributeNames=["All"]),
    api(False, "send a frames message", "sqs", "send_message", QueueUrl="{queue}", MessageBody="x"),
    api(False, "purge the frames queue", "sqs", "purge_queue", QueueUrl="{queue}"),
    api(False, "receive dead letters", "sqs", "receive_message", QueueUrl="{dlq}"),
    api(False, "delete a queue", "sqs", "delete_queue", QueueUrl="{dlq}"),
    api(False, "use the data key directly", "kms", "generate_data_key", KeyId="{data_key}", KeySpec="AES_256"),
    api(False, "use another key", "kms", "generate_data_key", KeyId="{other_key}", KeySpec="AES_256"),
    api(False, "encrypt with the gallery's key", "kms", "encrypt", KeyId="{gallery_key}", Plaintext=b"x"),
    api(False, "schedule the key's deletion", "kms", "schedule_key_deletion", KeyId="{data_key}"),
    api(False, "disable the gallery's key", "kms", "disable_key", KeyId="{gallery_key}"),
    api(False, "publish an alert itself", "sns", "publish", TopicArn="{topic}", Message="x"),
    api(False, "change its own code", "lambda", "get_function", FunctionName="{function}"),
    api(False, "invoke itself", "lambda", "invoke", FunctionName="{function}"),
    api(False, "read its role", "iam", "get_role", RoleName="x"),
    api(False, "take another role", "sts", "assume_role", RoleArn="arn:aws:iam::123456789012:role/x", RoleSessionName="other"),
    api(False, "read the stacks", "cloudformation", "list_stacks"),
    api(False, "delete alarms", "cloudwatch", "delete_alarms", AlarmNames=["x"]),
    api(False, "make a network interface from its code", "ec2", "describe_instances"),
    api(True, "send trace segments", "xray", "put_trace_segments", TraceSegmentDocuments=["{}"]),
    api(False, "read traces", "xray", "get_trace_summaries", StartTime=0, EndTime=1),
]  # fmt: skip


def arguments_of(case: Case, names: dict[str, str]) -> dict[str, Any]:
    """Put what the placeholders stand for into the arguments."""

    def filled(name: str, value: Any) -> Any:
        if name == "Bucket" and value in names:
            return names[value]
        placeholder = isinstance(value, str) and value[1:-1] in names and value[0] == "{"
        return names[value[1:-1]] if placeholder else value

    return {name: filled(name, value) for name, value in case.arguments.items()}


def bound_call(case: Case, function: AsFunction, names: dict[str, str]) -> Callable[[], object]:
    client = function.client(case.service, getattr(function, case.way))
    return lambda: getattr(client, case.operation)(**arguments_of(case, names))


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_the_function_may_do_what_it_needs_and_nothing_else(
    case: Case, function: AsFunction, names: dict[str, str]
) -> None:
    assert is_allowed(bound_call(case, function, names)) is case.allowed


def test_there_are_enough_checks_of_both_kinds() -> None:
    assert len(CASES) >= 40
    assert sum(case.allowed for case in CASES) >= 10
