"""Accesses of the surveillance function and of others, with policies of our templates' shape."""

from __future__ import annotations

from typing import Any

from tests.iam_oracle.outside_evaluator import ACCOUNT, ROLE, Question

Json = dict[str, Any]
FRAMES, RESULTS = "arn:aws:s3:::frames", "arn:aws:s3:::results"
GALLERY = "arn:aws:s3:::gallery"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:frames"
DATA_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-1111-1111-1111-111111111111"
OTHER_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/22222222-2222-2222-2222-222222222222"
LOGS = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/surveillance:log-stream"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OPERATOR = f"arn:aws:iam::{ACCOUNT}:user/operator"
SSE = "s3:x-amz-server-side-encryption"
SSE_KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"


def policy(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any, **more: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any, **more: Any) -> Json:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


VIA_S3 = {"StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com"]}}
VIA_BOTH = {
    "StringEquals": {
        "kms:ViaService": ["s3.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"]
    }
}
ENIS = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:surveillance"
IDENTITY = {
    "function": policy(
        allow(["s3:GetObject", "s3:GetObjectVersion"], f"{FRAMES}/incoming/*"),
        allow("s3:GetObject", f"{GALLERY}/index/*"),
        allow("s3:ListBucket", [FRAMES, GALLERY]),
        allow("s3:PutObject", [f"{RESULTS}/alerts/*", f"{RESULTS}/records/*"]),
        allow("kms:Decrypt", DATA_KEY, Condition=VIA_BOTH),
        allow("kms:GenerateDataKey", DATA_KEY, Condition=VIA_S3),
        allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], QUEUE),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{LOGS}:*"),
        allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
        allow(ENIS, "*"),
        deny(ENIS, "*", Condition={"ArnEquals": {"lambda:SourceFunctionArn": [FUNCTION]}}),
    )
}
EVERYONE = {"AWS": "*"}
INSECURE = {"Bool": {"aws:SecureTransport": "false"}}


def _bucket_policy(arn: str, *more: Json) -> Json:
    tls = deny("s3:*", [arn, f"{arn}/*"], Principal=EVERYONE, Condition=INSECURE)
    return policy(tls, *more)


ELSEWHERE = {
    "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
    "ArnNotEquals": {"aws:PrincipalArn": [OPERATOR]},
}
FRAMES_POLICY = _bucket_policy(
    FRAMES,
    deny("s3:GetObject*", f"{FRAMES}/*", Principal=EVERYONE, Condition=ELSEWHERE),
)
RESULTS_POLICY = _bucket_policy(
    RESULTS,
    deny(
        "s3:PutObject",
        f"{RESULTS}/*",
        Principal=EVERYONE,
        Condition={"Null": {SSE: "false"}, "StringNotEquals": {SSE: "aws:kms"}},
    ),
    deny(
        "s3:PutObject",
        f"{RESULTS}/*",
        Principal=EVERYONE,
        Condition={"Null": {SSE_KEY: "false"}, "StringNotEquals": {SSE_KEY: DATA_KEY}},
    ),
)
QUEUE_POLICY = policy(
    deny("sqs:*", QUEUE, Principal=EVERYONE, Condition=INSECURE),
    allow(
        "sqs:SendMessage",
        QUEUE,
        Principal={"Service": "s3.amazonaws.com"},
        Condition={
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnEquals": {"aws:SourceArn": FRAMES},
        },
    ),
)
KEY_POLICY = policy(
    allow(["kms:DescribeKey", "kms:PutKeyPolicy"], "*", Principal={"AWS": ROOT}),
    allow(["kms:Decrypt", "kms:GenerateDataKey"], "*", Principal={"AWS": ROOT}, Condition=VIA_BOTH),
    allow(
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "*",
        Principal={"Service": "s3.amazonaws.com"},
        Condition={
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnEquals": {"aws:SourceArn": FRAMES},
        },
    ),
)
OWN = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
ENDPOINT_POLICY = policy(
    allow(
        ["s3:GetObject", "s3:GetObjectVersion"],
        [f"{FRAMES}/incoming/*", f"{GALLERY}/index/*"],
        Principal="*",
        Condition=OWN,
    ),
    allow("s3:ListBucket", [FRAMES, GALLERY], Principal="*", Condition=OWN),
    allow(
        "s3:PutObject",
        [f"{RESULTS}/alerts/*", f"{RESULTS}/records/*"],
        Principal="*",
        Condition=OWN,
    ),
)
TRUST = policy(
    {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
)
SECURE = {
    "aws:SecureTransport": "true",
    "aws:PrincipalAccount": ACCOUNT,
    "aws:PrincipalArn": ROLE,
}
INSIDE = {**SECURE, "aws:SourceVpce": "vpce-1"}
PLAIN = {**INSIDE, "aws:SecureTransport": "false"}


def _s3(action: str, resource: str, context: Json = INSIDE, **more: Any) -> Question:
    bucket = resource.partition("/")[0]
    policies = {FRAMES: FRAMES_POLICY, RESULTS: RESULTS_POLICY}
    given = {"identity": IDENTITY, "resource_policy": policies.get(bucket), **more}
    if context.get("aws:SourceVpce") and "endpoint_policy" not in given:
        given["endpoint_policy"] = ENDPOINT_POLICY
    return Question(f"s3:{action}", resource, context, **given)


def _kms(action: str, key: str, via: str | None, **more: Any) -> Question:
    context = {**SECURE, **({"kms:ViaService": f"{via}.eu-west-1.amazonaws.com"} if via else {})}
    given = {"identity": IDENTITY, "resource_policy": KEY_POLICY, **more}
    return Question(f"kms:{action}", key, context, **given)


def _sqs(action: str, queue: str = QUEUE, context: Json = SECURE, **more: Any) -> Question:
    given = {"identity": IDENTITY, "resource_policy": QUEUE_POLICY, **more}
    return Question(f"sqs:{action}", queue, context, **given)


def _plain(action: str, resource: str, context: Json = SECURE, **more: Any) -> Question:
    return Question(action, resource, context, **{"identity": IDENTITY, **more})


FROM_S3 = {"aws:SecureTransport": "true", "aws:SourceAccount": ACCOUNT, "aws:SourceArn": FRAMES}
KMS_HEADER = {**INSIDE, SSE: "aws:kms", SSE_KEY: DATA_KEY}
RECORD = f"{RESULTS}/records/cam/1.json"
FRAME = f"{FRAMES}/incoming/cam/1.jpg"
DEPLOYER = {
    "principal": OPERATOR,
    "identity": {"all": policy(allow("*", "*"))},
}
OPERATING = {**SECURE, "aws:PrincipalArn": OPERATOR}

CASES: dict[str, tuple[Question, bool]] = {
    "frame under incoming/": (_s3("GetObject", FRAME), True),
    "a version of a frame": (_s3("GetObjectVersion", FRAME), True),
    "frame outside incoming/": (_s3("GetObject", f"{FRAMES}/private/1.jpg"), False),
    "frame beside incoming": (_s3("GetObject", f"{FRAMES}/incoming2/1.jpg"), False),
    "frame in upper case": (_s3("GetObject", f"{FRAMES}/INCOMING/1.jpg"), False),
    "another bucket": (_s3("GetObject", "arn:aws:s3:::other/incoming/1.jpg"), False),
    "a bucket whose name begins alike": (
        _s3("GetObject", "arn:aws:s3:::frames2/incoming/1.jpg"),
        False,
    ),
    "delete a frame": (_s3("DeleteObject", FRAME), False),
    "delete a version": (_s3("DeleteObjectVersion", FRAME), False),
    "overwrite a frame": (_s3("PutObject", FRAME), False),
    "tags of a frame": (_s3("GetObjectTagging", FRAME), False),
    "list frames": (_s3("ListBucket", FRAMES), True),
    "list versions of frames": (_s3("ListBucketVersions", FRAMES), False),
    "list the gallery": (_s3("ListBucket", GALLERY), True),
    "list results": (_s3("ListBucket", RESULTS), False),
    "change a bucket's policy": (_s3("PutBucketPolicy", FRAMES), False),
    "read the gallery's index": (_s3("GetObject", f"{GALLERY}/index/gallery"), True),
    "read the gallery's photographs": (_s3("GetObject", f"{GALLERY}/photos/a.jpg"), False),
    "write the gallery": (_s3("PutObject", f"{GALLERY}/index/gallery"), False),
    "frame over plain HTTP": (_s3("GetObject", FRAME, PLAIN), False),
    "list over plain HTTP": (_s3("ListBucket", FRAMES, PLAIN), False),
    "record over plain HTTP": (_s3("PutObject", RECORD, PLAIN), False),
    "frame from outside the VPC": (_s3("GetObject", FRAME, SECURE), False),
    "frame through another endpoint": (
        _s3("GetObject", FRAME, {**SECURE, "aws:SourceVpce": "vpce-2"}),
        False,
    ),
    "frame through an endpoint that lets nothing through": (
        _s3("GetObject", FRAME, endpoint_policy=policy(deny("*", "*", Principal="*"))),
        False,
    ),
    "frame through an endpoint for other buckets": (
        _s3(
            "GetObject",
            FRAME,
            endpoint_policy=policy(
                allow("s3:*", "arn:aws:s3:::other/*", Principal="*", Condition=OWN)
            ),
        ),
        False,
    ),
    "record without encryption headers": (_s3("PutObject", RECORD), True),
    "record with our key": (_s3("PutObject", RECORD, KMS_HEADER), True),
    "record with another key": (
        _s3("PutObject", RECORD, {**KMS_HEADER, SSE_KEY: OTHER_KEY}),
        False,
    ),
    "record with S3's encryption": (_s3("PutObject", RECORD, {**INSIDE, SSE: "AES256"}), False),
    "record outside records/": (_s3("PutObject", f"{RESULTS}/other/1.json"), False),
    "alert": (_s3("PutObject", f"{RESULTS}/alerts/camera_covered/1.json"), True),
    "read a record": (_s3("GetObject", RECORD), False),
    "record's access list": (_s3("PutObjectAcl", RECORD), False),
    "operator reads a frame": (_s3("GetObject", FRAME, OPERATING, **DEPLOYER), True),
    "another administrator reads a frame": (
        _s3("GetObject", FRAME, SECURE, identity=DEPLOYER["identity"]),
        False,
    ),
    "decrypt through S3": (_kms("Decrypt", DATA_KEY, "s3"), True),
    "decrypt through SQS": (_kms("Decrypt", DATA_KEY, "sqs"), True),
    "decrypt directly": (_kms("Decrypt", DATA_KEY, None), False),
    "decrypt through another service": (_kms("Decrypt", DATA_KEY, "secretsmanager"), False),
    "data key through S3": (_kms("GenerateDataKey", DATA_KEY, "s3"), True),
    "data key through SQS": (_kms("GenerateDataKey", DATA_KEY, "sqs"), False),
    "encrypt through S3": (_kms("Encrypt", DATA_KEY, "s3"), False),
    "decrypt with another key": (_kms("Decrypt", OTHER_KEY, "s3"), False),
    "key policy that leaves nothing to the account": (
        _kms(
            "Decrypt",
            DATA_KEY,
            "s3",
            resource_policy=policy(allow("kms:Decrypt", "*", Principal={"AWS": OPERATOR})),
        ),
        False,
    ),
    "key policy that names the role": (
        _kms(
            "Encrypt",
            DATA_KEY,
            None,
            resource_policy=policy(allow("kms:Encrypt", "*", Principal={"AWS": ROLE})),
        ),
        True,
    ),
    "administrator may not use the key himself": (
        _kms("Decrypt", DATA_KEY, None, **DEPLOYER),
        False,
    ),
    "administrator changes the key's policy": (
        _kms("PutKeyPolicy", DATA_KEY, None, **DEPLOYER),
        True,
    ),
    "receive from the queue": (_sqs("ReceiveMessage"), True),
    "delete from the queue": (_sqs("DeleteMessage"), True),
    "send to the queue": (_sqs("SendMessage"), False),
    "purge the queue": (_sqs("PurgeQueue"), False),
    "change visibility": (_sqs("ChangeMessageVisibility"), False),
    "receive from the dead letters": (_sqs("ReceiveMessage", f"{QUEUE}-dlq"), False),
    "receive over plain HTTP": (_sqs("ReceiveMessage", context=PLAIN), False),
    "S3 sends a notification": (
        _sqs("SendMessage", context=FROM_S3, principal="s3.amazonaws.com", identity={}),
        True,
    ),
    "S3 sends for another bucket": (
        _sqs(
            "SendMessage",
            context={**FROM_S3, "aws:SourceArn": RESULTS},
            principal="s3.amazonaws.com",
            identity={},
        ),
        False,
    ),
    "S3 sends for another account": (
        _sqs(
            "SendMessage",
            context={**FROM_S3, "aws:SourceAccount": "999999999999"},
            principal="s3.amazonaws.com",
            identity={},
        ),
        False,
    ),
    "another service sends": (
        _sqs("SendMessage", context=FROM_S3, principal="sns.amazonaws.com", identity={}),
        False,
    ),
    "write its log": (_plain("logs:PutLogEvents", f"{LOGS}:2026/1"), True),
    "write another function's log": (
        _plain("logs:PutLogEvents", f"{LOGS.replace('surveillance', 'other')}:2026/1"),
        False,
    ),
    "traces": (_plain("xray:PutTraceSegments", "*"), True),
    "read traces": (_plain("xray:BatchGetTraces", "*"), False),
    "network interface by Lambda": (_plain("ec2:DescribeNetworkInterfaces", "*"), True),
    "network interface by its code": (
        _plain(
            "ec2:DescribeNetworkInterfaces", "*", {**SECURE, "lambda:SourceFunctionArn": FUNCTION}
        ),
        False,
    ),
    "another role": (_plain("sts:AssumeRole", f"{ROLE}2"), False),
    "Lambda assumes the role": (
        Question("sts:AssumeRole", ROLE, resource_policy=TRUST, principal="lambda.amazonaws.com"),
        True,
    ),
    "EC2 assumes the role": (
        Question("sts:AssumeRole", ROLE, resource_policy=TRUST, principal="ec2.amazonaws.com"),
        False,
    ),
    "an administrator assumes the role": (
        Question("sts:AssumeRole", ROLE, SECURE, resource_policy=TRUST, **DEPLOYER),
        False,
    ),
}
