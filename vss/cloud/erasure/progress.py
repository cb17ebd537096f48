"""What an erasure has come to, so that its receipt covers all though it was cut off and resumed.

Each thing is noted before it is erased, by a digest: who begins again notes the same things again,
and counts nothing twice. The progress is one object of the gallery bucket while the erasure lasts.
It holds no id and no key: its digests are keyed with one that is derived slowly (scrypt) from the
person's id and a salt of its own, and its name is drawn by chance. It is deleted, all versions of
it, as soon as the receipt is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from business_logic.record import Json
from business_logic.result_store import encode

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.erasure.kinds import Kind
from vss.cloud.object_versions import bucket_errors, delete_versions, version_pages

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

PROGRESS = "erasures/"
_FORMAT = "vss.erasure-progress/1"
_SALT_BYTES = 16
_DIGEST_DIGITS = 16
_OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a kind was erased.

    Attributes:
        objects: different things.
        versions: of them, as they were stored.
    """

    objects: int
    versions: int


class Progress:
    """The progress of the erasure of one person.

    Args:
        deployment: that the person is erased from.
        person_id: whom it is about.

    Attributes:
        begun: when the first thing was noted; None where nothing has been.
    """

    def __init__(self, deployment: Deployment, person_id: str) -> None:
        self._deployment = deployment
        self._person_id = person_id
        self._bucket = deployment.output("GalleryBucket")
        self._noted: dict[Kind, dict[str, None]] = {}
        self.begun: datetime | None = None
        self._begin(secrets.token_bytes(_SALT_BYTES), f"{PROGRESS}{secrets.token_hex(8)}.json")

    @classmethod
    def find(cls, deployment: Deployment, person_id: str) -> Progress:
        """Return the progress of an erasure that was cut off, or a new one.

        Raises:
            DeploymentError: the bucket cannot be read.
        """
        progress = cls(deployment, person_id)
        for page in version_pages(deployment, progress._bucket, PROGRESS):
            for version in page:
                if version.is_latest and not version.is_marker and progress._resume(version.key):
                    return progress
        return progress

    def note(self, kind: Kind, things: Iterable[tuple[str, str]]) -> None:
        """Note things, each by its name and version, before they are erased.

        Raises:
            DeploymentError: it cannot be written, or another erasure of the person goes on.
        """
        known = self._noted.setdefault(kind, {})
        before = len(known)
        known |= {
            f"{self._digest(name)}{self._digest(name, version)}": None for name, version in things
        }
        if len(known) > before:
            self.begun = self.begun or datetime.now(UTC)
            self._write()

    def counts(self) -> Mapping[Kind, Count]:
        """Return what was erased, of every kind."""
        return {
            kind: Count(len({item[:_DIGEST_DIGITS] for item in noted}), len(noted))
            for kind in Kind
            for noted in (self._noted.get(kind, {}),)
        }

    def forget(self) -> None:
        """Delete it, all versions of it.

        Raises:
            DeploymentError: the bucket refuses.
        """
        for page in version_pages(self._deployment, self._bucket, self._key):
            delete_versions(self._deployment, self._bucket, page)

    def _begin(self, salt: bytes, key: str) -> None:
        self._salt, self._key = salt, key
        self._etag: str | None = None
        derived = hashlib.scrypt(self._person_id.encode(), salt=salt, n=1 << 14, r=8, p=1)
        self._check, self._secret = derived[:32].hex(), derived[32:]

    def _digest(self, *texts: str) -> str:
        content = "\0".join(texts).encode()
        return hmac.new(self._secret, content, hashlib.sha256).hexdigest()[:_DIGEST_DIGITS]

    def _resume(self, key: str) -> bool:
        """Take up the progress at ``key`` if it is of this person."""
        with bucket_errors(self._bucket, "read"):
            found = self._deployment.s3.get_object(Bucket=self._bucket, Key=key)
            document: Json = json.loads(found["Body"].read())
        fresh = self._salt, self._key
        self._begin(bytes.fromhex(document["salt"]), key)
        if not hmac.compare_digest(self._check, document["person"]):
            self._begin(*fresh)
            return False
        self._etag = found["ETag"]
        self.begun = datetime.fromisoformat(document["begun"])
        self._noted = {
            Kind(kind): dict.fromkeys(noted) for kind, noted in document["erased"].items()
        }
        return True

    def _write(self) -> None:
        document: Json = {
            "format": _FORMAT,
            "salt": self._salt.hex(),
            "person": self._check,
            "begun": None if self.begun is None else self.begun.isoformat(),
            "erased": {kind: list(noted) for kind, noted in self._noted.items()},
        }
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": self._key,
            "Body": encode(document),
            "ContentType": "application/json",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": self._deployment.output("GalleryKeyArn"),
        }
        if self._etag is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = self._etag
        with bucket_errors(self._bucket, "written"):
            try:
                self._etag = self._deployment.s3.put_object(**request)["ETag"]
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _OVERTAKEN:
                    raise DeploymentError(
                        "another removal of the same person goes on; wait for its end"
                    ) from error
                raise
