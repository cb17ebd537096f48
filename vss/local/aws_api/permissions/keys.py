"""KMS: its own calls, and the use of keys behind other services."""

from __future__ import annotations

import base64
from typing import Any

from moto.kms.models import kms_backends
from moto.kms.utils import _deserialize_ciphertext_blob

from vss.local.aws_api.accounts import ACCOUNT
from vss.local.aws_api.api_call import ApiCall
from vss.local.aws_api.permissions.needs import Need


def find_key(region: str, key: str | None) -> Any:
    """Return moto's key of an id, ARN, alias or alias ARN; None where there is none."""
    if not key:
        return None
    backend = kms_backends[ACCOUNT][region]
    try:
        return backend.keys[backend.any_id_to_key_id(key)]
    except Exception:  # moto has no one error for it
        return None


def key_arn(region: str, key: str) -> str:
    """Return the key's ARN; of a key that does not exist, the one it would have."""
    found = find_key(region, key)
    if found is not None:
        return str(found.arn)
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{ACCOUNT}:key/{key}"


def needs(call: ApiCall) -> list[Need]:
    """Return what a call of KMS itself needs."""
    action = f"kms:{call.operation}"
    key = call.text("KeyId", "TargetKeyId") or _key_of_ciphertext(call)
    if key is None:
        return [Need(action, "*")]
    context: dict[str, str] = {"kms:calleraccount": ACCOUNT}
    for name, value in (call.parameters.get("EncryptionContext") or {}).items():
        context[f"kms:encryptioncontext:{name.lower()}"] = str(value)
    return [Need(action, key_arn(call.region, key), context)]


def _key_of_ciphertext(call: ApiCall) -> str | None:
    blob = call.text("CiphertextBlob")
    if blob is None:
        return None
    try:
        return str(_deserialize_ciphertext_blob(base64.b64decode(blob)).key_id)
    except Exception:  # not a ciphertext of ours: moto will say so
        return None


def use_through(
    service: str, region: str, key: str, actions: tuple[str, ...], encryption: tuple[str, str]
) -> list[Need]:
    """Return what the use of ``key`` by ``service`` on the caller's behalf needs.

    Args:
        service: short name, as in ``kms:ViaService``.
        region: of the key.
        key: id, ARN or alias.
        actions: names of KMS actions.
        encryption: name and value of the encryption context the service uses.
    """
    name, value = encryption
    context = {
        "kms:viaservice": f"{service}.{region}.amazonaws.com",
        "kms:calleraccount": ACCOUNT,
        f"kms:encryptioncontext:{name}": value,
    }
    return [Need(f"kms:{action}", key_arn(region, key), context) for action in actions]
