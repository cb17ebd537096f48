"""Who may do what: the function's role, the keys, the buckets, the endpoint, the queues."""

from __future__ import annotations

import pytest

from tests.infrastructure.synthesis import Resource, Templates, as_list, statements, text

CAMERA = "arn:aws:iam::123456789012:user/camera"
OPERATOR = "arn:aws:iam::123456789012:role/operator"
NETWORK_INTERFACES = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}
# AWS knows no resource level for these.
WITHOUT_RESOURCE_LEVEL = NETWORK_INTERFACES | {
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
# A wildcard in a Deny takes away more, never less.
DENIED_WILDCARDS = {"s3:*", "s3:GetObject*", "sqs:*"}


def arn(service: str, resource: str) -> str:
    if service == "s3":
        bucket, _, path = resource.partition("/")
        name = f"arn:${{AWS::Partition}}:s3:::{bucket}-${{AWS::AccountId}}-${{AWS::Region}}"
        return f"{name}/{path}" if path else name
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"


def by_sid(found) -> dict[str, dict]:
    return {statement["Sid"]: statement for statement in found if "Sid" in statement}


def function_role(templates: Templates) -> dict[str, dict]:
    role = templates.one("AWS::IAM::Role", Description="surveillance function")
    (policy,) = role.properties["Policies"]
    return by_sid(policy["PolicyDocument"]["Statement"])


def actions(statement: dict) -> set[str]:
    return set(as_list(statement["Action"]))


def resources(statement: dict) -> set[str]:
    return {text(resource) for resource in as_list(statement.get("Resource", []))}


def all_statements(templates: Templates) -> list[tuple[Resource, dict]]:
    return [(r, s) for r in templates.resources() for s in statements(r)]


def test_no_statement_allows_a_wildcard_action(templates: Templates) -> None:
    found = all_statements(templates)
    assert len(found) > 40
    for resource, statement in found:
        assert "NotAction" not in statement, resource
        wild = {action for action in actions(statement) if "*" in action or "?" in action}
        assert wild <= (DENIED_WILDCARDS if statement["Effect"] == "Deny" else set()), resource


def test_any_resource_is_named_only_where_aws_has_no_resource_level(templates: Templates) -> None:
    for resource, statement in all_statements(templates):
        # In a key's policy * is the key itself.
        if resource.type != "AWS::KMS::Key" and "*" in resources(statement):
            assert actions(statement) <= WITHOUT_RESOURCE_LEVEL, (resource, statement)


def test_roles_have_no_managed_policy_and_no_user_exists(templates: Templates) -> None:
    roles = templates.resources("AWS::IAM::Role")
    assert len(roles) == 2
    assert all("ManagedPolicyArns" not in role.properties for role in roles)
    assert {r.type for r in templates.resources() if r.type.startswith("AWS::IAM::")} == {
        "AWS::IAM::Role"
    }


def test_roles_are_for_their_service_alone(templates: Templates) -> None:
    trusted = {
        text(role.properties["Description"]): role.properties["AssumeRolePolicyDocument"][
            "Statement"
        ]
        for role in templates.resources("AWS::IAM::Role")
    }
    services = {name: [s["Principal"] for s in found] for name, found in trusted.items()}
    assert services == {
        "What the surveillance function may do": [{"Service": "lambda.amazonaws.com"}],
        "Writes the flow logs of the VPC": [{"Service": "vpc-flow-logs.amazonaws.com"}],
    }


@pytest.mark.parametrize(
    ("sid", "allowed", "on"),
    [
        (
            "ReadFrames",
            {"s3:GetObject", "s3:GetObjectVersion"},
            [("s3", "vss-{stage}-frames/incoming/*")],
        ),
        ("ReadGallery", {"s3:GetObject"}, [("s3", "vss-{stage}-gallery/index/*")]),
        (
            "TellMissingFromForbidden",
            {"s3:ListBucket"},
            [("s3", "vss-{stage}-frames"), ("s3", "vss-{stage}-gallery")],
        ),
        (
            "WriteResults",
            {"s3:PutObject"},
            [("s3", "vss-{stage}-results/records/*"), ("s3", "vss-{stage}-results/alerts/*")],
        ),
        (
            "TakeFrames",
            {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
            [("sqs", "vss-{stage}-frames")],
        ),
        (
            "WriteLogs",
            {"logs:CreateLogStream", "logs:PutLogEvents"},
            [("logs", "log-group:/aws/lambda/vss-{stage}-surveillance:*")],
        ),
    ],
)
def test_function_may(
    templates: Templates, sid: str, allowed: set[str], on: list[tuple[str, str]]
) -> None:
    statement = function_role(templates)[sid]
    assert statement["Effect"] == "Allow"
    assert actions(statement) == allowed
    named = {arn(service, name.replace("{stage}", templates.stage)) for service, name in on}
    assert resources(statement) == named


def test_function_may_nothing_else(templates: Templates) -> None:
    assert set(function_role(templates)) == {
        "ReadFrames",
        "ReadGallery",
        "TellMissingFromForbidden",
        "WriteResults",
        "DecryptData",
        "EncryptResults",
        "DecryptGallery",
        "TakeFrames",
        "WriteLogs",
        "Traces",
        "NetworkInterfaces",
        "NoNetworkInterfacesFromCode",
    }


@pytest.mark.parametrize(
    ("sid", "action", "key", "services"),
    [
        ("DecryptData", "kms:Decrypt", "DataKey", ["s3", "sqs", "lambda"]),
        ("EncryptResults", "kms:GenerateDataKey", "DataKey", ["s3"]),
        ("DecryptGallery", "kms:Decrypt", "GalleryKey", ["s3"]),
    ],
)
def test_function_uses_keys_through_services_only(
    templates: Templates, sid: str, action: str, key: str, services: list[str]
) -> None:
    statement = function_role(templates)[sid]
    assert actions(statement) == {action}
    assert key in text(statement["Resource"])
    through = statement["Condition"]["StringEquals"]["kms:ViaService"]
    assert [text(s) for s in through] == [f"{s}.${{AWS::Region}}.amazonaws.com" for s in services]


def test_networks_are_read_from_their_bucket_only_with_that_source(
    dev: Templates, synthesised
) -> None:
    assert "ReadNetworks" not in function_role(dev)
    statement = function_role(synthesised(model_source="s3"))["ReadNetworks"]
    assert actions(statement) == {"s3:GetObject"}
    assert resources(statement) == {arn("s3", "vss-dev-models/*")}


def test_code_of_the_function_cannot_make_network_interfaces(templates: Templates) -> None:
    role = function_role(templates)
    denied = role["NoNetworkInterfacesFromCode"]
    assert denied["Effect"] == "Deny"
    assert actions(denied) == actions(role["NetworkInterfaces"]) == NETWORK_INTERFACES
    function = arn("lambda", f"function:vss-{templates.stage}-surveillance")
    (condition,) = denied["Condition"].items()
    assert condition[0] == "ArnEquals"
    assert text(condition[1]["lambda:SourceFunctionArn"]) == function


def key_policy(templates: Templates, alias: str) -> dict[str, dict]:
    found = templates.one("AWS::KMS::Alias", AliasName=f"alias/vss-{templates.stage}-{alias}")
    target = found.properties["TargetKeyId"]["Fn::GetAtt"][0]
    (key,) = [k for k in templates.resources("AWS::KMS::Key") if k.logical_id == target]
    return by_sid(key.properties["KeyPolicy"]["Statement"])


@pytest.mark.parametrize("alias", ["data", "gallery", "operations"])
def test_administrators_of_a_key_cannot_use_it(templates: Templates, alias: str) -> None:
    statement = key_policy(templates, alias)["Administration"]
    assert text(statement["Principal"]["AWS"]).endswith(":root")
    # Without it nobody could ever change the policy again: KMS refuses such a key.
    assert "kms:PutKeyPolicy" in actions(statement)
    use = {"Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo", "CreateGrant"}
    assert actions(statement) & {f"kms:{name}" for name in use} == set()


@pytest.mark.parametrize(
    ("alias", "services"), [("data", ["s3", "sqs", "lambda"]), ("gallery", ["s3"])]
)
def test_keys_are_used_through_services_only(
    templates: Templates, alias: str, services: list[str]
) -> None:
    policy = key_policy(templates, alias)
    through = policy["UseThroughServices"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert [text(s) for s in through] == [f"{s}.${{AWS::Region}}.amazonaws.com" for s in services]
    unconditional = {sid for sid, s in policy.items() if "Condition" not in s}
    assert unconditional == {"Administration"}


def test_s3_may_use_the_data_key_for_notifications_of_the_frames_bucket(
    templates: Templates,
) -> None:
    statement = key_policy(templates, "data")["FrameNotifications"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert actions(statement) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert text(source) == arn("s3", f"vss-{templates.stage}-frames")


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
            },
        ),
    }
    account = {"StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}}
    assert all(s["Effect"] == "Allow" and s["Condition"] == account for s in policy.values())


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


def test_s3_alone_may_send_and_for_the_frames_bucket_only(templates: Templates) -> None:
    policy = templates.policy_of(templates.queue("frames"))
    (allowed,) = [s for s in policy if s["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = text(allowed["Condition"]["ArnEquals"]["aws:SourceArn"])
    assert source == arn("s3", f"vss-{templates.stage}-frames")
    dead = templates.policy_of(templates.queue("frames-dlq"))
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


def test_flow_logs_may_write_their_group_only(templates: Templates) -> None:
    role = templates.one("AWS::IAM::Role", Description="flow logs")
    (statement,) = role.properties["Policies"][0]["PolicyDocument"]["Statement"]
    group = arn("logs", f"log-group:/vss/{templates.stage}/flow-logs")
    assert resources(statement) == {f"{group}:*"}
