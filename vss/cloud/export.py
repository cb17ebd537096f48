"""What there is of a person, copied into a folder (GDPR, articles 15 and 20)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from business_logic.enrolment_terms import EnrolmentTerms, TermsError
from business_logic.photograph_keys import PHOTOGRAPHS
from business_logic.record import Json
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment
from vss.cloud.erasure.kinds import RECORDS, REPORTS, TEMPLATES
from vss.cloud.object_versions import bucket_errors, read_versions, version_pages
from vss.cloud.persons import gallery_content, gallery_keys

_PREFIXES = (PHOTOGRAPHS, TEMPLATES, REPORTS)


def export_person(
    deployment: Deployment, person_id: str, folder: Path, read: Callable[[int], None]
) -> list[Path]:
    """Copy photographs, templates and reports of a person, and where records name them.

    Of a record only what is about the person is copied: others may be in the image.

    Args:
        deployment: that has it.
        person_id: whom it is about.
        folder: to be made or filled.
        read: is told how many records were looked through.

    Returns:
        The files written.

    Raises:
        ConfigurationError: there is nothing of such a person.
        DeploymentError: a bucket cannot be read.
        OSError: the folder cannot be written.
    """
    keys = [
        key for prefix in _PREFIXES for key in gallery_keys(deployment, f"{prefix}{person_id}/")
    ]
    sightings = list(_sightings(deployment, person_id, read))
    if not keys and not sightings:
        raise ConfigurationError(f"nobody with the id {person_id!r} is in {deployment.name}")
    written = []
    for key in keys:
        kind, _, name = key.split("/", 2)
        content = gallery_content(deployment, key)
        if content is not None:
            written.append(_write(folder / kind / name.replace("/", "_"), content))
    terms = {key: _terms(deployment, key) for key in keys if key.startswith(PHOTOGRAPHS)}
    for name, value in (("terms", terms), ("sightings", sightings)):
        text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
        written.append(_write(folder / f"{name}.json", text.encode()))
    return written


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _terms(deployment: Deployment, key: str) -> dict[str, str]:
    """Return basis and last day of a photograph as its metadata has them, or what is wrong."""
    bucket = deployment.output("GalleryBucket")
    with bucket_errors(bucket, "read"):
        stored = deployment.s3.head_object(Bucket=bucket, Key=key)
    try:
        terms = EnrolmentTerms.read(stored["Metadata"], date.min)
    except TermsError as error:
        return {"refused": str(error)}
    return {"basis": terms.basis, "until": terms.until.isoformat()}


def _sightings(
    deployment: Deployment, person_id: str, read: Callable[[int], None]
) -> Iterator[Json]:
    """Yield where and when records name the person, with the face that was found."""
    bucket, count = deployment.output("ResultsBucket"), 0
    for page in version_pages(deployment, bucket, RECORDS):
        latest = [version for version in page if version.is_latest]
        for item in read_versions(deployment, bucket, latest):
            if person_id.encode() in item.content:
                yield from _faces_of(item.document(), person_id)
        count += len(latest)
        read(count)


def _faces_of(record: Json, person_id: str) -> Iterator[Json]:
    frame = record["frame"]
    for person in record["persons"]:
        if person["face"]["person_id"] == person_id:
            yield {
                "camera_id": frame["camera_id"],
                "event_time": frame["event_time"],
                "image": frame["key"],
                "person": person,
            }
