"""The policies of a stage, of our templates' shape, and the two functions that ask for access."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.iam_oracle.outside_evaluator import ACCOUNT, Question

Json = dict[str, Any]
FRAMES, RESULTS = "arn:aws:s3:::frames", "arn:aws:s3:::results"
GALLERY = "arn:aws:s3:::gallery"
FRAMES_QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:frames"
ENROLMENT_QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:enrolment"
DATA_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-1111-1111-1111-111111111111"
GALLERY_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/33333333-3333-3333-3333-333333333333"
RECEIPT_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/44444444-4444-4444-4444-444444444444"
OTHER_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/22222222-2222-2222-2222-222222222222"
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


def via(*services: str) -> Json:
    names = [f"{service}.eu-west-1.amazonaws.com" for service in services]
    return {"StringEquals": {"kms:ViaService": names}}


def log_group(function: str) -> str:
    return f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/{function}:log-stream"


def function_arn(function: str) -> str:
    return f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{function}"


ENIS = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
READ = ["s3:GetObject", "s3:GetObjectVersion"]
USE = ["kms:Decrypt", "kms:GenerateDataKey"]
WRITTEN_RESULTS = [f"{RESULTS}/{prefix}/*" for prefix in ("alerts", "records", "state")]
RECORD_NAMES = {"StringLike": {"s3:prefix": ["records/*"]}}
PEOPLE = [f"{GALLERY}/{prefix}/*" for prefix in ("index", "templates", "reports")]


def _common(function: str, queue: str) -> list[Json]:
    own_code = {"ArnEquals": {"lambda:SourceFunctionArn": [function_arn(function)]}}
    return [
        allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], queue),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group(function)}:*"),
        allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
        allow(ENIS, "*"),
        deny(ENIS, "*", Condition=own_code),
    ]


EVERYONE = {"AWS": "*"}
INSECURE = {"Bool": {"aws:SecureTransport": "false"}}


def _bucket_policy(arn: str, *more: Json) -> Json:
    tls = deny("s3:*", [arn, f"{arn}/*"], Principal=EVERYONE, Condition=INSECURE)
    return policy(tls, *more)


def _reads_from_elsewhere(arn: str) -> Json:
    elsewhere = {
        "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
        "ArnNotEquals": {"aws:PrincipalArn": [OPERATOR]},
    }
    return deny("s3:GetObject*", f"{arn}/*", Principal=EVERYONE, Condition=elsewhere)


def _other_encryption(arn: str, key: str) -> list[Json]:
    conditions = [
        {"Null": {SSE: "false"}, "StringNotEquals": {SSE: "aws:kms"}},
        {"Null": {SSE_KEY: "false"}, "StringNotEquals": {SSE_KEY: key}},
    ]
    return [
        deny("s3:PutObject", f"{arn}/*", Principal=EVERYONE, Condition=condition)
        for condition in conditions
    ]


def _by_s3_of(bucket: str) -> Json:
    return {
        "Principal": {"Service": "s3.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnEquals": {"aws:SourceArn": bucket},
        },
    }


def _queue_policy(queue: str, bucket: str) -> Json:
    return policy(
        deny("sqs:*", queue, Principal=EVERYONE, Condition=INSECURE),
        allow("sqs:SendMessage", queue, **_by_s3_of(bucket)),
    )


def _key_policy(bucket: str, *services: str) -> Json:
    account = {"AWS": ROOT}
    return policy(
        allow(["kms:DescribeKey", "kms:PutKeyPolicy"], "*", Principal=account),
        allow(USE, "*", Principal=account, Condition=via(*services)),
        allow(USE, "*", **_by_s3_of(bucket)),
    )


BUCKET_POLICIES = {
    FRAMES: _bucket_policy(FRAMES, _reads_from_elsewhere(FRAMES)),
    RESULTS: _bucket_policy(RESULTS, *_other_encryption(RESULTS, DATA_KEY)),
    GALLERY: _bucket_policy(
        GALLERY, _reads_from_elsewhere(GALLERY), *_other_encryption(GALLERY, GALLERY_KEY)
    ),
}
QUEUE_POLICIES = {
    FRAMES_QUEUE: _queue_policy(FRAMES_QUEUE, FRAMES),
    ENROLMENT_QUEUE: _queue_policy(ENROLMENT_QUEUE, GALLERY),
}
KEY_POLICIES = {
    DATA_KEY: _key_policy(FRAMES, "s3", "sqs", "lambda"),
    GALLERY_KEY: _key_policy(GALLERY, "s3", "sqs"),
    OTHER_KEY: _key_policy("arn:aws:s3:::other", "s3", "sqs"),
    RECEIPT_KEY: policy(
        allow(["kms:DescribeKey", "kms:PutKeyPolicy"], "*", Principal={"AWS": ROOT}),
        allow(["kms:Sign", "kms:Verify"], "*", Principal={"AWS": OPERATOR}),
    ),
}
OWN_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}


def _let_through(action: Any, resource: Any) -> Json:
    return allow(action, resource, Principal="*", Condition=OWN_ACCOUNT)


ENDPOINT_POLICY = policy(
    _let_through(
        READ,
        [
            f"{FRAMES}/incoming/*",
            f"{GALLERY}/index/*",
            f"{GALLERY}/photos/*",
            f"{RESULTS}/state/*",
        ],
    ),
    _let_through("s3:ListBucket", [FRAMES, GALLERY]),
    allow("s3:ListBucket", RESULTS, Principal="*", Condition=OWN_ACCOUNT | RECORD_NAMES),
    _let_through("s3:PutObject", [*WRITTEN_RESULTS, *PEOPLE]),
)
TRUST = policy(
    {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
)
SECURE = {"aws:SecureTransport": "true", "aws:PrincipalAccount": ACCOUNT}
INSIDE = {**SECURE, "aws:SourceVpce": "vpce-1"}
PLAIN = {**INSIDE, "aws:SecureTransport": "false"}


@dataclass(frozen=True)
class Function:
    """A function that asks; what it does not say of the context is its own."""

    name: str
    queue: str
    statements: list[Json] = field(default_factory=list)

    @property
    def role(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.name}"

    def s3(self, action: str, resource: str, context: Json = INSIDE, **more: Any) -> Question:
        bucket = resource.partition("/")[0]
        given = {"resource_policy": BUCKET_POLICIES.get(bucket), **more}
        if context.get("aws:SourceVpce") and "endpoint_policy" not in given:
            given["endpoint_policy"] = ENDPOINT_POLICY
        return self.asks(f"s3:{action}", resource, context, **given)

    def kms(self, action: str, key: str, service: str | None, **more: Any) -> Question:
        through = {"kms:ViaService": f"{service}.eu-west-1.amazonaws.com"} if service else {}
        given = {"resource_policy": KEY_POLICIES[key], **more}
        return self.asks(f"kms:{action}", key, {**SECURE, **through}, **given)

    def sqs(
        self, action: str, queue: str | None = None, context: Json = SECURE, **more: Any
    ) -> Question:
        asked = queue or self.queue
        given = {"resource_policy": QUEUE_POLICIES.get(asked), **more}
        return self.asks(f"sqs:{action}", asked, context, **given)

    def asks(self, action: str, resource: str, context: Json = SECURE, **more: Any) -> Question:
        own = policy(*self.statements, *_common(self.name, self.queue))
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.name}/test"
        if "principal" not in more:
            context = {"aws:PrincipalArn": self.role, **context}
        given = {"identity": {"function": own}, "principal": session, **more}
        return Question(action, resource, context, **given)


SURVEILLANCE = Function(
    "surveillance",
    FRAMES_QUEUE,
    [
        allow(READ, f"{FRAMES}/incoming/*"),
        allow("s3:GetObject", f"{GALLERY}/index/*"),
        allow("s3:ListBucket", [FRAMES, GALLERY]),
        allow("s3:GetObject", f"{RESULTS}/state/*"),
        allow("s3:PutObject", WRITTEN_RESULTS),
        allow("s3:ListBucket", RESULTS, Condition=RECORD_NAMES),
        allow("kms:Decrypt", DATA_KEY, Condition=via("s3", "sqs", "lambda")),
        allow("kms:GenerateDataKey", DATA_KEY, Condition=via("s3")),
        allow("kms:Decrypt", GALLERY_KEY, Condition=via("s3")),
    ],
)
ENROLMENT = Function(
    "enrolment",
    ENROLMENT_QUEUE,
    [
        allow(READ, f"{GALLERY}/photos/*"),
        allow("s3:GetObject", f"{GALLERY}/index/*"),
        allow("s3:ListBucket", [GALLERY]),
        allow("s3:PutObject", PEOPLE),
        allow("kms:Decrypt", DATA_KEY, Condition=via("lambda")),
        allow("kms:Decrypt", GALLERY_KEY, Condition=via("s3", "sqs")),
        allow("kms:GenerateDataKey", GALLERY_KEY, Condition=via("s3")),
    ],
)
