"""Who may use a key, a bucket, the endpoint, a queue, the topic: the resources' own policies."""

from __future__ import annotations

import pytest

from tests.infrastructure.policies import actions, all_statements, arn, by_sid, resources
from tests.infrastructure.synthesis import Templates, text

CAMERA = "arn:aws:iam::123456789012:user/camera"
OPERATOR = "arn:aws:iam::123456789012:role/operator"


def key_policy(templates: Templates, alias: str) -> dict[str, dict]:
    found = templates.one("AWS::KMS::Alias", AliasName=f"alias/vss-{templates.stage}-{alias}")
    target = found.properties["TargetKeyId"]["Fn::GetAtt"][0]
    (key,) = [k for k in templates.resources("AWS::KMS::Key") if k.logical_id == target]
    return by_sid(key.properties["KeyPolicy"]["Statement"])


@pytest.mark.parametrize("alias", ["data", "gallery", "operations", "receipts"])
def test_administrators_of_a_key_cannot_use_it(templates: Templates, alias: str) -> None:
    statement = key_policy(templates, alias)["Administration"]
    assert text(statement["Principal"]["AWS"]).endswith(":root")
    # Without it nobody could ever change the policy again: KMS refuses such a key.
    assert "kms:PutKeyPolicy" in actions(statement)
    use = {"Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo", "CreateGrant"}
    use |= {"Sign", "Verify", "GetPublicKey"}
    assert actions(statement) & {f"kms:{name}" for name in use} == set()


@pytest.mark.parametrize(
    ("alias", "services"), [("data", ["s3", "sqs", "lambda"]), ("gallery", ["s3", "sqs"])]
)
def test_keys_are_used_through_services_only(
    templates: Templates, alias: str, services: list[str]
) -> None:
    policy = key_policy(templates, alias)
    through = policy["UseThroughServices"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert [text(s) for s in through] == [f"{s}.${{AWS::Region}}.amazonaws.com" for s in services]
    unconditional = {sid for sid, s in policy.items() if "Condition" not in s}
    assert unconditional == {"Administration"}


def test_operators_alone_sign_receipts(templates: Templates, synthesised) -> None:
    assert set(key_policy(templates, "receipts")) == {"Administration"}
    with_operators = key_policy(synthesised(operator_principals=[OPERATOR]), "receipts")
    assert set(with_operators) == {"Administration", "SignReceipts"}
    statement = with_operators["SignReceipts"]
    assert statement["Principal"] == {"AWS": OPERATOR}
    assert actions(statement) == {"kms:Sign", "kms:Verify", "kms:GetPublicKey"}


@pytest.mark.parametrize(("alias", "bucket"), [("data", "frames"), ("gallery", "gallery")])
def test_s3_may_use_a_key_for_notifications_of_its_bucket(
    templates: Templates, alias: str, bucket: str
) -> None:
    statement = key_policy(templates, alias)["Notifications"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert actions(statement) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert text(source) == arn("s3", f"vss-{templates.stage}-{bucket}")


def test_operations_key_serves_logs_alarms_and_alerts(templates: Templates) -> None:
    policy = key_policy(templates, "operations")
    services = {sid: text(s["Principal"].get("Service", "")) for sid, s in policy.items()}
    assert services == {
        "Administration": "",
        "Logs": "logs.${AWS::Region}.amazonaws.com",
        "Alarms": "cloudwatch.amazonaws.com",
        "Alerts": "events.amazonaws.com",
    }
    groups = policy["Logs"]["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]
    assert [text(group) for group in groups] == [
        arn("logs", f"log-group:/vss/{templates.stage}/flow-logs"),
        arn("logs", f"log-group:/aws/lambda/vss-{templates.stage}-surveillance"),
        arn("logs", f"log-group:/aws/lambda/vss-{templates.stage}-enrolment"),
    ]


@pytest.mark.parametrize("bucket", ["frames", "gallery"])
def test_frames_and_gallery_are_read_only_through_the_endpoint(
    templates: Templates, bucket: str
) -> None:
    resource = templates.bucket(bucket)
    denied = by_sid(templates.policy_of(resource))["DenyReadsFromElsewhere"]
    assert denied["Effect"] == "Deny"
    assert denied["Principal"] == {"AWS": "*"}
    assert denied["Action"] == "s3:GetObject*"
    assert text(denied["Resource"]) == f"<{resource.logical_id}.Arn>/*"
    (operator,) = denied["Condition"]
    assert operator == "StringNotEquals"
    endpoint = denied["Condition"][operator]["aws:SourceVpce"]["Fn::ImportValue"]
    exported = {
        out["Export"]["Name"]: out["Value"]
        for out in templates.template("network")["Outputs"].values()
        if "Export" in out
    }
    assert exported[endpoint] == templates.outputs("network")["S3EndpointId"]["Value"]


@pytest.mark.parametrize("bucket", ["frames", "gallery"])
def test_operators_are_the_one_exception(synthesised, bucket: str) -> None:
    templates = synthesised(operator_principals=[OPERATOR])
    policy = by_sid(templates.policy_of(templates.bucket(bucket)))
    condition = policy["DenyReadsFromElsewhere"]["Condition"]
    # Both must hold for the denial: elsewhere, and not an operator.
    assert set(condition) == {"StringNotEquals", "ArnNotEquals"}
    assert condition["ArnNotEquals"] == {"aws:PrincipalArn": [OPERATOR]}


@pytest.mark.parametrize("bucket", ["frames", "gallery", "results", "access-logs"])
def test_nothing_but_object_calls_is_denied_to_who_deploys(
    templates: Templates, bucket: str
) -> None:
    for statement in templates.policy_of(templates.bucket(bucket)):
        if statement["Effect"] == "Deny" and "Bool" not in statement["Condition"]:
            assert actions(statement) <= {"s3:PutObject", "s3:GetObject*"}


@pytest.mark.parametrize("bucket", ["frames", "gallery", "results"])
@pytest.mark.parametrize(
    ("sid", "condition"),
    [
        (
            "DenyOtherEncryption",
            {
                "Null": {"s3:x-amz-server-side-encryption": "false"},
                "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
            },
        ),
        (
            "DenyUnnamedKey",
            {
                "Null": {
                    "s3:x-amz-server-side-encryption": "false",
                    "s3:x-amz-server-side-encryption-aws-kms-key-id": "true",
                }
            },
        ),
        (
            "DenyCustomerKey",
            {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
        ),
    ],
)
def test_other_encryption_is_denied(
    templates: Templates, bucket: str, sid: str, condition: dict
) -> None:
    statement = by_sid(templates.policy_of(templates.bucket(bucket)))[sid]
    assert statement["Effect"] == "Deny"
    assert statement["Action"] == "s3:PutObject"
    assert statement["Condition"] == condition


def test_cameras_may_put_incoming_frames_and_nothing_else(synthesised) -> None:
    templates = synthesised(uploader_principals=[CAMERA])
    frames = templates.bucket("frames")
    statement = by_sid(templates.policy_of(frames))["AllowUploads"]
    assert statement["Principal"] == {"AWS": CAMERA}
    assert statement["Action"] == "s3:PutObject"
    assert text(statement["Resource"]) == f"<{frames.logical_id}.Arn>/incoming/*"
    key = key_policy(templates, "data")["Uploads"]
    assert key["Principal"] == {"AWS": CAMERA}
    assert key["Action"] == "kms:GenerateDataKey"
    through = key["Condition"]["StringEquals"]["kms:ViaService"]
    assert text(through) == "s3.${AWS::Region}.amazonaws.com"
    allowed = [r for r, s in all_statements(templates) if CAMERA in text(s.get("Principal", ""))]
    assert {r.type for r in allowed} == {"AWS::S3::BucketPolicy", "AWS::KMS::Key"}


def test_nobody_uploads_without_being_named(templates: Templates) -> None:
    assert "AllowUploads" not in by_sid(templates.policy_of(templates.bucket("frames")))
    assert "Uploads" not in key_policy(templates, "data")


def test_only_the_log_service_writes_access_logs(templates: Templates) -> None:
    allowed = [
        s for s in templates.policy_of(templates.bucket("access-logs")) if s["Effect"] == "Allow"
    ]
    assert len(allowed) == 3
    for statement in allowed:
        assert statement["Principal"] == {"Service": "logging.s3.amazonaws.com"}
        assert statement["Action"] == "s3:PutObject"
        assert set(statement["Condition"]) == {"ArnLike", "StringEquals"}


def test_endpoint_leads_to_our_buckets_only(templates: Templates) -> None:
    endpoint = templates.one("AWS::EC2::VPCEndpoint")
    policy = by_sid(endpoint.properties["PolicyDocument"]["Statement"])
    stage = templates.stage
    found = {sid: (actions(s), resources(s)) for sid, s in policy.items()}
    assert found == {
        "Read": (
            {"s3:GetObject", "s3:GetObjectVersion"},
            {
                arn("s3", f"vss-{stage}-frames/incoming/*"),
                arn("s3", f"vss-{stage}-gallery/index/*"),
                arn("s3", f"vss-{stage}-gallery/photos/*"),
                arn("s3", f"vss-{stage}-results/state/*"),
            },
        ),
        "List": (
            {"s3:ListBucket"},
            {arn("s3", f"vss-{stage}-frames"), arn("s3", f"vss-{stage}-gallery")},
        ),
        "Write": (
            {"s3:PutObject"},
            {
                arn("s3", f"vss-{stage}-results/records/*"),
                arn("s3", f"vss-{stage}-results/alerts/*"),
                arn("s3", f"vss-{stage}-results/state/*"),
                arn("s3", f"vss-{stage}-gallery/index/*"),
                arn("s3", f"vss-{stage}-gallery/templates/*"),
                arn("s3", f"vss-{stage}-gallery/reports/*"),
            },
        ),
        "FindRecords": ({"s3:ListBucket"}, {arn("s3", f"vss-{stage}-results")}),
    }
    account = {"StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}}
    names = {"StringLike": {"s3:prefix": ["records/*"]}}
    for sid, statement in policy.items():
        assert statement["Effect"] == "Allow"
        assert statement["Condition"] == (account | names if sid == "FindRecords" else account)


def test_endpoint_serves_both_subnets(templates: Templates) -> None:
    tables = {f"<{r.logical_id}>" for r in templates.resources("AWS::EC2::RouteTable")}
    endpoint = templates.one("AWS::EC2::VPCEndpoint").properties
    assert {text(table) for table in endpoint["RouteTableIds"]} == tables
    assert len(tables) == 2
    assert text(endpoint["ServiceName"]) == "com.amazonaws.<AWS::Region>.s3"


def test_security_group_lets_nothing_in_and_https_out(templates: Templates) -> None:
    group = templates.one("AWS::EC2::SecurityGroup").properties
    assert "SecurityGroupIngress" not in group
    (rule,) = group["SecurityGroupEgress"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)


@pytest.mark.parametrize(("queue", "bucket"), [("frames", "frames"), ("enrolment", "gallery")])
def test_s3_alone_may_send_and_for_one_bucket_only(
    templates: Templates, queue: str, bucket: str
) -> None:
    policy = templates.policy_of(templates.queue(queue))
    (allowed,) = [s for s in policy if s["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = text(allowed["Condition"]["ArnEquals"]["aws:SourceArn"])
    assert source == arn("s3", f"vss-{templates.stage}-{bucket}")
    dead = templates.policy_of(templates.queue(f"{queue}-dlq"))
    assert [s["Effect"] for s in dead] == ["Deny"]


def test_alarms_and_alerts_alone_may_publish(templates: Templates) -> None:
    policy = by_sid(templates.policy_of(templates.one("AWS::SNS::Topic")))
    allowed = {sid: s["Principal"] for sid, s in policy.items() if s["Effect"] == "Allow"}
    assert allowed == {
        "Alarms": {"Service": "cloudwatch.amazonaws.com"},
        "Alerts": {"Service": "events.amazonaws.com"},
    }
    source = policy["Alarms"]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert text(source) == arn("cloudwatch", f"alarm:vss-{templates.stage}-alarm-*")
