"""The enrolled people as their bucket has them: who, on what basis, until when; their export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.enrolment_terms import EnrolmentTerms
from business_logic.photograph_keys import PHOTOGRAPHS, PhotographKey
from business_logic.record import Json
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment, DeploymentError

PREFIXES = (PHOTOGRAPHS, "templates/", "reports/")
"""Of all that belongs to a person but the index, before the person's id."""


@dataclass(frozen=True, slots=True)
class EnrolledPhotograph:
    """A photograph and what became of it.

    Attributes:
        key: in the gallery bucket.
        template: the document of its template, None where it was refused or not handled yet.
        report: the report on it, None where it was not handled yet.
    """

    key: PhotographKey
    template: Json | None
    report: Json | None

    @property
    def until(self) -> date | None:
        """The last day of its template."""
        return None if self.template is None else date.fromisoformat(self.template["until"])


@dataclass(frozen=True, slots=True)
class EnrolledPerson:
    """A person of whom there are photographs.

    Attributes:
        person_id: the id.
        photographs: by key.
    """

    person_id: str
    photographs: Sequence[EnrolledPhotograph]

    @property
    def enrolled(self) -> int:
        """How many photographs became templates."""
        return sum(photograph.template is not None for photograph in self.photographs)

    @property
    def until(self) -> date | None:
        """The last day on which the person may be identified, None where there is none."""
        return max(
            (item.until for item in self.photographs if item.until is not None), default=None
        )


def list_persons(deployment: Deployment) -> list[str]:
    """Return the ids of the people of whom there are photographs.

    Raises:
        DeploymentError: the bucket cannot be listed.
    """
    found: dict[str, None] = {}
    for key in _keys(deployment, PHOTOGRAPHS):
        if (photograph := PhotographKey.parse(key)) is not None:
            found[photograph.person_id] = None
    return list(found)


def read_person(deployment: Deployment, person_id: str) -> EnrolledPerson:
    """Return what there is of a person.

    Raises:
        ConfigurationError: nobody has the id.
        DeploymentError: the bucket cannot be read.
    """
    keys = list(_keys(deployment, f"{PHOTOGRAPHS}{person_id}/"))
    photographs = [key for key in map(PhotographKey.parse, keys) if key is not None]
    if not photographs:
        raise ConfigurationError(f"nobody with the id {person_id!r} is in {deployment.name}")
    return EnrolledPerson(
        person_id,
        [
            EnrolledPhotograph(key, _document(deployment, key.template), _report(deployment, key))
            for key in photographs
        ],
    )


def export_person(deployment: Deployment, person_id: str, folder: Path) -> list[Path]:
    """Copy all that there is of a person into a folder (GDPR, articles 15 and 20).

    Returns:
        The files written.

    Raises:
        ConfigurationError: nobody has the id.
        DeploymentError: the bucket cannot be read.
        OSError: the folder cannot be written.
    """
    keys = [key for prefix in PREFIXES for key in _keys(deployment, f"{prefix}{person_id}/")]
    if not keys:
        raise ConfigurationError(f"nobody with the id {person_id!r} is in {deployment.name}")
    written = []
    for key in keys:
        kind, _, name = key.split("/", 2)
        path = folder / kind / name.replace("/", "_")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(deployment, key) or b"")
        written.append(path)
    terms = folder / "terms.json"
    terms.write_text(json.dumps(_terms(deployment, keys), indent=1, ensure_ascii=False) + "\n")
    return [*written, terms]


def _terms(deployment: Deployment, keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return basis and last day of each photograph, as its metadata has them."""
    found = {}
    for key in keys:
        if key.startswith(PHOTOGRAPHS):
            stored = deployment.s3.head_object(Bucket=deployment.output("GalleryBucket"), Key=key)
            terms = EnrolmentTerms.read(stored["Metadata"], date.min)
            found[key] = {"basis": terms.basis, "until": terms.until.isoformat()}
    return found


def _report(deployment: Deployment, key: PhotographKey) -> Json | None:
    return _document(deployment, key.report)


def _document(deployment: Deployment, key: str) -> Json | None:
    content = _content(deployment, key)
    if content is None:
        return None
    document: Json = json.loads(content)
    return document


def _content(deployment: Deployment, key: str) -> bytes | None:
    bucket = deployment.output("GalleryBucket")
    try:
        return deployment.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchKey":
            return None
        raise DeploymentError(f"bucket {bucket} cannot be read: {error}") from error
    except BotoCoreError as error:
        raise DeploymentError(f"bucket {bucket} cannot be read: {error}") from error


def _keys(deployment: Deployment, prefix: str) -> Iterator[str]:
    bucket = deployment.output("GalleryBucket")
    pages = deployment.s3.get_paginator("list_objects_v2")
    try:
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", []))
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"bucket {bucket} cannot be listed: {error}") from error
