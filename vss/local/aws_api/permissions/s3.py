"""What S3's calls need: the action itself, keys, tags, sources of copies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

from moto.s3.models import s3_backends

from vss.local.aws_api.accounts import ACCOUNT, PARTITION
from vss.local.aws_api.api_call import ApiCall
from vss.local.aws_api.permissions.keys import key_arn, use_through
from vss.local.aws_api.permissions.needs import Need
from vss.local.aws_api.permissions.s3_operations import place

_HEADERS = (
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
)
_QUERIES = ("delimiter", "max-keys", "prefix")
_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
_DELETED = re.compile(rb"<Key>(.*?)</Key>(?:\s*<VersionId>(.*?)</VersionId>)?", re.DOTALL)
_READS = frozenset({"GetObject", "GetObjectVersion"})


def find_bucket(name: str) -> Any:
    """Return moto's bucket, None where there is none."""
    return s3_backends[ACCOUNT][PARTITION].buckets.get(name)


def find_object(bucket: str, key: str, version: str | None) -> Any:
    """Return moto's object, None where there is none."""
    try:
        return s3_backends[ACCOUNT][PARTITION].get_object(bucket, key, version_id=version)
    except Exception:  # moto raises one error for each kind of absence
        return None


def needs(call: ApiCall) -> list[Need]:
    """Return what a call of S3 needs."""
    request = call.request
    where = place(request)
    context = _context(call)
    if request.method == "POST" and call.operation == "DeleteObject":
        return list(_deletions(call, where.bucket, context))
    found = [Need(f"s3:{call.operation}", where.arn, context)]
    if where.key and call.operation == "PutObject":
        found += _writing(call, where.bucket, where.key, context)
    if where.key and call.operation in _READS and request.method == "GET":
        version = request.query.get("versionId")
        found += _decryption(call, where.bucket, where.key, version)
    return found


def _context(call: ApiCall) -> dict[str, str]:
    headers, query = call.request.headers, call.request.query
    context = {f"s3:{name}": headers[name] for name in _HEADERS if name in headers}
    context.update({f"s3:{name}": query[name] for name in _QUERIES if name in query})
    if query.get("versionId"):
        context["s3:versionid"] = query["versionId"]
    for name in ("if-match", "if-none-match"):
        if name in headers:
            context[f"s3:{name}"] = headers[name]
    # S3 evaluates a bare key id as the key's ARN.
    if _KEY_HEADER in headers and not headers[_KEY_HEADER].startswith("alias/"):
        context[f"s3:{_KEY_HEADER}"] = key_arn(call.region, headers[_KEY_HEADER])
    context |= {"s3:signatureversion": "AWS4-HMAC-SHA256", "s3:authtype": "REST-HEADER"}
    context |= {"s3:resourceaccount": ACCOUNT}
    for name, value in parse_qsl(headers.get("x-amz-tagging", ""), keep_blank_values=True):
        context[f"s3:requestobjecttag/{name.lower()}"] = value
    return context


def _deletions(call: ApiCall, bucket: str, context: dict[str, str]) -> Iterator[Need]:
    for key, version in _DELETED.findall(call.request.body):
        action = "s3:DeleteObjectVersion" if version else "s3:DeleteObject"
        yield Need(action, f"arn:aws:s3:::{bucket}/{key.decode('utf-8', 'replace')}", context)


def _writing(call: ApiCall, bucket: str, key: str, context: dict[str, str]) -> Iterator[Need]:
    headers = call.request.headers
    arn = f"arn:aws:s3:::{bucket}/{key}"
    for header, action in (("x-amz-tagging", "PutObjectTagging"), ("x-amz-acl", "PutObjectAcl")):
        if header in headers:
            yield Need(f"s3:{action}", arn, context)
    if source := headers.get("x-amz-copy-source"):
        yield from _source(call, source)
    kms_key = _key_for_writing(call, bucket)
    if kms_key is not None:
        actions: tuple[str, ...] = ("GenerateDataKey",)
        if "uploadId" in call.request.query:
            actions = ("GenerateDataKey", "Decrypt")
        yield from use_through("s3", call.region, kms_key, actions, _encryption(bucket, key))


def _source(call: ApiCall, source: str) -> Iterator[Need]:
    path, _, version = source.partition("?versionId=")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    action = "s3:GetObjectVersion" if version else "s3:GetObject"
    yield Need(action, f"arn:aws:s3:::{bucket}/{key}", {})
    yield from _decryption(call, bucket, key, version or None)


def _decryption(call: ApiCall, bucket: str, key: str, version: str | None) -> list[Need]:
    found = find_object(bucket, key, version)
    kms_key = getattr(found, "kms_key_id", None)
    if kms_key is None or getattr(found, "encryption", None) != "aws:kms":
        return []
    return use_through("s3", call.region, kms_key, ("Decrypt",), _encryption(bucket, key))


def _key_for_writing(call: ApiCall, bucket: str) -> str | None:
    headers = call.request.headers
    wanted = headers.get("x-amz-server-side-encryption")
    if wanted not in (None, "aws:kms"):
        return None
    if _KEY_HEADER in headers:
        return headers[_KEY_HEADER]
    rule = _default_encryption(bucket)
    return rule.get("KMSMasterKeyID") if rule.get("SSEAlgorithm") == "aws:kms" else None


def _default_encryption(bucket: str) -> dict[str, Any]:
    found = find_bucket(bucket)
    rule = (getattr(found, "encryption", None) or {}).get("Rule", {})
    rule = rule[0] if isinstance(rule, list) else rule
    default: dict[str, Any] = rule.get("ApplyServerSideEncryptionByDefault", {})
    return default


def _encryption(bucket: str, key: str) -> tuple[str, str]:
    """Return the encryption context: the bucket's ARN with a bucket key, else the object's."""
    found = find_bucket(bucket)
    rule = (getattr(found, "encryption", None) or {}).get("Rule", {})
    rule = rule[0] if isinstance(rule, list) else rule
    whole = str(rule.get("BucketKeyEnabled", "")).lower() == "true"
    return "aws:s3:arn", f"arn:aws:s3:::{bucket}" if whole else f"arn:aws:s3:::{bucket}/{key}"
