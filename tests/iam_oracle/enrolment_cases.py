"""Accesses of the enrolment function and of others around it."""

from __future__ import annotations

from tests.iam_oracle.outside_evaluator import ACCOUNT, Question
from tests.iam_oracle.stage_policies import (
    DATA_KEY,
    ENROLMENT,
    ENROLMENT_QUEUE,
    FRAMES,
    FRAMES_QUEUE,
    GALLERY,
    GALLERY_KEY,
    INSIDE,
    OPERATOR,
    PLAIN,
    RECEIPT_KEY,
    RESULTS,
    SECURE,
    SSE,
    SSE_KEY,
    allow,
    function_arn,
    log_group,
    policy,
)

FROM_S3 = {"aws:SecureTransport": "true", "aws:SourceAccount": ACCOUNT, "aws:SourceArn": GALLERY}
BY_S3 = {"principal": "s3.amazonaws.com", "identity": {}}
PHOTOGRAPH = f"{GALLERY}/photos/p/1.jpg"
INDEX = f"{GALLERY}/index/gallery"
TEMPLATE = f"{GALLERY}/templates/p/1.jpg.json"
REPORT = f"{GALLERY}/reports/p/1.jpg.json"
GALLERY_HEADERS = {**INSIDE, SSE: "aws:kms", SSE_KEY: GALLERY_KEY}
OTHER_ENDPOINT = {**SECURE, "aws:SourceVpce": "vpce-2"}
OPERATING = {**SECURE, "aws:PrincipalArn": OPERATOR}
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:user/administrator"
AS_OPERATOR = {"principal": OPERATOR, "identity": {"all": policy(allow("*", "*"))}}
_read, _write = "GetObject", "PutObject"

CASES: dict[str, tuple[Question, bool]] = {
    "photograph": (ENROLMENT.s3(_read, PHOTOGRAPH), True),
    "a version of a photograph": (ENROLMENT.s3("GetObjectVersion", PHOTOGRAPH), True),
    "photograph over plain HTTP": (ENROLMENT.s3(_read, PHOTOGRAPH, PLAIN), False),
    "photograph from outside the VPC": (ENROLMENT.s3(_read, PHOTOGRAPH, SECURE), False),
    "photograph through another endpoint": (
        ENROLMENT.s3(_read, PHOTOGRAPH, OTHER_ENDPOINT),
        False,
    ),
    "operator reads a photograph": (
        ENROLMENT.s3(_read, PHOTOGRAPH, OPERATING, **AS_OPERATOR),
        True,
    ),
    "write a photograph": (ENROLMENT.s3(_write, PHOTOGRAPH), False),
    "read the index": (ENROLMENT.s3(_read, INDEX), True),
    "an older index": (ENROLMENT.s3("GetObjectVersion", INDEX), False),
    "read the index through another endpoint": (ENROLMENT.s3(_read, INDEX, OTHER_ENDPOINT), False),
    "write the index": (ENROLMENT.s3(_write, INDEX, GALLERY_HEADERS), True),
    "write a template": (ENROLMENT.s3(_write, TEMPLATE, GALLERY_HEADERS), True),
    "write a report": (ENROLMENT.s3(_write, REPORT, GALLERY_HEADERS), True),
    "write a report without headers": (ENROLMENT.s3(_write, REPORT), True),
    "write a template with the data key": (
        ENROLMENT.s3(_write, TEMPLATE, {**GALLERY_HEADERS, SSE_KEY: DATA_KEY}),
        False,
    ),
    "write a template with S3's encryption": (
        ENROLMENT.s3(_write, TEMPLATE, {**INSIDE, SSE: "AES256"}),
        False,
    ),
    "write a template over plain HTTP": (ENROLMENT.s3(_write, TEMPLATE, PLAIN), False),
    "write elsewhere in the gallery": (ENROLMENT.s3(_write, f"{GALLERY}/other/1"), False),
    "read a template": (ENROLMENT.s3(_read, TEMPLATE), False),
    "read a report": (ENROLMENT.s3(_read, REPORT), False),
    "delete a photograph": (ENROLMENT.s3("DeleteObject", PHOTOGRAPH), False),
    "delete the index": (ENROLMENT.s3("DeleteObject", INDEX), False),
    "delete a template": (ENROLMENT.s3("DeleteObject", TEMPLATE), False),
    "delete a report": (ENROLMENT.s3("DeleteObject", REPORT), False),
    "delete a version of a photograph": (ENROLMENT.s3("DeleteObjectVersion", PHOTOGRAPH), False),
    "list the gallery": (ENROLMENT.s3("ListBucket", GALLERY), True),
    "list versions of the gallery": (ENROLMENT.s3("ListBucketVersions", GALLERY), False),
    "change the gallery's policy": (ENROLMENT.s3("PutBucketPolicy", GALLERY), False),
    "read a frame": (ENROLMENT.s3(_read, f"{FRAMES}/incoming/cam/1.jpg"), False),
    "write a frame": (ENROLMENT.s3(_write, f"{FRAMES}/incoming/cam/1.jpg"), False),
    "list frames": (ENROLMENT.s3("ListBucket", FRAMES), False),
    "read a record": (ENROLMENT.s3(_read, f"{RESULTS}/records/cam/1.json"), False),
    "write a record": (ENROLMENT.s3(_write, f"{RESULTS}/records/cam/1.json"), False),
    "read a camera's state": (ENROLMENT.s3("GetObject", f"{RESULTS}/state/door.json"), False),
    "write a camera's state": (ENROLMENT.s3("PutObject", f"{RESULTS}/state/door.json"), False),
    "write an alert": (ENROLMENT.s3(_write, f"{RESULTS}/alerts/unknown_person/1"), False),
    "list results": (ENROLMENT.s3("ListBucket", RESULTS), False),
    "decrypt the gallery through S3": (ENROLMENT.kms("Decrypt", GALLERY_KEY, "s3"), True),
    "decrypt its messages through SQS": (ENROLMENT.kms("Decrypt", GALLERY_KEY, "sqs"), True),
    "gallery's data key through S3": (ENROLMENT.kms("GenerateDataKey", GALLERY_KEY, "s3"), True),
    "gallery's data key through SQS": (
        ENROLMENT.kms("GenerateDataKey", GALLERY_KEY, "sqs"),
        False,
    ),
    "decrypt the gallery directly": (ENROLMENT.kms("Decrypt", GALLERY_KEY, None), False),
    "decrypt the gallery through Lambda": (ENROLMENT.kms("Decrypt", GALLERY_KEY, "lambda"), False),
    "decrypt its environment": (ENROLMENT.kms("Decrypt", DATA_KEY, "lambda"), True),
    "decrypt frames": (ENROLMENT.kms("Decrypt", DATA_KEY, "s3"), False),
    "decrypt messages about frames": (ENROLMENT.kms("Decrypt", DATA_KEY, "sqs"), False),
    "encrypt records": (ENROLMENT.kms("GenerateDataKey", DATA_KEY, "s3"), False),
    "sign a receipt": (ENROLMENT.kms("Sign", RECEIPT_KEY, None), False),
    "sign a receipt as an administrator": (
        ENROLMENT.kms("Sign", RECEIPT_KEY, None, **{**AS_OPERATOR, "principal": ADMINISTRATOR}),
        False,
    ),
    "operator signs a receipt": (ENROLMENT.kms("Sign", RECEIPT_KEY, None, **AS_OPERATOR), True),
    "receive from its queue": (ENROLMENT.sqs("ReceiveMessage"), True),
    "delete from its queue": (ENROLMENT.sqs("DeleteMessage"), True),
    "receive over plain HTTP": (ENROLMENT.sqs("ReceiveMessage", context=PLAIN), False),
    "send to its queue": (ENROLMENT.sqs("SendMessage"), False),
    "receive from the dead letters": (
        ENROLMENT.sqs("ReceiveMessage", f"{ENROLMENT_QUEUE}-dlq"),
        False,
    ),
    "receive frames": (ENROLMENT.sqs("ReceiveMessage", FRAMES_QUEUE), False),
    "S3 sends a notification": (ENROLMENT.sqs("SendMessage", context=FROM_S3, **BY_S3), True),
    "S3 sends for the frames bucket": (
        ENROLMENT.sqs("SendMessage", context={**FROM_S3, "aws:SourceArn": FRAMES}, **BY_S3),
        False,
    ),
    "S3 sends for another account": (
        ENROLMENT.sqs(
            "SendMessage", context={**FROM_S3, "aws:SourceAccount": "999999999999"}, **BY_S3
        ),
        False,
    ),
    "write its log": (ENROLMENT.asks("logs:PutLogEvents", f"{log_group('enrolment')}:1"), True),
    "write another function's log": (
        ENROLMENT.asks("logs:PutLogEvents", f"{log_group('surveillance')}:1"),
        False,
    ),
    "network interface by its code": (
        ENROLMENT.asks(
            "ec2:DescribeNetworkInterfaces",
            "*",
            {**SECURE, "lambda:SourceFunctionArn": function_arn("enrolment")},
        ),
        False,
    ),
}
