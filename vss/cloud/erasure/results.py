"""Erases a person from the results bucket: names in records, alerts, states of cameras."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError
from business_logic.record import Json
from business_logic.result_store import encode
from business_logic.s3_access import error_code
from high_level_algorithms.types import FaceStatus

from vss.cloud.deployment import DeploymentError
from vss.cloud.erasure.kinds import ALERTS, RECORDS, STATES, Kind
from vss.cloud.erasure.removal import Removal
from vss.cloud.object_versions import (
    ObjectVersion,
    VersionContent,
    bucket_errors,
    read_versions,
    version_pages,
)

_WRITES_AT_ONCE = 16
_OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
# Where it was, not who: a camera may be called as a person is.
_NOT_OF_PERSONS = frozenset({"camera_id", "record", "format", "kind"})


class ResultsSweep:
    """Erases what the results bucket has of a person; each version is read once."""

    def __init__(self, removal: Removal) -> None:
        self._removal = removal
        self._bucket = removal.deployment.output("ResultsBucket")
        self._seen: set[tuple[str, str]] = set()

    def erase_names(self) -> int:
        """Rewrite the records that name the person; return in how many versions they did.

        The face becomes ``erased``, without person, score and margin; the rest of the record stays.
        The version that names the person is deleted, as are old ones of a rewriting cut off.

        Raises:
            DeploymentError: a record cannot be read or written, or is damaged.
        """
        count = 0
        for page in version_pages(self._removal.deployment, self._bucket, RECORDS):
            named = [item for item in self._read(self._new(page)) if self._names(item)]
            if named:
                self._removal.note(
                    Kind.RECORD, [(item.version.key, item.version.version_id) for item in named]
                )
            with ThreadPoolExecutor(_WRITES_AT_ONCE) as pool:
                list(pool.map(self._rewrite, named))
            count += len(named)
            self._removal.observer.looked(len(self._seen))
        return count

    def erase_alerts(self) -> int:
        """Erase the alerts that name the person; return how many versions there were.

        Also where they name others: what is written anew would be sent as a message again. The
        records of these are still there.
        """
        return self._erase(Kind.ALERT, ALERTS)

    def erase_states(self) -> int:
        """Erase the states of cameras that name the person; return how many versions there were.

        A state is made anew with the camera's next frame.
        """
        return self._erase(Kind.STATE, STATES)

    def _erase(self, kind: Kind, prefix: str) -> int:
        """Erase all versions of the objects of which a version names the person."""
        versions: defaultdict[str, list[ObjectVersion]] = defaultdict(list)
        naming: dict[str, None] = {}
        for page in version_pages(self._removal.deployment, self._bucket, prefix):
            for version in page:
                versions[version.key].append(version)
            for item in self._read(page):
                if _mentions(item.document(), self._removal.person_id):
                    naming[item.version.key] = None
        return sum(self._removal.delete(kind, self._bucket, versions[key]) for key in naming)

    def _names(self, item: VersionContent) -> bool:
        if self._removal.person_id.encode() not in item.content:
            return False  # told faster than by reading the whole record
        try:
            faces = [person["face"]["person_id"] for person in item.document()["persons"]]
        except (KeyError, TypeError) as error:
            raise DeploymentError(
                f"{item.version.key} is no record; look at it, delete it"
            ) from error
        return self._removal.person_id in faces

    def _rewrite(self, item: VersionContent) -> None:
        """Write the record without the person in the place of the version that was read."""
        if item.version.is_latest:
            self._put(item, without_person(item.document(), self._removal.person_id))
        with bucket_errors(self._bucket, "emptied"):
            self._removal.deployment.s3.delete_object(
                Bucket=self._bucket, Key=item.version.key, VersionId=item.version.version_id
            )

    def _put(self, item: VersionContent, record: Json) -> None:
        deployment = self._removal.deployment
        with bucket_errors(self._bucket, "written"):
            try:
                deployment.s3.put_object(
                    Bucket=self._bucket,
                    Key=item.version.key,
                    Body=encode(record),
                    ContentType="application/json",
                    IfMatch=item.etag,
                    ServerSideEncryption="aws:kms",
                    SSEKMSKeyId=deployment.output("DataKeyArn"),
                    BucketKeyEnabled=True,
                )
            except ClientError as error:
                # It is not the latest any more: another erasure, or its end of life, was faster.
                if error_code(error) not in _OVERTAKEN:
                    raise

    def _new(self, page: Iterable[ObjectVersion]) -> list[ObjectVersion]:
        new = [item for item in page if (item.key, item.version_id) not in self._seen]
        self._seen |= {(item.key, item.version_id) for item in new}
        return new

    def _read(self, versions: Iterable[ObjectVersion]) -> list[VersionContent]:
        return read_versions(self._removal.deployment, self._bucket, versions)


def without_person(record: Json, person_id: str) -> Json:
    """Return a ``vss.record/1`` in which the faces of a person are ``erased``."""
    persons = [
        {**person, "face": _erased(person["face"])}
        if person["face"]["person_id"] == person_id
        else person
        for person in record["persons"]
    ]
    return {**record, "persons": persons}


def _erased(face: Json) -> Json:
    return {**face, "status": FaceStatus.ERASED, "person_id": None, "score": None, "margin": None}


def _mentions(value: Any, person_id: str) -> bool:
    """Tell whether a JSON value has the person's id as a key or a value."""
    if isinstance(value, dict):
        return any(
            name == person_id or _mentions(item, person_id)
            for name, item in value.items()
            if name not in _NOT_OF_PERSONS
        )
    if isinstance(value, list):
        return any(_mentions(item, person_id) for item in value)
    return bool(value == person_id)
