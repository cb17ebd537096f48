"""An account as our templates make it, small: keys, buckets, queues, role, endpoint, alerts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.aws_api_server import ACCOUNT, REGION, RunningServer

FRAMES, RESULTS, GALLERY = "vss-frames", "vss-results", "vss-gallery"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:vss-queue"
DEAD_ARN = f"{QUEUE_ARN}-dlq"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/vss-function"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:vss-alerts"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
Json = dict[str, Any]


def statement(effect: str, action: Any, resource: Any, **more: Any) -> Json:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@dataclass(frozen=True)
class Account:
    """The account's parts, and clients for them."""

    server: RunningServer
    outputs: dict[str, str]

    @property
    def key(self) -> str:
        return self.outputs["Key"]

    @property
    def other_key(self) -> str:
        return self.outputs["OtherKey"]

    @property
    def queue(self) -> str:
        return self.outputs["Queue"]

    @property
    def dead_letters(self) -> str:
        return self.outputs["DeadLetters"]

    def function_client(self, service: str, door: str | None = None) -> Any:
        credentials = self.server.role_credentials(ROLE)
        return self.server.client(service, credentials, door)

    def inside(self) -> str:
        """Return the endpoint for requests through the VPC endpoint."""
        return self.server.door(
            kind="vpc_endpoint",
            vpc_endpoint_id=self.outputs["Endpoint"],
            vpc_id=self.outputs["Vpc"],
        )

    def take(self, url: str) -> list[Json]:
        """Receive and delete what is in the queue; return the bodies, which are JSON."""
        return [json.loads(text) for text in self.take_texts(url)]

    def take_texts(self, url: str, wait_s: int = 1) -> list[str]:
        """Receive and delete what is in the queue; return the bodies."""
        sqs = self.server.client("sqs")
        bodies: list[str] = []
        while True:
            answer = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_s
            )
            messages = answer.get("Messages", [])
            if not messages:
                return bodies
            for message in messages:
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            wait_s = 0


VIA = {
    "StringEquals": {
        "kms:ViaService": [f"s3.{REGION}.amazonaws.com", f"sqs.{REGION}.amazonaws.com"]
    }
}
FROM_FRAMES = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{FRAMES}"},
}
KEY_POLICY = document(
    statement(
        "Allow",
        [
            "kms:Describe*",
            "kms:Get*",
            "kms:List*",
            "kms:Put*",
            "kms:*Rotation*",
            "kms:ScheduleKeyDeletion",
        ],
        "*",
        Principal={"AWS": ROOT},
    ),
    statement(
        "Allow", ["kms:Decrypt", "kms:GenerateDataKey"], "*", Principal={"AWS": ROOT}, Condition=VIA
    ),
    statement(
        "Allow",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "*",
        Principal={"Service": "s3.amazonaws.com"},
        Condition=FROM_FRAMES,
    ),
    statement(
        "Allow",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "*",
        Principal={"Service": "events.amazonaws.com"},
    ),
)
TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}


def _bucket(name: str, key: Any, **more: Any) -> Json:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = [{"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
    return {
        "Type": "AWS::S3::Bucket",
        "DependsOn": "QueuePolicy",
        "Properties": {
            "BucketName": name,
            "VersioningConfiguration": {"Status": "Enabled"},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": rules},
            **more,
        },
    }


def _bucket_policy(bucket: str, logical_id: str, *more: Json) -> Json:
    arn = f"arn:aws:s3:::{bucket}"
    tls = statement("Deny", "s3:*", [arn, f"{arn}/*"], Principal={"AWS": "*"}, Condition=TLS_ONLY)
    policy = {"Bucket": {"Ref": logical_id}, "PolicyDocument": document(tls, *more)}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": policy}


def _not_through(bucket: str) -> Json:
    elsewhere = {
        "StringNotEquals": {"aws:SourceVpce": {"Ref": "Endpoint"}},
        "ArnNotEquals": {"aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:user/deployer"]},
    }
    return statement(
        "Deny",
        "s3:GetObject*",
        f"arn:aws:s3:::{bucket}/*",
        Principal={"AWS": "*"},
        Condition=elsewhere,
    )


SSE = "s3:x-amz-server-side-encryption"
SSE_KEY = f"{SSE}-aws-kms-key-id"
DATA_KEY = {"Fn::GetAtt": ["Key", "Arn"]}


def _other_encryption() -> list[Json]:
    results = f"arn:aws:s3:::{RESULTS}/*"
    everyone = {"AWS": "*"}
    algorithm = {"Null": {SSE: "false"}, "StringNotEquals": {SSE: "aws:kms"}}
    key = {"Null": {SSE_KEY: "false"}, "StringNotEquals": {SSE_KEY: DATA_KEY}}
    return [
        statement("Deny", "s3:PutObject", results, Principal=everyone, Condition=algorithm),
        statement("Deny", "s3:PutObject", results, Principal=everyone, Condition=key),
    ]


def _role_policy() -> Json:
    frames, gallery, results = (f"arn:aws:s3:::{name}" for name in (FRAMES, GALLERY, RESULTS))
    written = [f"{results}/records/*", f"{results}/alerts/*"]
    return document(
        statement("Allow", ["s3:GetObject", "s3:GetObjectVersion"], f"{frames}/incoming/*"),
        statement("Allow", "s3:GetObject", f"{gallery}/index/*"),
        statement("Allow", "s3:ListBucket", frames),
        statement("Allow", "s3:PutObject", written),
        statement("Allow", ["kms:Decrypt", "kms:GenerateDataKey"], DATA_KEY, Condition=VIA),
        statement(
            "Allow",
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            QUEUE_ARN,
        ),
        statement(
            "Allow",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/vss/function:log-stream:*",
        ),
        statement("Allow", "xray:PutTraceSegments", "*"),
    )


def _resources() -> Json:
    key = {
        "Type": "AWS::KMS::Key",
        "Properties": {"KeyPolicy": KEY_POLICY, "EnableKeyRotation": True},
    }
    notification = {
        "QueueConfigurations": [
            {
                "Event": "s3:ObjectCreated:*",
                "Queue": QUEUE_ARN,
                "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "incoming/"}]}},
            }
        ]
    }
    s3_sends = statement(
        "Allow",
        "sqs:SendMessage",
        QUEUE_ARN,
        Principal={"Service": "s3.amazonaws.com"},
        Condition=FROM_FRAMES,
    )
    queue_tls = statement("Deny", "sqs:*", QUEUE_ARN, Principal={"AWS": "*"}, Condition=TLS_ONLY)
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
    own = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
    through = [
        f"arn:aws:s3:::{name}{end}" for name in (FRAMES, GALLERY, RESULTS) for end in ("", "/*")
    ]
    let_through = statement(
        "Allow",
        ["s3:GetObject*", "s3:ListBucket", "s3:PutObject"],
        through,
        Principal="*",
        Condition=own,
    )
    events_publish = statement(
        "Allow", "sns:Publish", TOPIC, Principal={"Service": "events.amazonaws.com"}
    )
    sns_sends = statement(
        "Allow",
        "sqs:SendMessage",
        "*",
        Principal={"Service": "sns.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": TOPIC}},
    )
    return {
        "Key": key,
        "OtherKey": key,
        "DeadLetters": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": "vss-queue-dlq", "KmsMasterKeyId": DATA_KEY},
        },
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": "vss-queue",
                "KmsMasterKeyId": DATA_KEY,
                "VisibilityTimeout": 1,
                "RedrivePolicy": {
                    "deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetters", "Arn"]},
                    "maxReceiveCount": 2,
                },
            },
        },
        "QueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "Queue"}],
                "PolicyDocument": document(queue_tls, s3_sends),
            },
        },
        "Frames": _bucket(FRAMES, DATA_KEY, NotificationConfiguration=notification),
        "Results": _bucket(
            RESULTS,
            DATA_KEY,
            NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        ),
        "Gallery": _bucket(GALLERY, {"Fn::GetAtt": ["OtherKey", "Arn"]}),
        "FramesPolicy": _bucket_policy(FRAMES, "Frames", _not_through(FRAMES)),
        "ResultsPolicy": _bucket_policy(RESULTS, "Results", *_other_encryption()),
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": "vss-function",
                "AssumeRolePolicyDocument": document(trust),
                "Policies": [{"PolicyName": "function", "PolicyDocument": _role_policy()}],
            },
        },
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Endpoint": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "ServiceName": f"com.amazonaws.{REGION}.s3",
                "PolicyDocument": document(let_through),
            },
        },
        "LogGroup": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": "/vss/function"},
        },
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": "vss-alerts", "KmsMasterKeyId": DATA_KEY},
        },
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Topic"}],
                "PolicyDocument": document(events_publish),
            },
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {
                        "bucket": {"name": [RESULTS]},
                        "object": {"key": [{"prefix": "alerts/"}]},
                    },
                },
                "State": "ENABLED",
                "Targets": [
                    {
                        "Arn": {"Ref": "Topic"},
                        "Id": "alerts",
                        "InputTransformer": {
                            "InputPathsMap": {
                                "bucket": "$.detail.bucket.name",
                                "key": "$.detail.object.key",
                            },
                            "InputTemplate": '"Alert: s3://<bucket>/<key>"',
                        },
                    }
                ],
            },
        },
        "Inbox": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "inbox"}},
        "InboxPolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Inbox"}], "PolicyDocument": document(sns_sends)},
        },
        "Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "sqs",
                "Endpoint": {"Fn::GetAtt": ["Inbox", "Arn"]},
            },
        },
    }


_OUTPUTS = {
    "Key": {"Fn::GetAtt": ["Key", "Arn"]},
    "OtherKey": {"Fn::GetAtt": ["OtherKey", "Arn"]},
    "Queue": {"Ref": "Queue"},
    "DeadLetters": {"Ref": "DeadLetters"},
    "Inbox": {"Ref": "Inbox"},
    "Endpoint": {"Ref": "Endpoint"},
    "Vpc": {"Ref": "Vpc"},
}


def make_account(server: RunningServer) -> Account:
    """Deploy the account's stack."""
    cloudformation = server.client("cloudformation")
    template = {
        "Resources": _resources(),
        "Outputs": {name: {"Value": value} for name, value in _OUTPUTS.items()},
    }
    cloudformation.create_stack(StackName="account", TemplateBody=json.dumps(template))
    stack = cloudformation.describe_stacks(StackName="account")["Stacks"][0]
    events = cloudformation.describe_stack_events(StackName="account")["StackEvents"]
    reasons = [event.get("ResourceStatusReason") for event in events]
    assert stack["StackStatus"] == "CREATE_COMPLETE", reasons
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    return Account(server, outputs)
