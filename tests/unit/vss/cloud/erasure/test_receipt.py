"""The receipt says what was erased and what remains; nobody can change a word of it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.erasure.kinds import Kind
from vss.cloud.erasure.progress import Progress
from vss.cloud.erasure.receipt import (
    ReceiptError,
    build_receipt,
    check_signing,
    read_receipt,
    sign_receipt,
    signed_line,
    verify_receipt,
    write_receipt,
)
from vss.cloud.erasure.sweep import Erased

FINISHED = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)


@pytest.fixture
def receipt(deployment: Deployment) -> dict[str, Any]:
    """A signed receipt of a deployment whose buckets forget after 7 and 30 days."""
    for output, days in (("FramesBucket", 7), ("AccessLogsBucket", 30)):
        rule = {
            "ID": "forget",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": days},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        }
        deployment.s3.put_bucket_lifecycle_configuration(
            Bucket=deployment.outputs[output], LifecycleConfiguration={"Rules": [rule]}
        )
    progress = Progress(deployment, "ann")
    progress.note(Kind.PHOTOGRAPH, [("photos/ann/1.jpg", "a"), ("photos/ann/1.jpg", "b")])
    return sign_receipt(deployment, build_receipt(deployment, Erased("ann", progress, FINISHED)))


def test_it_says_what_was_erased_where_and_when(
    deployment: Deployment, receipt: dict[str, Any]
) -> None:
    assert (receipt["format"], receipt["person_id"]) == ("vss.erasure/1", "ann")
    assert receipt["finished"] == "2026-11-22T23:59:00+00:00"
    assert [item["what"] for item in receipt["erased"]] == list(Kind)
    bucket = deployment.outputs["GalleryBucket"]
    assert receipt["erased"][0] == {
        "what": "photograph",
        "objects": 1,
        "versions": 2,
        "where": f"s3://{bucket}/photos/<person_id>/",
    }


def test_it_says_what_remains_and_until_when(
    deployment: Deployment, receipt: dict[str, Any]
) -> None:
    remains = {item["where"]: item["until"] for item in receipt["remains"]}
    frames, logs, results = (
        deployment.outputs[f"{name}Bucket"] for name in ("Frames", "AccessLogs", "Results")
    )
    # Age, a day as an old version, the midnight after.
    assert remains[f"s3://{frames}/incoming/"] == "2026-12-01"
    assert remains[f"s3://{logs}/gallery/"] == "2026-12-24"
    assert remains[f"s3://{results}/records/"] is None
    queue = f"{deployment.outputs['EnrolmentQueueUrl']} and its dead letters"
    assert date.fromisoformat(remains[queue]) > FINISHED.date()
    assert remains["the account's trails"] is None


def test_the_signature_is_one_that_anybody_with_the_public_key_can_check(
    deployment: Deployment, receipt: dict[str, Any]
) -> None:
    verify_receipt(deployment, receipt)
    key = deployment.kms.get_public_key(KeyId=deployment.outputs["ReceiptKeyArn"])["PublicKey"]
    public_key = load_der_public_key(key)
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    signature = base64.b64decode(receipt["signature"]["value"])
    public_key.verify(signature, signed_line(receipt), ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("way", ["count", "person", "remains", "signature", "no base64", "none"])
def test_a_changed_receipt_does_not_fit(
    deployment: Deployment, receipt: dict[str, Any], way: str
) -> None:
    if way == "count":
        receipt["erased"][0]["objects"] += 1
    elif way == "person":
        receipt["person_id"] = "ben"
    elif way == "remains":
        receipt["remains"].pop()
    else:
        values = {"signature": base64.b64encode(b"x" * 70).decode(), "no base64": "é", "none": 7}
        receipt["signature"]["value"] = values[way]
    with pytest.raises(ReceiptError, match="does not fit: the receipt was altered"):
        verify_receipt(deployment, receipt)


def test_a_receipt_of_another_key_does_not_fit_whatever_key_it_names(
    deployment: Deployment, receipt: dict[str, Any]
) -> None:
    other = deployment.kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    signed = deployment.kms.sign(
        KeyId=other["KeyMetadata"]["Arn"],
        Message=signed_line(receipt),
        SigningAlgorithm="ECDSA_SHA_256",
    )
    receipt["signature"]["value"] = base64.b64encode(signed["Signature"]).decode()
    receipt["signature"]["key"] = other["KeyMetadata"]["Arn"]
    with pytest.raises(ReceiptError, match="another key"):
        verify_receipt(deployment, receipt)


def test_written_and_read_it_still_fits(
    deployment: Deployment, receipt: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "receipt.json"
    write_receipt(path, receipt)
    assert read_receipt(path) == receipt
    verify_receipt(deployment, read_receipt(path))
    with pytest.raises(FileExistsError):
        write_receipt(path, receipt)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "vss.erasure/1"}', json.dumps({"format": "other"})]
)
def test_what_is_no_receipt_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(content)
    with pytest.raises(ReceiptError, match=r"no signed receipt of the format vss\.erasure/1"):
        read_receipt(path)


def test_who_may_not_sign_is_told_before_anything_is_erased(deployment: Deployment) -> None:
    check_signing(deployment)
    outputs = {"ReceiptKeyArn": deployment.outputs["ReceiptKeyArn"][:-12] + "0" * 12}
    lost = Deployment("dev", True, deployment.session, deployment.endpoint, outputs)
    with pytest.raises(DeploymentError, match=r"nothing was erased.*operator_principals"):
        check_signing(lost)
