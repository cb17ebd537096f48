"""Erases a person from the gallery bucket: objects of their own, and their part of the index."""

from __future__ import annotations

from contextlib import closing

from botocore.exceptions import ClientError
from business_logic.encrypted_bucket import EncryptedBucket
from business_logic.gallery_index import GalleryIndex, IndexHeader, read_header
from business_logic.gallery_store import INDEX_KEY
from business_logic.gallery_writer import GalleryWriter
from business_logic.photograph_keys import PHOTOGRAPHS
from business_logic.s3_access import RetryPolicy
from deep_learning.errors import GalleryError

from vss.cloud.deployment import Deployment
from vss.cloud.erasure.kinds import REPORTS, TEMPLATES, Kind
from vss.cloud.erasure.removal import Removal
from vss.cloud.object_versions import ObjectVersion, bucket_errors, is_gone, version_pages

_OWN = {Kind.PHOTOGRAPH: PHOTOGRAPHS, Kind.TEMPLATE: TEMPLATES, Kind.REPORT: REPORTS}


class GallerySweep:
    """Erases what the gallery bucket has of a person.

    The photographs go first: nothing is enrolled of a photograph that is not there. After them the
    index is changed, even where the person is not in it yet: an enrolment that began before then
    writes against an index that is no longer the present one, and is refused (see
    ``enrolment.photograph_flow``).
    """

    def __init__(self, removal: Removal) -> None:
        self._removal = removal
        self._bucket = removal.deployment.output("GalleryBucket")
        self._enrolments_outdated = removal.progress.begun is None

    def erase_photographs(self) -> int:
        """Erase the photographs; return how many versions there were."""
        count = self._erase_own(Kind.PHOTOGRAPH)
        if count:
            self._enrolments_outdated = False
        return count

    def erase_templates(self) -> int:
        """Erase the templates; return how many versions there were."""
        return self._erase_own(Kind.TEMPLATE)

    def erase_reports(self) -> int:
        """Erase the reports; return how many versions there were."""
        return self._erase_own(Kind.REPORT)

    def _erase_own(self, kind: Kind) -> int:
        pages = version_pages(
            self._removal.deployment, self._bucket, f"{_OWN[kind]}{self._removal.person_id}/"
        )
        return sum(self._removal.delete(kind, self._bucket, page) for page in pages)

    def erase_from_index(self) -> int:
        """Leave the person out of the index; return how many templates of theirs it had.

        Raises:
            GalleryError: the index is damaged.
            TransientError: it could not be changed.
            DeploymentError: it could not be read.
        """
        header = index_header(self._removal.deployment)
        if header is None:
            return 0
        if self._enrolments_outdated and self._removal.person_id not in header.person_ids:
            return 0
        count = 0

        def without(index: GalleryIndex) -> GalleryIndex:
            nonlocal count
            own = index.photographs[index.of(self._removal.person_id)]
            count = len(own)
            self._removal.note(Kind.INDEX_ENTRY, [(f"{digest:x}", "") for digest in own])
            return index.without(self._removal.person_id)

        deployment = self._removal.deployment
        key_arn = deployment.output("GalleryKeyArn")
        bucket = EncryptedBucket(
            deployment.s3, self._bucket, deployment.account, key_arn, RetryPolicy()
        )
        GalleryWriter(bucket, header.network_sha384).change(without)
        self._enrolments_outdated = True
        return count

    def erase_old_indexes(self) -> int:
        """Erase the versions of the index before the present one that have the person."""
        count = 0
        for page in version_pages(self._removal.deployment, self._bucket, INDEX_KEY):
            old = [version for version in page if not version.is_latest and not version.is_marker]
            named = [version for version in old if self._may_name(version)]
            count += self._removal.delete(Kind.INDEX_VERSION, self._bucket, named)
        return count

    def _may_name(self, version: ObjectVersion) -> bool:
        """Tell whether an old index has the person; one that cannot be read may."""
        try:
            header = index_header(self._removal.deployment, version.version_id)
        except GalleryError:
            return True
        return header is not None and self._removal.person_id in header.person_ids


def index_header(deployment: Deployment, version_id: str | None = None) -> IndexHeader | None:
    """Return what the first line of the index says; None where there is no index.

    Args:
        deployment: whose gallery.
        version_id: of an old version; the present one by default.

    Raises:
        GalleryError: it is damaged.
        DeploymentError: it cannot be read.
    """
    bucket = deployment.output("GalleryBucket")
    with bucket_errors(bucket, "read"):
        try:
            found = (
                deployment.s3.get_object(Bucket=bucket, Key=INDEX_KEY)
                if version_id is None
                else deployment.s3.get_object(Bucket=bucket, Key=INDEX_KEY, VersionId=version_id)
            )
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        with closing(found["Body"]) as body:
            return read_header(next(body.iter_lines(), b""))
