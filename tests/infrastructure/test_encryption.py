"""Everything at rest is under our keys, everything in flight under TLS, nothing is public."""

from __future__ import annotations

import pytest

from tests.infrastructure.synthesis import FUNCTIONS, Resource, Templates, as_list, text

DATA_BUCKETS = ("frames", "results", "gallery")
BUCKETS = (*DATA_BUCKETS, "access-logs")
QUEUES = {
    "frames": "DataKey",
    "frames-dlq": "DataKey",
    # Messages about photographs say who is on them.
    "enrolment": "GalleryKey",
    "enrolment-dlq": "GalleryKey",
}
NOT_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def denies_all_without_tls(statements: list, actions: str) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] in ("*", {"AWS": "*"})
        and statement["Action"] == actions
        and statement["Condition"] == NOT_TLS
        for statement in statements
    )


def test_keys_rotate(templates: Templates) -> None:
    keys = templates.resources("AWS::KMS::Key")
    assert len(keys) == 4
    encrypting = [key for key in keys if "KeySpec" not in key.properties]
    assert len(encrypting) == 3
    assert all(key.properties["EnableKeyRotation"] is True for key in encrypting)


def test_the_key_of_receipts_signs_and_encrypts_nothing(templates: Templates) -> None:
    (key,) = [key for key in templates.resources("AWS::KMS::Key") if "KeySpec" in key.properties]
    assert key.properties["KeySpec"] == "ECC_NIST_P256"
    assert key.properties["KeyUsage"] == "SIGN_VERIFY"
    # KMS rotates no asymmetric key, and CloudFormation refuses to be asked for it.
    assert not key.properties["EnableKeyRotation"]


@pytest.mark.parametrize(
    ("bucket", "key"), [("frames", "DataKey"), ("results", "DataKey"), ("gallery", "GalleryKey")]
)
def test_data_buckets_default_to_our_key(templates: Templates, bucket: str, key: str) -> None:
    encryption = templates.bucket(bucket).properties["BucketEncryption"]
    (rule,) = encryption["ServerSideEncryptionConfiguration"]
    default = rule["ServerSideEncryptionByDefault"]
    assert default["SSEAlgorithm"] == "aws:kms"
    assert text(default["KMSMasterKeyID"]).startswith(f"<{key}")
    assert rule["BucketKeyEnabled"] is True


def test_models_bucket_is_under_the_data_key(synthesised) -> None:
    bucket = synthesised(model_source="s3").bucket("models")
    assert "<DataKey" in text(bucket.properties["BucketEncryption"])


def test_access_logs_are_encrypted_as_s3_can_deliver_them(templates: Templates) -> None:
    encryption = templates.bucket("access-logs").properties["BucketEncryption"]
    (rule,) = encryption["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


@pytest.mark.parametrize(("queue", "key"), QUEUES.items())
def test_queues_are_under_the_key_of_what_their_messages_are_about(
    templates: Templates, queue: str, key: str
) -> None:
    assert text(templates.queue(queue).properties["KmsMasterKeyId"]).startswith(f"<{key}")


def test_log_groups_are_under_our_key_and_forget(templates: Templates) -> None:
    groups = templates.resources("AWS::Logs::LogGroup")
    assert {group.properties["LogGroupName"] for group in groups} == {
        f"/vss/{templates.stage}/flow-logs",
        *(f"/aws/lambda/vss-{templates.stage}-{package}" for package in FUNCTIONS),
    }
    days = {"dev": 30, "prod": 90}[templates.stage]
    for group in groups:
        assert "OperationsKey" in text(group.properties["KmsKeyId"])
        assert group.properties["RetentionInDays"] == days


def test_topic_is_under_our_key(templates: Templates) -> None:
    topic = templates.one("AWS::SNS::Topic")
    assert "OperationsKey" in text(topic.properties["KmsMasterKeyId"])


@pytest.mark.parametrize("package", FUNCTIONS)
def test_environments_of_the_functions_are_under_our_key(
    templates: Templates, package: str
) -> None:
    assert "DataKey" in text(templates.function(package)["KmsKeyArn"])


@pytest.mark.parametrize(
    ("package", "variable", "key"),
    [
        ("surveillance", "VSS_RESULTS_KEY_ARN", "DataKey"),
        ("enrolment", "VSS_GALLERY_KEY_ARN", "GalleryKey"),
    ],
)
def test_functions_are_told_the_key_to_write_with(
    templates: Templates, package: str, variable: str, key: str
) -> None:
    assert f"ExportsOutputFnGetAtt{key}" in templates.environment(package)[variable]


def test_key_arns_named_are_the_buckets_own(templates: Templates) -> None:
    for bucket in DATA_BUCKETS:
        resource = templates.bucket(bucket)
        denied = {s.get("Sid"): s for s in templates.policy_of(resource)}["DenyOtherKey"]
        named = denied["Condition"]["StringNotEquals"][
            "s3:x-amz-server-side-encryption-aws-kms-key-id"
        ]
        (rule,) = resource.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert named == rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_buckets_refuse_plain_http(templates: Templates, bucket: str) -> None:
    resource = templates.bucket(bucket)
    statements = templates.policy_of(resource)
    assert denies_all_without_tls(statements, "s3:*")
    (denied,) = [s for s in statements if s["Action"] == "s3:*"]
    assert {text(r) for r in denied["Resource"]} == {
        f"<{resource.logical_id}.Arn>",
        f"<{resource.logical_id}.Arn>/*",
    }


@pytest.mark.parametrize("queue", QUEUES)
def test_queues_refuse_plain_http(templates: Templates, queue: str) -> None:
    assert denies_all_without_tls(templates.policy_of(templates.queue(queue)), "sqs:*")


def test_topic_refuses_plain_http(templates: Templates) -> None:
    statements = templates.policy_of(templates.one("AWS::SNS::Topic"))
    assert any(
        s["Effect"] == "Deny" and s["Condition"] == NOT_TLS and s["Action"] == "sns:Publish"
        for s in statements
    )


def bucket_properties(templates: Templates) -> list[Resource]:
    buckets = templates.resources("AWS::S3::Bucket")
    assert len(buckets) == 4
    return buckets


def test_no_bucket_can_become_public(templates: Templates) -> None:
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    for bucket in bucket_properties(templates):
        block = bucket.properties["PublicAccessBlockConfiguration"]
        assert block == dict.fromkeys(names, True), bucket


def test_no_policy_allows_everybody(templates: Templates) -> None:
    for resource in templates.resources():
        if resource.type in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::KMS::Key"):
            document = resource.properties.get("PolicyDocument") or resource.properties["KeyPolicy"]
            for statement in document["Statement"]:
                if statement["Effect"] == "Allow":
                    assert "*" not in as_list(statement["Principal"].get("AWS", [])), resource


def test_buckets_are_versioned_logged_and_owned(templates: Templates) -> None:
    for bucket in bucket_properties(templates):
        assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}
        owner = bucket.properties["OwnershipControls"]["Rules"]
        assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    for name in DATA_BUCKETS:
        logging = templates.bucket(name).properties["LoggingConfiguration"]
        assert text(logging["DestinationBucketName"]).startswith("<AccessLogs")
        assert logging["LogFilePrefix"] == f"{name}/"


@pytest.mark.parametrize(
    ("bucket", "days"), [("frames", 7), ("results", 90), ("gallery", None), ("access-logs", 30)]
)
def test_buckets_forget(dev: Templates, bucket: str, days: int | None) -> None:
    (rule,) = dev.bucket(bucket).properties["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert "Prefix" not in rule
    assert rule.get("ExpirationInDays") == days
    # A versioned bucket keeps what it deletes, until this.
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
