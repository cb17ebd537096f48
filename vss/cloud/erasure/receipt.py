"""The receipt of an erasure, ``vss.erasure/1``: signed by a key that never leaves KMS.

It is for the person and the operator: it names the person's id, and is kept nowhere in the
deployment. What is signed is the line ``vss.erasure/1:<SHA-256 of the content>``, with ECDSA over
P-256 and SHA-256; the content is the receipt without its signature, as JSON with sorted keys and
without spaces. The line is short, as KMS asks for, and cannot be mistaken for anything else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.record import Json

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.erasure.kinds import place_of
from vss.cloud.erasure.remains import what_remains
from vss.cloud.erasure.sweep import Erased

RECEIPT_FORMAT = "vss.erasure/1"
ALGORITHM: Final = "ECDSA_SHA_256"
_KEY = "ReceiptKeyArn"


class ReceiptError(DeploymentError):
    """A receipt that is none, or does not fit its signature."""


def check_signing(deployment: Deployment) -> None:
    """See to it that a receipt could be signed, before anything is erased.

    Raises:
        DeploymentError: the key does not let the caller.
    """
    try:
        deployment.kms.get_public_key(KeyId=deployment.output(_KEY))
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(
            "nothing was erased, since no receipt could be signed; the setting "
            f"operator_principals names who may: {error}"
        ) from error


def build_receipt(deployment: Deployment, erased: Erased) -> Json:
    """Return the receipt, not yet signed.

    Raises:
        DeploymentError: the deployment cannot be asked what remains.
    """
    begun = erased.progress.begun or erased.finished
    return {
        "format": RECEIPT_FORMAT,
        "person_id": erased.person_id,
        "deployment": {
            "stage": deployment.stage,
            "account": deployment.account,
            "region": deployment.session.region_name,
            "local": deployment.is_local,
        },
        "begun": begun.isoformat(timespec="seconds"),
        "finished": erased.finished.isoformat(timespec="seconds"),
        "erased": [
            {
                "what": kind.value,
                "objects": count.objects,
                "versions": count.versions,
                "where": place_of(kind, deployment),
            }
            for kind, count in erased.progress.counts().items()
        ],
        "remains": what_remains(deployment, erased.finished),
    }


def sign_receipt(deployment: Deployment, receipt: Json) -> Json:
    """Return the receipt with its signature.

    Raises:
        DeploymentError: KMS refuses.
    """
    try:
        signed = deployment.kms.sign(
            KeyId=deployment.output(_KEY),
            Message=signed_line(receipt),
            MessageType="RAW",
            SigningAlgorithm=ALGORITHM,
        )
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"the receipt was not signed: {error}") from error
    signature = {
        "key": signed["KeyId"],
        "algorithm": ALGORITHM,
        "value": base64.b64encode(signed["Signature"]).decode(),
    }
    return {**receipt, "signature": signature}


def signed_line(receipt: Json) -> bytes:
    """Return what is signed of a receipt."""
    content = {name: value for name, value in receipt.items() if name != "signature"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{RECEIPT_FORMAT}:{hashlib.sha256(text.encode()).hexdigest()}".encode()


def write_receipt(path: Path, receipt: Json) -> None:
    """Write a receipt into a new file; it is on the disk when this returns.

    Raises:
        OSError: it cannot be written, or the file exists.
    """
    with path.open("x", encoding="utf-8") as file:
        file.write(json.dumps(receipt, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_receipt(path: Path) -> Json:
    """Read a receipt.

    Raises:
        ReceiptError: the file is none.
        OSError: it cannot be read.
    """
    try:
        receipt = json.loads(path.read_bytes())
        is_receipt = receipt["format"] == RECEIPT_FORMAT and receipt["signature"]["value"]
    except (ValueError, KeyError, TypeError, RecursionError):
        is_receipt = False
    if not is_receipt:
        raise ReceiptError(f"{path} is no signed receipt of the format {RECEIPT_FORMAT}")
    checked: Json = receipt
    return checked


def verify_receipt(deployment: Deployment, receipt: Json) -> None:
    """Check the signature of a receipt with the deployment's own key, whatever key it names.

    Raises:
        ReceiptError: it does not fit: altered, or signed with another key.
        DeploymentError: KMS cannot be asked.
    """
    try:
        value = base64.b64decode(receipt["signature"]["value"], validate=True)
        answer = deployment.kms.verify(
            KeyId=deployment.output(_KEY),
            Message=signed_line(receipt),
            MessageType="RAW",
            Signature=value,
            SigningAlgorithm=ALGORITHM,
        )
        fits = answer["SignatureValid"]
    except (ValueError, TypeError, deployment.kms.exceptions.KMSInvalidSignatureException):
        fits = False
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"KMS cannot check the signature: {error}") from error
    if not fits:
        raise ReceiptError(
            "the signature does not fit: the receipt was altered, or signed with another key than "
            f"that of {deployment.name}"
        )
