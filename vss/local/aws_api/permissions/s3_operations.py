"""S3's operations, named as IAM names their actions."""

from __future__ import annotations

from dataclasses import dataclass

from vss.local.http_message import Request

_BUCKET = {
    "accelerate": "AccelerateConfiguration",
    "acl": "BucketAcl",
    "analytics": "AnalyticsConfiguration",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "intelligent-tiering": "IntelligentTieringConfiguration",
    "inventory": "InventoryConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "logging": "BucketLogging",
    "metrics": "MetricsConfiguration",
    "notification": "BucketNotification",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "policyStatus": "BucketPolicyStatus",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
_BUCKET_LISTS = {
    "location": "GetBucketLocation",
    "uploads": "ListBucketMultipartUploads",
    "versions": "ListBucketVersions",
}
_OBJECT = {
    "acl": "Acl",
    "attributes": "Attributes",
    "legal-hold": "LegalHold",
    "retention": "Retention",
    "tagging": "Tagging",
    "torrent": "Torrent",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Bucket and key of a request's path; both empty for the service itself."""

    bucket: str
    key: str

    @property
    def arn(self) -> str:
        """ARN of the object, or of the bucket; ``*`` for the service itself."""
        if not self.bucket:
            return "*"
        return f"arn:aws:s3:::{self.bucket}" + (f"/{self.key}" if self.key else "")


def place(request: Request) -> Place:
    """Return bucket and key, decoded."""
    bucket, _, key = request.path.removeprefix("/").partition("/")
    return Place(bucket, key)


def operation(request: Request) -> str:
    """Return the IAM action's name without its prefix."""
    where = place(request)
    names = request.query
    if not where.bucket:
        return "ListAllMyBuckets"
    if not where.key:
        return _bucket_operation(request.method, names)
    return _object_operation(request.method, names)


def _bucket_operation(method: str, names: dict[str, str]) -> str:
    if method == "POST" and "delete" in names:
        return "DeleteObject"
    for name, listed in _BUCKET_LISTS.items():
        if name in names and method == "GET":
            return listed
    for name, thing in _BUCKET.items():
        if name in names:
            if method == "DELETE" and name in ("policy", "website"):
                return f"Delete{thing}"
            return f"{'Get' if method in ('GET', 'HEAD') else 'Put'}{thing}"
    plain = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket"}
    return plain.get(method, "DeleteBucket" if method == "DELETE" else "Unknown")


def _object_operation(method: str, names: dict[str, str]) -> str:
    version = "Version" if names.get("versionId") else ""
    if "uploadId" in names:
        uploads = {"GET": "ListMultipartUploadParts", "DELETE": "AbortMultipartUpload"}
        return uploads.get(method, "PutObject")
    for name, thing in _OBJECT.items():
        if name in names:
            verb = {"GET": "Get", "HEAD": "Get", "DELETE": "Delete"}.get(method, "Put")
            return f"{verb}Object{version}{thing}"
    if method == "POST":
        return "PutObject" if "uploads" in names else "RestoreObject"
    if method == "PUT":
        return "PutObject"
    return f"{'Delete' if method == 'DELETE' else 'Get'}Object{version}"
