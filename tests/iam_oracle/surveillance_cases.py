"""Accesses of the surveillance function and of others around it."""

from __future__ import annotations

from tests.iam_oracle.outside_evaluator import ACCOUNT, Question
from tests.iam_oracle.stage_policies import (
    DATA_KEY,
    ENROLMENT_QUEUE,
    FRAMES,
    FRAMES_QUEUE,
    GALLERY,
    GALLERY_KEY,
    INSIDE,
    OPERATOR,
    OTHER_KEY,
    OWN_ACCOUNT,
    PLAIN,
    RESULTS,
    SECURE,
    SSE,
    SSE_KEY,
    SURVEILLANCE,
    TRUST,
    allow,
    deny,
    function_arn,
    log_group,
    policy,
)

ROLE = SURVEILLANCE.role
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
    "frame under incoming/": (SURVEILLANCE.s3("GetObject", FRAME), True),
    "a version of a frame": (SURVEILLANCE.s3("GetObjectVersion", FRAME), True),
    "frame outside incoming/": (SURVEILLANCE.s3("GetObject", f"{FRAMES}/private/1.jpg"), False),
    "frame beside incoming": (SURVEILLANCE.s3("GetObject", f"{FRAMES}/incoming2/1.jpg"), False),
    "frame in upper case": (SURVEILLANCE.s3("GetObject", f"{FRAMES}/INCOMING/1.jpg"), False),
    "another bucket": (SURVEILLANCE.s3("GetObject", "arn:aws:s3:::other/incoming/1.jpg"), False),
    "a bucket whose name begins alike": (
        SURVEILLANCE.s3("GetObject", "arn:aws:s3:::frames2/incoming/1.jpg"),
        False,
    ),
    "delete a frame": (SURVEILLANCE.s3("DeleteObject", FRAME), False),
    "delete a version": (SURVEILLANCE.s3("DeleteObjectVersion", FRAME), False),
    "overwrite a frame": (SURVEILLANCE.s3("PutObject", FRAME), False),
    "tags of a frame": (SURVEILLANCE.s3("GetObjectTagging", FRAME), False),
    "list frames": (SURVEILLANCE.s3("ListBucket", FRAMES), True),
    "list versions of frames": (SURVEILLANCE.s3("ListBucketVersions", FRAMES), False),
    "list the gallery": (SURVEILLANCE.s3("ListBucket", GALLERY), True),
    "list results": (SURVEILLANCE.s3("ListBucket", RESULTS), False),
    **{
        f"list what is below {prefix!r} in results": (
            SURVEILLANCE.s3("ListBucket", RESULTS, {**INSIDE, "s3:prefix": prefix}),
            allowed,
        )
        for prefix, allowed in {
            "": False,
            "records/": True,
            "records/door/2026/": True,
            "alerts/": False,
            "state/": False,
        }.items()
    },
    "change a bucket's policy": (SURVEILLANCE.s3("PutBucketPolicy", FRAMES), False),
    "read the gallery's index": (SURVEILLANCE.s3("GetObject", f"{GALLERY}/index/gallery"), True),
    **{
        f"read the gallery's {prefix}": (
            SURVEILLANCE.s3("GetObject", f"{GALLERY}/{prefix}/p/1.jpg"),
            False,
        )
        for prefix in ("photos", "templates", "reports")
    },
    "write the gallery": (SURVEILLANCE.s3("PutObject", f"{GALLERY}/index/gallery"), False),
    "frame over plain HTTP": (SURVEILLANCE.s3("GetObject", FRAME, PLAIN), False),
    "list over plain HTTP": (SURVEILLANCE.s3("ListBucket", FRAMES, PLAIN), False),
    "record over plain HTTP": (SURVEILLANCE.s3("PutObject", RECORD, PLAIN), False),
    "frame from outside the VPC": (SURVEILLANCE.s3("GetObject", FRAME, SECURE), False),
    "frame through another endpoint": (
        SURVEILLANCE.s3("GetObject", FRAME, {**SECURE, "aws:SourceVpce": "vpce-2"}),
        False,
    ),
    "frame through an endpoint that lets nothing through": (
        SURVEILLANCE.s3("GetObject", FRAME, endpoint_policy=policy(deny("*", "*", Principal="*"))),
        False,
    ),
    "frame through an endpoint for other buckets": (
        SURVEILLANCE.s3(
            "GetObject",
            FRAME,
            endpoint_policy=policy(
                allow("s3:*", "arn:aws:s3:::other/*", Principal="*", Condition=OWN_ACCOUNT)
            ),
        ),
        False,
    ),
    "record without encryption headers": (SURVEILLANCE.s3("PutObject", RECORD), True),
    "record with our key": (SURVEILLANCE.s3("PutObject", RECORD, KMS_HEADER), True),
    "record with another key": (
        SURVEILLANCE.s3("PutObject", RECORD, {**KMS_HEADER, SSE_KEY: OTHER_KEY}),
        False,
    ),
    "record with S3's encryption": (
        SURVEILLANCE.s3("PutObject", RECORD, {**INSIDE, SSE: "AES256"}),
        False,
    ),
    "record outside records/": (SURVEILLANCE.s3("PutObject", f"{RESULTS}/other/1.json"), False),
    "alert": (SURVEILLANCE.s3("PutObject", f"{RESULTS}/alerts/camera_covered/1.json"), True),
    "state": (SURVEILLANCE.s3("PutObject", f"{RESULTS}/state/door.json"), True),
    "read a state": (SURVEILLANCE.s3("GetObject", f"{RESULTS}/state/door.json"), True),
    "delete a state": (SURVEILLANCE.s3("DeleteObject", f"{RESULTS}/state/door.json"), False),
    "an older state": (SURVEILLANCE.s3("GetObjectVersion", f"{RESULTS}/state/door.json"), False),
    "state with another key": (
        SURVEILLANCE.s3(
            "PutObject", f"{RESULTS}/state/door.json", {**KMS_HEADER, SSE_KEY: OTHER_KEY}
        ),
        False,
    ),
    "state over plain HTTP": (
        SURVEILLANCE.s3("GetObject", f"{RESULTS}/state/door.json", PLAIN),
        False,
    ),
    "read an alert": (SURVEILLANCE.s3("GetObject", f"{RESULTS}/alerts/x.json"), False),
    "read a record": (SURVEILLANCE.s3("GetObject", RECORD), False),
    "record's access list": (SURVEILLANCE.s3("PutObjectAcl", RECORD), False),
    "operator reads a frame": (SURVEILLANCE.s3("GetObject", FRAME, OPERATING, **DEPLOYER), True),
    "another administrator reads a frame": (
        SURVEILLANCE.s3("GetObject", FRAME, SECURE, identity=DEPLOYER["identity"]),
        False,
    ),
    "decrypt through S3": (SURVEILLANCE.kms("Decrypt", DATA_KEY, "s3"), True),
    "decrypt through SQS": (SURVEILLANCE.kms("Decrypt", DATA_KEY, "sqs"), True),
    "decrypt the gallery through S3": (SURVEILLANCE.kms("Decrypt", GALLERY_KEY, "s3"), True),
    "decrypt messages about photographs": (
        SURVEILLANCE.kms("Decrypt", GALLERY_KEY, "sqs"),
        False,
    ),
    "encrypt for the gallery": (SURVEILLANCE.kms("GenerateDataKey", GALLERY_KEY, "s3"), False),
    "decrypt directly": (SURVEILLANCE.kms("Decrypt", DATA_KEY, None), False),
    "decrypt through another service": (
        SURVEILLANCE.kms("Decrypt", DATA_KEY, "secretsmanager"),
        False,
    ),
    "data key through S3": (SURVEILLANCE.kms("GenerateDataKey", DATA_KEY, "s3"), True),
    "data key through SQS": (SURVEILLANCE.kms("GenerateDataKey", DATA_KEY, "sqs"), False),
    "encrypt through S3": (SURVEILLANCE.kms("Encrypt", DATA_KEY, "s3"), False),
    "decrypt with another key": (SURVEILLANCE.kms("Decrypt", OTHER_KEY, "s3"), False),
    "key policy that leaves nothing to the account": (
        SURVEILLANCE.kms(
            "Decrypt",
            DATA_KEY,
            "s3",
            resource_policy=policy(allow("kms:Decrypt", "*", Principal={"AWS": OPERATOR})),
        ),
        False,
    ),
    "key policy that names the role": (
        SURVEILLANCE.kms(
            "Encrypt",
            DATA_KEY,
            None,
            resource_policy=policy(allow("kms:Encrypt", "*", Principal={"AWS": ROLE})),
        ),
        True,
    ),
    "administrator may not use the key himself": (
        SURVEILLANCE.kms("Decrypt", DATA_KEY, None, **DEPLOYER),
        False,
    ),
    "administrator changes the key's policy": (
        SURVEILLANCE.kms("PutKeyPolicy", DATA_KEY, None, **DEPLOYER),
        True,
    ),
    "receive from the queue": (SURVEILLANCE.sqs("ReceiveMessage"), True),
    "delete from the queue": (SURVEILLANCE.sqs("DeleteMessage"), True),
    "send to the queue": (SURVEILLANCE.sqs("SendMessage"), False),
    "purge the queue": (SURVEILLANCE.sqs("PurgeQueue"), False),
    "change visibility": (SURVEILLANCE.sqs("ChangeMessageVisibility"), False),
    "receive from the dead letters": (
        SURVEILLANCE.sqs("ReceiveMessage", f"{FRAMES_QUEUE}-dlq"),
        False,
    ),
    "receive from the other function's queue": (
        SURVEILLANCE.sqs("ReceiveMessage", ENROLMENT_QUEUE),
        False,
    ),
    "receive over plain HTTP": (SURVEILLANCE.sqs("ReceiveMessage", context=PLAIN), False),
    "S3 sends a notification": (
        SURVEILLANCE.sqs("SendMessage", context=FROM_S3, principal="s3.amazonaws.com", identity={}),
        True,
    ),
    "S3 sends for another bucket": (
        SURVEILLANCE.sqs(
            "SendMessage",
            context={**FROM_S3, "aws:SourceArn": RESULTS},
            principal="s3.amazonaws.com",
            identity={},
        ),
        False,
    ),
    "S3 sends for another account": (
        SURVEILLANCE.sqs(
            "SendMessage",
            context={**FROM_S3, "aws:SourceAccount": "999999999999"},
            principal="s3.amazonaws.com",
            identity={},
        ),
        False,
    ),
    "another service sends": (
        SURVEILLANCE.sqs(
            "SendMessage", context=FROM_S3, principal="sns.amazonaws.com", identity={}
        ),
        False,
    ),
    "write its log": (
        SURVEILLANCE.asks("logs:PutLogEvents", f"{log_group('surveillance')}:2026/1"),
        True,
    ),
    "write another function's log": (
        SURVEILLANCE.asks("logs:PutLogEvents", f"{log_group('enrolment')}:2026/1"),
        False,
    ),
    "traces": (SURVEILLANCE.asks("xray:PutTraceSegments", "*"), True),
    "read traces": (SURVEILLANCE.asks("xray:BatchGetTraces", "*"), False),
    "network interface by Lambda": (SURVEILLANCE.asks("ec2:DescribeNetworkInterfaces", "*"), True),
    "network interface by its code": (
        SURVEILLANCE.asks(
            "ec2:DescribeNetworkInterfaces",
            "*",
            {**SECURE, "lambda:SourceFunctionArn": function_arn("surveillance")},
        ),
        False,
    ),
    "another role": (SURVEILLANCE.asks("sts:AssumeRole", f"{ROLE}2"), False),
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
